"""`muster playbook rehearse`: what is wrong is one sentence, how it ended is the exit code, JSON is one object."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.cli.app import main
from playbooks.rehearsal.report import Report
from tests.rehearsal.test_scripts import SMALL


class Done(NamedTuple):
    """How a command ended."""

    code: object
    out: str
    err: str


Rehearse = Callable[..., Done]


@pytest.fixture
def rehearse(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Rehearse:
    """The command in this process, which has loaded what it needs already."""

    def run(*arguments: str | Path) -> Done:
        monkeypatch.setattr("sys.argv", ["muster", "playbook", "rehearse", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(ended.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_bytes(SMALL)
    return file


def answers(small: Path, text: str) -> Path:
    file = small.with_name("answers.yaml")
    file.write_text(text, "utf-8")
    return file


def test_answers_that_are_wrong_are_one_sentence_and_nothing_is_begun(
    small: Path, rehearse: Rehearse
) -> None:
    done = rehearse(small, "--answers", answers(small, "steps: {Make tea: true}"))
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines() == [
        "The playbook has no step “Make tea”; `muster playbook show` lists them."
    ]


def test_what_is_no_playbook_is_said_to_be_none(small: Path, rehearse: Rehearse) -> None:
    small.write_text("playbook: [", "utf-8")
    done = rehearse(small)
    assert done.code == 1
    assert done.err.startswith(f"{small} is no playbook that can be rehearsed")
    assert rehearse().code == 2


def test_a_rehearsal_that_ends_badly_is_exit_code_1_and_one_object(small: Path, rehearse: Rehearse) -> None:
    done = rehearse(small, "--json", "--answers", answers(small, "steps: {Look: decline}"))
    assert done.code == 1
    assert done.err == ""
    report = Report.model_validate(json.loads(done.out))
    assert (report.ending, report.outcome) == ("undone", "failed")
