import re
import subprocess
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z]+):", MAKEFILE, flags=re.MULTILINE)


def pinned(lock: str) -> dict[str, str]:
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;]+)", text, flags=re.MULTILINE))


def test_help_lists_every_target() -> None:
    done = subprocess.run(["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert re.findall(r"^  make (\w+) +\w", done.stdout, flags=re.MULTILINE) == TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_the_readme_names_every_target(target: str) -> None:
    assert f"make {target}" in (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_a_missing_python_is_one_clear_sentence() -> None:
    command = ["make", "--always-make", "setup", "PYTHON=/no/such/python"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == (
        "Muster needs Python 3.11 and its venv module as '/no/such/python': "
        "on Debian, apt-get install python3.11-venv."
    )


def test_the_image_holds_what_was_tested_and_nothing_else() -> None:
    tested = pinned("requirements.lock")
    assert pinned("image.lock").items() <= tested.items()


def test_every_requirement_is_pinned() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[\[<>=~]", name)[0].replace(".", "-") for name in project["dependencies"]}
    developers = {name.replace(".", "-") for name in project["optional-dependencies"]["dev"]}
    assert wanted | developers <= set(pinned("requirements.lock"))
    assert wanted <= set(pinned("image.lock"))
