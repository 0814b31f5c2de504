"""The rules of the domain that every playbook that ships obeys."""

from collections.abc import Iterator

import pytest

from playbooks.cacao.extension import ActionName, AgentNotes, Circle, StepNotes, agent_notes, step_notes
from playbooks.cacao.model import (
    ActionStep,
    CommandType,
    IfConditionStep,
    ParallelStep,
    Playbook,
    PlaybookActionStep,
)
from playbooks.cacao.structure import structure_of
from playbooks.domain.function import Function, Office
from playbooks.library import NAMES, shipped

ASKED_FOR = (
    "ransomware", "phishing", "business-email-compromise", "account-compromise", "data-breach", "malware",
    "denial-of-service", "web-intrusion", "insider", "supply-chain", "critical-vulnerability", "hybrid-cyberattack",
)  # fmt: skip
BLOCKS = ("notify-and-chase", "activate-retainer")
CONTAINMENT = ("disconnect-system", "restrict-access")


def of(name: str) -> Playbook:
    found = shipped(name).playbook
    assert found is not None, shipped(name).findings
    return found


def actions(playbook: Playbook) -> Iterator[tuple[ActionStep, AgentNotes, StepNotes]]:
    for step in playbook.workflow.values():
        if isinstance(step, ActionStep):
            agent = playbook.agent_definitions[step.agent or ""]
            yield step, agent_notes(agent), step_notes(step)


def asked_of(playbook: Playbook) -> Iterator[tuple[str, str]]:
    """Each of Muster's own actions, and the name of its step."""
    for step, _, _ in actions(playbook):
        yield from (
            (str(one.command), str(step.name)) for one in step.commands if one.type == CommandType.MUSTER
        )


def run_by(playbook: Playbook) -> list[PlaybookActionStep]:
    return [step for step in playbook.workflow.values() if isinstance(step, PlaybookActionStep)]


def test_the_library_has_what_a_csirt_keeps() -> None:
    assert {*ASKED_FOR, *BLOCKS} <= {*NAMES}


@pytest.mark.parametrize("name", ASKED_FOR)
def test_streams_of_work_run_side_by_side(name: str) -> None:
    streams = [
        step_notes(step).streams for step in of(name).workflow.values() if isinstance(step, ParallelStep)
    ]
    assert any(len(each) >= 3 for each in streams)


@pytest.mark.parametrize("name", NAMES)
def test_a_playbook_that_runs_another_names_one_of_the_library_and_agrees_with_it_on_the_variables(
    name: str,
) -> None:
    by_id = {of(each).id: of(each) for each in NAMES}
    for step in run_by(of(name)):
        other = by_id[step.playbook_id]
        assert step_notes(step).runs == other.name
        for given in step.in_args:
            assert other.playbook_variables[given].external, given
        assert {*step.out_args} <= {*other.playbook_variables}


def test_no_playbook_comes_back_to_itself_by_way_of_others() -> None:
    runs = {of(name).id: [step.playbook_id for step in run_by(of(name))] for name in NAMES}
    for start, first in runs.items():
        pending, seen = [*first], set[str]()
        while pending:
            current = pending.pop()
            assert current != start
            pending += [] if current in seen else runs[current]
            seen.add(current)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_building_block_is_small_used_and_takes_what_it_needs_from_outside(name: str) -> None:
    block = of(name)
    assert len(block.workflow) < 20
    assert any(variable.external for variable in block.playbook_variables.values())
    assert [other for other in NAMES if block.id in [step.playbook_id for step in run_by(of(other))]]


def test_what_comes_from_outside_has_a_value_that_can_be_read_aloud_when_nobody_gives_one() -> None:
    for name in NAMES:
        for variable in of(name).playbook_variables.values():
            assert variable.value or not variable.external


@pytest.mark.parametrize("name", NAMES)
def test_containment_waits_for_an_approval_and_says_what_undoes_it(name: str) -> None:
    """Approved by the step itself, or by a question that the step stands behind."""
    playbook = of(name)
    for identifier, step in playbook.workflow.items():
        if not isinstance(step, ActionStep) or step_notes(step).function is not Function.CYBER:
            continue
        contains = [one for one in step.commands if one.playbook_activity in CONTAINMENT]
        if contains and not step_notes(step).approvals:
            around = [playbook.workflow[opener] for opener in structure_of(playbook).around(identifier)]
            asked = [one.condition for one in around if isinstance(one, IfConditionStep)]
            assert any("= 'approved'" in condition for condition in asked), step.name
        if any(one.playbook_activity == "disconnect-system" for one in contains):
            assert step_notes(step).undo, step.name


@pytest.mark.parametrize("name", NAMES)
def test_what_waits_for_an_approval_says_what_happens_when_it_is_refused(name: str) -> None:
    """Or leaves it to the incident commander, where going on without is no loss of protection."""
    for step, _, notes in actions(of(name)):
        if notes.approvals and any(one.playbook_activity in CONTAINMENT for one in step.commands):
            assert step.on_failure is not None, step.name


def test_an_insider_case_tells_nobody() -> None:
    insider = of("insider")
    assert not list(asked_of(insider))
    assert not run_by(insider), "another playbook would tell somebody"
    for step, agent, _ in actions(insider):
        assert agent.organization not in (Circle.EACH, Circle.OTHERS), step.name


def test_an_insider_case_is_restricted_before_anything_is_written_down() -> None:
    insider = of("insider")
    first = insider.workflow[insider.workflow_start].on_completion or ""
    assert insider.label(first) == "Restrict the incident"
    again = insider.workflow[first].on_completion or ""
    assert insider.workflow[again].type == "while-condition"


def test_in_a_hybrid_attack_oict_does_the_cyber_work_and_dss_none() -> None:
    hybrid = of("hybrid-cyberattack")
    offices = {(agent.office, notes.function) for _, agent, notes in actions(hybrid) if agent.office}
    assert (Office.OICT, Function.CYBER) in offices
    assert {function for office, function in offices if office is Office.DSS} == {Function.PHYSICAL_SECURITY}
    assert (Office.OICT, Function.PHYSICAL_SECURITY) not in offices
    leading = [step for step, agent, _ in actions(hybrid) if agent.office is Office.OICT and step.name]
    assert "Activate the network" in [step.name for step in leading]


def test_the_hybrid_network_is_activated_only_behind_all_parts_of_the_definition() -> None:
    hybrid = of("hybrid-cyberattack")
    activation = next(name for name, step in hybrid.workflow.items() if step.name == "Activate the network")
    (opener,) = structure_of(hybrid).around(activation)
    condition = getattr(hybrid.workflow[opener], "condition", "")
    for part in ("is_digital", "is_deliberate", "endangers_people"):
        assert f"__{part}__:value = true" in condition
    assert " OR " not in condition


def test_a_breach_of_personal_data_reaches_the_data_protection_officer_within_hours() -> None:
    breach = of("data-breach")
    hours = [
        notes.due_in.total_seconds() / 3600
        for step, _, notes in actions(breach)
        if notes.due_in and "data protection" in (breach.agent_definitions[step.agent or ""].name)
    ]
    assert min(hours) <= 4
    told = next(
        notes for step, _, notes in actions(breach) if step.name == "Tell the data protection network"
    )
    assert told.due_in is not None


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_asking_goes_to_other_organizations(name: str) -> None:
    """The lead asks: work for others is a request that they accept, and never an approval taken on their behalf."""
    for step, agent, notes in actions(of(name)):
        if agent.organization in (Circle.EACH, Circle.OTHERS):
            assert not notes.approvals, step.name
            for one in step.commands:
                asks = one.type == CommandType.MUSTER or "?" in one.text or "please" in one.text.casefold()
                assert asks, step.name


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("insider", *BLOCKS)])
def test_the_others_are_warned(name: str) -> None:
    playbook = of(name)
    told = {action for action, _ in asked_of(playbook)} & {ActionName.ANNOUNCE, ActionName.CONSULT}
    runs = {step_notes(step).runs for step in run_by(playbook)}
    asked = [step for step, agent, _ in actions(playbook) if agent.organization == Circle.OTHERS]
    assert told or "Notify and chase organizations" in runs or asked
