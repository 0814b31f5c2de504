"""A replay must find what the first run found: no order that changes, no clock, no chance."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
REPLAYED = sorted(
    path.relative_to(REPOSITORY)
    for name in ("workflow.py", "state.py")
    for path in (REPOSITORY / "workflows").rglob(name)
)


def unordered(source: str) -> Iterator[int]:
    """The lines with what comes out otherwise in another process, unnoticed by a replay."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Set() | ast.SetComp() | ast.Call(func=ast.Name(id="set" | "frozenset" | "hash" | "id")):
                yield node.lineno


@pytest.mark.parametrize("path", REPLAYED, ids=str)
def test_no_set_and_no_hash_in_what_is_replayed(path: Path) -> None:
    assert not list(unordered((REPOSITORY / path).read_text(encoding="utf-8")))


@pytest.mark.parametrize("source", ["{1, 2}", "{x for x in y}", "set()", "frozenset(y)", "hash(x)", "id(x)"])
def test_this_test_knows_what_is_unordered(source: str) -> None:
    assert list(unordered(source))


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\n\nNOW = datetime.datetime.now(datetime.UTC)\n",
        "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n",
        "from uuid import uuid4\n\nID = uuid4()\n",
        "import time\n\nNOW = time.time()\n",
        "from time import monotonic\n\nNOW = monotonic()\n",
        "import random\n\nCHANCE = random.random()\n",
    ],
)
def test_clocks_and_chance_are_refused_where_replays_happen_and_nowhere_else(source: str) -> None:
    for folder in ("playbooks", "workflows"):
        assert refused(source, f"{folder}/thing.py")
        assert refused(source, f"{folder}/deeper/thing.py")
    assert not refused(source, "bot/web/thing.py")
    assert not refused(source, "integrations/slack/thing.py")


def refused(source: str, path: str) -> bool:
    ruff = str(Path(sys.executable).with_name("ruff"))
    command = [ruff, "check", "--no-cache", "--output-format=concise", "--stdin-filename", path, "-"]
    done = subprocess.run(command, cwd=REPOSITORY, input=source, capture_output=True, text=True, check=False)
    return "TID251" in done.stdout
