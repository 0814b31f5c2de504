"""What every file of the repository keeps to."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SOURCE = re.compile(r"^(bot|workflows|integrations|playbooks)/.*\.py:")
PUT_ASIDE = r"#\s*(noqa|type:\s*ignore)"
EXPLAINED = re.compile(r"#\s*(noqa:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w, -]+\])\W+\w+")


def files() -> Iterator[tuple[Path, str]]:
    """The files under version control, or lying there, that are text."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        path = REPOSITORY / name
        if path.is_file() and path != Path(__file__):
            try:
                yield path.relative_to(REPOSITORY), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def lines_with(pattern: str) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in files()
        for number, line in enumerate(text.splitlines(), start=1)
        if found.search(line)
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"/root/\.|/work/|/opt/pypi|\.pyenv", id="paths of one machine"),
        pytest.param(
            r"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org", id="hosts of registries"
        ),
        pytest.param(r"\b(Alice|Bob|Carol|Mallory|John Doe|Jane Doe|Max Mustermann)\b", id="made-up persons"),
        pytest.param(r"\b(TODO|FIXME|XXX)\b", id="notes to oneself"),
        pytest.param(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bxox[abp]-\d|\bAKIA[0-9A-Z]{16}\b", id="secrets"),
    ],
)
def test_no_file_contains(pattern: str) -> None:
    assert not lines_with(pattern)


def test_every_rule_put_aside_in_a_line_is_named_with_its_reason() -> None:
    unexplained = [
        line for line in lines_with(PUT_ASIDE) if SOURCE.match(line) and not EXPLAINED.search(line)
    ]
    assert not unexplained


def test_every_rule_put_aside_for_all_is_explained() -> None:
    settings = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    rules = re.findall(r'^    "[A-Z]+\d*",.*$', settings, flags=re.MULTILINE)
    assert rules
    assert not [rule for rule in rules if not re.search(r"# .*\w", rule)]
