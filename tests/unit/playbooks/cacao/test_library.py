"""What every playbook that ships keeps to."""

import pytest

from playbooks.cacao.extension import step_notes
from playbooks.cacao.finding import Verdict
from playbooks.cacao.identifiers import uuid_version
from playbooks.cacao.model import ActionStep, CommandType, Playbook
from playbooks.cacao.next_step import (
    ActionDue,
    DecisionDue,
    Due,
    Outcome,
    QuestionDue,
    Result,
    SubPlaybookDue,
    begin,
    ready,
    settle,
)
from playbooks.domain.errors import NotFound
from playbooks.library import NAMES, content, shipped


def of(name: str) -> Playbook:
    found = shipped(name).playbook
    assert found is not None, shipped(name).findings
    return found


def answered(playbook: Playbook, choices: dict[str, str], result: Result = Result.SUCCESS) -> list[str]:
    """The names of the actions of a whole run, in the order in which they came out."""
    progress, done = begin(playbook), list[str]()
    for _ in range(500):
        if progress.is_finished:
            return done
        due = ready(playbook, progress)[0]
        given: dict[str, str | None] = {}
        if isinstance(due, ActionDue):
            done.append(due.name)
            for ask in due.asks:
                given[ask.name] = choices.get(ask.name, ask.choices[0] if ask.choices else "1")
        if isinstance(due, SubPlaybookDue):
            done.append(due.name)
            given = {name: choices.get(name, "1") for name in due.out_args}
        answer = due.choices[0] if isinstance(due, QuestionDue) else ""
        outcome = Outcome(result=_result(due, result), out_args=given, answer=answer)
        progress = settle(playbook, progress, due.key, outcome)
    raise AssertionError(f"{playbook.name} goes round: {done[-5:]}")


def _result(due: Due, of_work: Result) -> Result:
    """Work comes out as asked for, and the incident commander lets what failed stay failed; the rest goes well."""
    if isinstance(due, DecisionDue):
        return Result.FAILURE
    return of_work if isinstance(due, ActionDue | SubPlaybookDue) else Result.SUCCESS


@pytest.mark.parametrize("name", NAMES)
def test_it_is_ok_and_names_its_source(name: str) -> None:
    assert shipped(name).verdict is Verdict.OK, shipped(name).findings
    assert of(name).external_references


@pytest.mark.parametrize("name", NAMES)
def test_every_id_is_kept_with_the_file(name: str) -> None:
    text = content(name).decode()
    for identifier in (*of(name).workflow, *of(name).agent_definitions):
        assert identifier.rpartition("--")[2] in text
        assert uuid_version(identifier) == 4


@pytest.mark.parametrize("name", NAMES)
def test_every_action_has_an_agent_and_a_function_and_every_task_a_due_time(name: str) -> None:
    for step in of(name).workflow.values():
        if isinstance(step, ActionStep):
            assert step.agent is not None, step.name
            assert step_notes(step).function is not None, step.name
            if any(command.type == CommandType.MANUAL for command in step.commands):
                assert step_notes(step).due_in is not None, step.name


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("result", [Result.SUCCESS, Result.FAILURE, Result.TIMEOUT])
def test_it_comes_to_an_end_whatever_happens(name: str, result: Result) -> None:
    assert answered(of(name), {}, result)


def test_ransomware_restores_from_backups_that_are_intact() -> None:
    done = answered(of("ransomware"), {"__containment__": "approved", "__affected__": "0"})
    assert "Cut the affected systems off" in done
    assert "Restore from backups" in done
    assert not {"Call the retainer", "Watch the systems closely", "Invite the affected organizations"} & {
        *done
    }


def test_ransomware_calls_the_retainer_where_there_are_no_backups() -> None:
    done = answered(of("ransomware"), {"__backups_intact__": "false", "__containment__": "rejected"})
    assert {"Call the retainer", "Watch the systems closely", "Invite the affected organizations"} <= {*done}
    assert "Cut the affected systems off" not in done


def test_ransomware_stands_down_when_it_is_none() -> None:
    done = answered(of("ransomware"), {"__is_ransomware__": "false"})
    assert done[-1] == "Stand down"
    assert "Preserve memory and disks" not in done


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(NotFound, match="ransomware"):
        content("flood")
