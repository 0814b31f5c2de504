"""No part of Muster signs with a handle that a person could have."""

import ast
from collections.abc import Iterator
from pathlib import Path

from playbooks.domain.actor import OWN_HANDLES

ROOT = Path(__file__).parents[2]


def _signed(tree: ast.Module) -> Iterator[str]:
    """The names with which a file makes authors: said at once, or by a constant of the file."""
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign | ast.Assign) and isinstance(node.value, ast.Constant)
        for target in ([node.target] if isinstance(node, ast.AnnAssign) else node.targets)
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Actor":
            said = next((each.value for each in node.keywords if each.arg == "id"), None)
            name = said.value if isinstance(said, ast.Constant) else constants.get(getattr(said, "id", ""))
            if name:
                yield str(name)


def test_what_parts_of_muster_sign_with_is_no_handle_of_a_person() -> None:
    files = (path for folder in ("bot", "playbooks", "workflows") for path in (ROOT / folder).rglob("*.py"))
    signed = {name for path in files for name in _signed(ast.parse(path.read_text("utf-8")))}
    assert {"operator", "timer", "watchdog"} <= signed, "they are found"
    assert signed <= OWN_HANDLES
