from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
FOLDERS = ("bot", "workflows", "integrations", "playbooks")
SAYS_NOTHING = ("common", "core", "helper", "helpers", "manager", "managers", "misc", "util", "utils")


def test_the_source_stands_in_four_folders() -> None:
    packages = {folder.parent.name for folder in REPOSITORY.glob("*/__init__.py")}
    assert packages - {"tests", "benchmarks"} == set(FOLDERS)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_module_is_named_after_what_it_does(folder: str) -> None:
    modules = [path for path in (REPOSITORY / folder).rglob("*") if path.suffix == ".py" or path.is_dir()]
    nameless = [path for path in modules if set(path.stem.split("_")) & set(SAYS_NOTHING)]
    assert not nameless
