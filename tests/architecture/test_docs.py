"""The documentation is true: what exists is named, what is named exists, and links lead somewhere."""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from typer import Typer

from bot.cli.app import COMMANDS
from bot.commands.reference import reference
from bot.settings import Settings
from playbooks.actions.registry import ACTIONS
from playbooks.domain.kinds import Kind
from playbooks.texts import load_texts

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted((*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")))
README = (REPOSITORY / "README.md").read_text("utf-8")
DOCUMENTATION = "\n".join(page.read_text("utf-8") for page in PAGES)
ARCHITECTURE = (REPOSITORY / "docs/architecture.md").read_text("utf-8")
SIGNED = ("muster signed head", "muster entry key v")
"""What stands before the bytes of a signature, or binds a key to its use; no commands."""
SECRETS = "MUSTER_KEY_"
"""How examples call an installation's own variables that hold a secret."""
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NAMED_FILE = re.compile(r"`((?:bot|workflows|integrations|playbooks|tests|benchmarks|docs)/[\w./-]*)`")
ROUTE = re.compile(r"\.(?:get|post|put|delete)\(\s*\"(/[^\"]*)\"|add_api_route\(\s*\"(/[^\"]*)\"")


def every_command() -> Iterator[str]:
    """Every command as people type it."""
    for name, place in COMMANDS.items():
        found = getattr(import_module(place.module), place.attribute)
        if isinstance(found, Typer):
            yield from commands(found, f"muster {name}")
        else:
            yield f"muster {name}"


def commands(group: Typer, path: str) -> Iterator[str]:
    """Every command of a group, and of the groups within."""
    for command in group.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "")
        yield f"{path} {name}"
    for inner in group.registered_groups:
        assert inner.typer_instance
        yield from commands(inner.typer_instance, f"{path} {inner.name}")


CLI = list(every_command())
ROUTES = sorted(
    {
        found.group(1) or found.group(2)
        for file in (REPOSITORY / "bot").rglob("*.py")
        for found in ROUTE.finditer(file.read_text("utf-8"))
    }
)


def named(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


def anchors(page: Path) -> set[str]:
    """The anchors that headings have on GitHub."""
    headings = re.findall(r"^#+ +(.*)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def missing(wanted: Iterable[str], text: str) -> list[str]:
    return [name for name in wanted if not re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text)]


def test_there_is_something_to_look_for() -> None:
    assert len(CLI) > 15
    assert len(ROUTES) > 15
    assert len(PAGES) > 20


def test_every_command_of_the_command_line_is_documented() -> None:
    assert not missing(CLI, DOCUMENTATION)


def test_every_command_that_a_page_names_exists() -> None:
    groups = {line.rsplit(" ", 1)[0] for line in CLI}
    lines = re.findall(r"(?:^ {4}|`|bin/)(muster(?: [a-z]+)+)", DOCUMENTATION, flags=re.MULTILINE)
    lines = [line for line in lines if not line.startswith(SIGNED)]
    unknown = [
        line
        for line in lines
        if not any(f"{line} ".startswith(f"{known} ") for known in (*CLI, *groups - {"muster"}))
    ]
    assert not unknown


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_every_setting_is_documented(setting: str) -> None:
    assert not missing([f"MUSTER_{setting.upper()}"], (REPOSITORY / "docs/operating.md").read_text("utf-8"))


def test_every_setting_that_a_page_names_exists() -> None:
    known = {f"MUSTER_{name.upper()}" for name in Settings.model_fields} | {"MUSTER_SHARED"}
    named_ones = set(re.findall(r"MUSTER_[A-Z_]+", DOCUMENTATION))
    assert not [name for name in named_ones - known if not name.startswith(SECRETS)]


def test_every_route_is_documented() -> None:
    assert not [
        route for route in ROUTES if f"`{route}`" not in ARCHITECTURE and f"POST {route}`" not in ARCHITECTURE
    ]


def test_every_action_is_documented() -> None:
    effects = (REPOSITORY / "docs/effects.md").read_text("utf-8")
    assert not missing((action.name for action in ACTIONS), effects)


def test_every_kind_of_entry_is_documented() -> None:
    assert not missing((kind.value for kind in Kind), ARCHITECTURE)


def test_the_reference_of_chat_commands_is_made_from_the_registry() -> None:
    assert (REPOSITORY / "docs/commands.md").read_text("utf-8").strip() == reference(load_texts()).strip()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target} is not there"
        assert not anchor or anchor in anchors(there), f"{target} names no heading"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    files = NAMED_FILE.findall(page.read_text("utf-8"))
    assert not [name for name in files if "NAME" not in name and not (REPOSITORY / name).exists()]


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [REPOSITORY / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        for target in LINK.findall(page.read_text("utf-8")):
            if "://" not in target:
                there = (page.parent / target.partition("#")[0]).resolve()
                waiting += [*there.glob("*.md")] if there.is_dir() else [there]
    assert not [named(page) for page in PAGES if page not in reached]


def test_every_page_that_the_code_names_exists() -> None:
    folders = ("bot", "workflows", "integrations", "playbooks", "benchmarks", "tests")
    sources = (file for folder in folders for file in (REPOSITORY / folder).rglob("*.py"))
    cited = {name for file in sources for name in re.findall(r"docs/[\w/-]+\.md", file.read_text("utf-8"))}
    assert not [name for name in sorted(cited) if not (REPOSITORY / name).exists()]


def test_every_decision_is_listed() -> None:
    folder = REPOSITORY / "docs/decisions"
    listed = (folder / "README.md").read_text("utf-8")
    records = sorted(set(folder.glob("*.md")) - {folder / "README.md"})
    assert not [record.name for record in records if f"({record.name})" not in listed]


def test_the_readme_says_what_a_newcomer_needs_on_its_first_screen() -> None:
    first_screen = "\n".join(README.splitlines()[:30])
    for needed in ("make demo", "make up", "make test", "Python 3.11", "not for production"):
        assert needed in first_screen
    assert "apt-get install -y chromium" in README


def test_every_program_that_the_readme_names_is_there() -> None:
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", README)) <= targets
    for folder in re.findall(r"pytest (tests/[\w/]+)", README):
        assert (REPOSITORY / folder).is_dir()
