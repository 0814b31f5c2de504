"""From a step to units of work: whose it is, what it asks, and how its outcome follows from theirs."""

from typing import Any

import pytest

from playbooks.actions.follow_ups import follow_ups
from playbooks.actions.rooms import REF
from playbooks.cacao.extension import EXTENSION_ID
from playbooks.cacao.model import ActionStep, AgentTarget, Command
from playbooks.cacao.next_step import ActionDue, Ask, Result
from playbooks.cacao.reading import read
from playbooks.domain.roles import Role
from playbooks.domain.situation import Situation
from tests.casts import Scene, declared, naming
from tests.workflows.asking import asking
from workflows.playbook.answering import Done, combined
from workflows.playbook.work import (
    AskWork,
    CommandWork,
    EffectWork,
    TaskWork,
    Work,
    agents_organizations,
    approvals_needed,
    work_of,
)


def _agent(name: str = "somebody", type: str = "group", **notes: str) -> AgentTarget:
    return AgentTarget(type=type, name=name, agent_target_extensions={EXTENSION_ID: dict(notes)})


def _due(*commands: Command, agent: AgentTarget | None = None, **given: Any) -> ActionDue:
    common = {"key": "action--1#1", "execution": "action--1#1", "step_id": "action--1", "name": "A step"}
    rest = {
        "description": "",
        "targets": (),
        "in_args": {},
        "asks": (),
        "doubt": "",
        "timeout": "PT1H",
        "notes": {},
    }
    return ActionDue.model_validate({**common, **rest, **given, "commands": commands, "agent": agent})


def _ask(name: str, type: str, *choices: str) -> Ask:
    return Ask(name=name, type=type, description="", choices=choices)


def _situation(scene: Scene) -> Situation:
    return Situation(incident=scene.state)


SCENE = declared(joined=("WFP", "UNICC"))
HERE = _situation(SCENE)


@pytest.mark.parametrize(
    ("agent", "organizations"),
    [
        (None, ["UNHCR"]),
        (_agent(organization="lead"), ["UNHCR"]),
        (_agent(organization="each"), ["UNHCR", "WFP", "UNICC"]),
        (_agent(organization="others"), ["WFP", "UNICC"]),
        (_agent(organization="WFP"), ["WFP"]),
        (_agent(role="incident_commander"), ["UNHCR"]),
        (_agent(role="scribe"), ["UNHCR"]),
        (AgentTarget(type="organization", name="wfp"), ["WFP"]),
        (AgentTarget(type="organization", name="Somebody else"), ["UNHCR"]),
    ],
)
def test_an_agent_stands_for_organizations(agent: AgentTarget | None, organizations: list[str]) -> None:
    assert list(agents_organizations(agent, HERE)) == organizations


def test_a_role_stands_for_the_organization_of_whoever_holds_it() -> None:
    scene = declared(joined=("WFP",))
    scene.do("unhcr-duty", "role", role=Role.SCRIBE, **naming("wfp-legal"))

    assert agents_organizations(_agent(role="scribe"), _situation(scene)) == ("WFP",)


def test_a_step_for_a_role_is_the_task_of_its_holder_whose_office_goes_with_it() -> None:
    scene = declared("oict-duty")
    scene.do("oict-duty", "role", role=Role.SAFETY_OFFICER, **naming("dss-duty"))
    (work,) = work_of(_due(Command(type="manual"), agent=_agent(role="safety_officer")), _situation(scene))

    assert isinstance(work, TaskWork)
    assert (work.args["owner"], work.args["person_office"]) == ("dss-duty", "DSS")


def test_the_office_that_a_step_is_for_goes_with_the_task_so_that_its_part_can_refuse() -> None:
    agent = _agent(organization="UN", office="DSS")
    (work,) = work_of(_due(Command(type="manual"), agent=agent, notes={"function": "cyber"}), HERE)

    assert isinstance(work, TaskWork)
    assert (work.organization, work.args["office"], work.args["function"]) == ("UN", "DSS", "cyber")


@pytest.mark.parametrize(
    "commands", [(), (Command(type="manual"),), (Command(type="bash", command="rm -rf /"),)]
)
def test_what_has_no_executor_is_a_task_for_people(commands: tuple[Command, ...]) -> None:
    (work,) = work_of(_due(*commands), HERE)

    assert isinstance(work, TaskWork)
    assert (work.organization, work.args["owner"], work.args["function"]) == ("UNHCR", "unhcr-duty", "cyber")
    assert "rm" not in str(work)
    assert work.args.get("by_hand", False) is any(each.type == "bash" for each in commands)


def test_function_due_time_and_choices_go_with_the_task() -> None:
    notes = {"function": "legal", "due": 90_000}
    asks = (_ask("why", "string"), _ask("ok", "bool", "true", "false"))
    (work,) = work_of(_due(Command(type="manual"), notes=notes, asks=asks), HERE)

    assert isinstance(work, TaskWork)
    assert (work.args["function"], work.args["due_minutes"]) == ("legal", 1)
    assert work.args["answers"] == []
    assert work.args["asks"] == [
        {"name": "why", "type": "string", "choices": []},
        {"name": "ok", "type": "bool", "choices": ["true", "false"]},
    ]
    assert work.meanings == ("why", "ok")


def test_one_choice_alone_is_the_tasks_answer() -> None:
    (work,) = work_of(_due(Command(type="manual"), asks=(_ask("ok", "bool", "true", "false"),)), HERE)

    assert isinstance(work, TaskWork)
    assert work.args["answers"] == ["true", "false"]
    assert "asks" not in work.args


def test_pages_tickets_and_messages_go_through_each_organizations_own_account() -> None:
    agent = _agent(organization="each")
    by_action = {
        name: work_of(_due(Command(type="muster", command=name), agent=agent), HERE)
        for name in ("page", "ticket", "announce")
    }

    for name, account in (("page", "pager"), ("ticket", "tickets"), ("announce", "chat")):
        works = by_action[name]
        assert [each.connection for each in works if isinstance(each, EffectWork)] == [
            f"{code}/{account}" for code in ("unhcr", "wfp", "unicc")
        ]


def test_a_consultation_asks_its_organizations_within_its_time() -> None:
    consult = Command(type="muster", command="consult", arguments={"purpose": "status-call", "needed": "2"})
    (work,) = work_of(_due(consult, agent=_agent(organization="others")), HERE)

    assert isinstance(work, AskWork)
    assert work.args == {
        "purpose": "status_call",
        "asked": ["WFP", "UNICC"],
        "deadline_minutes": 60,
        "needed": 2,
    }


def test_all_the_work_of_a_step_must_succeed() -> None:
    good, bad = Done(succeeded=True), Done(succeeded=False)

    assert combined(_due(), [[good, good]]).result is Result.SUCCESS
    assert combined(_due(), [[good, bad]]).result is Result.FAILURE


@pytest.mark.parametrize(
    ("type", "done", "value"),
    [
        ("bool", Done(succeeded=True, answer="true"), "true"),
        ("string", Done(succeeded=True, answer="approved", counts={"approve": 2, "reject": 0}), "approved"),
        ("bool", Done(succeeded=True, answer="approved", counts={"approve": 2, "reject": 0}), "true"),
        ("bool", Done(succeeded=True, answer="rejected", counts={"approve": 0, "reject": 2}), "false"),
        ("integer", Done(succeeded=True, answer="answered", counts={"affected": 3, "unknown": 1}), "3"),
        ("bool", Done(succeeded=True, answer="expired", counts={"affected": 1, "unknown": 1}), "true"),
        ("bool", Done(succeeded=True, answer="expired", counts={"affected": 0, "unknown": 1}), "false"),
    ],
)
def test_what_a_step_asks_for_is_filled_from_how_its_work_ended(type: str, done: Done, value: str) -> None:
    outcome = combined(_due(asks=(_ask("found", type),)), [[done]])

    assert outcome.out_args == {"found": value}


def test_a_consultation_fills_all_that_is_asked_for_and_a_task_the_one_thing_that_is_chosen() -> None:
    asks = tuple(
        _ask(f"__{name}__", type)
        for name, type in (
            ("affected", "integer"),
            ("not_affected", "integer"),
            ("outcome", "string"),
            ("any", "bool"),
        )
    )
    call = Done(succeeded=True, answer="answered", counts={"affected": 2, "not_affected": 5, "unknown": 1})
    assert combined(_due(asks=asks), [[call]]).out_args == {
        "__affected__": "2",
        "__not_affected__": "5",
        "__outcome__": "answered",
        "__any__": "true",
    }
    chosen = (_ask("__why__", "string"), _ask("__ok__", "bool", "true", "false"))
    assert combined(_due(asks=chosen), [[Done(succeeded=True, answer="true")]]).out_args == {"__ok__": "true"}


def test_where_nobody_said_anything_nothing_is_filled() -> None:
    assert combined(_due(asks=(_ask("found", "string"),)), [[Done(succeeded=True)]]).out_args == {}


def _heard(**said: str | None) -> Done:
    return Done(succeeded=True, heard=said)


@pytest.mark.parametrize(
    ("stages", "value"),
    [
        ([[_heard(found="a")]], "a"),
        ([[_heard(found="")]], ""),
        ([[_heard(found=None)]], None),
        ([[_heard(found="a"), _heard(found="a")]], "a"),
        ([[_heard(found="a"), _heard(found="b")]], None),
        ([[_heard(found="a"), _heard(found=None)]], None),
        ([[_heard(found="a")], [_heard(found="b")]], "b"),
        ([[_heard(found="a")], [_heard(found=None)]], "a"),
        ([[_heard(found="a")], [Done(succeeded=True, given={"found": "c"})]], "c"),
        ([[_heard(found=None)], [Done(succeeded=True)]], None),
    ],
)
def test_what_machines_say_is_taken_where_they_agree_and_else_unknown(
    stages: list[list[Done]], value: str | None
) -> None:
    assert combined(_due(asks=(_ask("found", "string"),)), stages).out_args == {"found": value}


@pytest.mark.parametrize(("needed", "fine"), [("1", True), ("many", False), ("-1", False), ("[1]", False)])
def test_how_many_must_approve_is_a_number_before_anything_runs(needed: str, fine: bool) -> None:  # noqa: FBT001
    text = f"""
playbook: Approves
description: Asks.
types: [investigation]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
agents:
  lead organization: {{organization: lead}}
steps:
  - step: Ask
    consult: {{purpose: approval, question: May we?, needed: {needed}}}
    by: lead organization
"""
    assert (read(text.encode()).playbook is not None) is fine


def _request(type: str, method: str, **arguments: Any) -> Command:
    return Command(type=type, command=method, arguments={"account": "edr", "endpoints": 1, **arguments})


@pytest.mark.parametrize(
    ("command", "action"),
    [
        (_request("http-api", "GET"), "http.read"),
        (_request("http-api", "POST"), "http.act"),
        (_request("http-api", "DELETE"), "http.delete"),
        (_request("openc2-http", "POST"), "openc2.command"),
    ],
)
def test_a_request_is_an_effect_through_the_account_and_else_a_task(command: Command, action: str) -> None:
    (work,) = work_of(_due(command, agent=_agent(organization="WFP")), HERE)
    assert isinstance(work, EffectWork)
    assert (work.action, work.connection, work.number) == (action, "wfp/edr", 0)
    assert work.otherwise is not None
    assert (work.otherwise.organization, work.otherwise.commands) == ("WFP", (0,))
    assert work.otherwise.args["by_hand"], "whoever gets it must read that nothing was done"


EXECUTED = Command(type="ssh", arguments={"executors": {"WFP": "executor"}, "approvals": 1})


def test_code_goes_to_the_executor_of_whoever_has_one_and_else_to_a_person() -> None:
    due = _due(EXECUTED, agent=_agent(organization="each"))
    own, executed, other = work_of(due, HERE)
    assert isinstance(executed, EffectWork)
    assert (executed.action, executed.connection, executed.number) == ("code.execute", "wfp/executor", 0)
    assert executed.otherwise is not None
    assert (executed.otherwise.commands, executed.otherwise.args["by_hand"]) == ((0,), True)
    for work in (own, other):
        assert isinstance(work, TaskWork)
        assert (work.commands, work.args["by_hand"]) == ((0,), True)
    assert [approvals_needed(due, each) for each in HERE.incident.active_parties] == [0, 1, 0], (
        "what people do is theirs to weigh, whoever else has an executor"
    )


def test_code_of_an_organization_without_an_executor_is_one_task_with_its_neighbours() -> None:
    (work,) = work_of(_due(Command(type="manual"), EXECUTED, agent=_agent(organization="UNHCR")), HERE)
    assert isinstance(work, TaskWork)
    assert work.commands == (0, 1)


def test_what_may_be_repeated_is_said_by_the_step() -> None:
    due = _due(_request("http-api", "POST"), notes={"repeatable": True})
    assert [work.action for work in work_of(due, HERE) if isinstance(work, EffectWork)] == ["http.repeat"]


def test_a_request_goes_to_each_place_and_of_each_organization() -> None:
    due = _due(_request("http-api", "GET", endpoints=2), agent=_agent(organization="each"))
    works = work_of(due, HERE)
    assert [(work.connection, work.endpoint) for work in works if isinstance(work, EffectWork)] == [
        (f"{code}/edr", endpoint) for code in ("unhcr", "wfp", "unicc") for endpoint in (0, 1)
    ]


def test_commands_are_done_in_their_order_and_those_of_people_together() -> None:
    manual, code = Command(type="manual", command="a"), Command(type="ssh", command="b")
    works = work_of(_due(manual, code, _request("http-api", "GET"), manual), HERE)
    assert [(work.stage[0], type(work).__name__) for work in works] == [
        (0, "TaskWork"),
        (1, "EffectWork"),
        (2, "TaskWork"),
    ]
    assert [work.commands for work in works if isinstance(work, TaskWork)] == [(0, 1), (3,)]


def _muster(command: str, **arguments: str) -> Command:
    return Command(type="muster", command=command, arguments=dict(arguments))


def test_a_room_is_opened_in_the_chat_of_each_its_people_called_and_told_what_it_is_for() -> None:
    due = _due(_muster("room", name="war-room"), agent=_agent(organization="each"))
    works = work_of(due, HERE)
    assert [(work.stage[1], _named(work), _at(work)) for work in works] == [
        (stage, action, f"{code}/chat")
        for stage, action in enumerate(("room.open", "room.invite", "message.post"))
        for code in ("unhcr", "wfp", "unicc")
    ]
    called = {_at(work): work.args["people"] for work in works if _named(work) == "room.invite"}
    assert called["unhcr/chat"] == ("on_duty", "unhcr-duty")
    assert called["wfp/chat"] == ("on_duty",)


def _named(work: Work) -> str:
    return work.verb if isinstance(work, CommandWork) else getattr(work, "action", "")


def _at(work: Work) -> str:
    return str(work.connection if isinstance(work, EffectWork) else work.args["connection"])


def test_the_incident_opens_a_room_of_a_name_once_whoever_asks_and_what_is_said_there_finds_it() -> None:
    scene = declared(joined=("WFP", "UNICC"))
    by_name, by_word = _due(_muster("room", name="war-room")), _due(_muster("announce", room="war-room"))
    opens, _invited, said = work_of(by_name, _situation(scene))
    assert isinstance(opens, CommandWork)
    assert isinstance(said, EffectWork)
    for _at_once in range(2):
        (entry,) = scene.do("playbook of UNHCR", opens.verb, **opens.args)
        (request,) = follow_ups(entry, scene.state)
        assert (request.action, request.args["name"]) == ("room.open", f"{scene.key.lower()}-war-room")
        assert said.args["room"] == f"{REF}{request.effect_id}"
    assert len(scene.state.rooms_named) == 1
    assert [_named(work) for work in work_of(by_word, _situation(scene))] == ["room.invite", "message.post"]


def test_nobody_knows_of_a_room_in_a_restricted_incident_by_being_on_duty() -> None:
    scene = declared(restricted=True, named=["unhcr-duty"])
    works = work_of(_due(_muster("room", name="quiet")), _situation(scene))
    (invited,) = (work for work in works if isinstance(work, EffectWork) and work.action == "room.invite")
    assert invited.args["people"] == ("unhcr-duty",)


def test_a_step_that_failed_halfway_says_that_it_acted() -> None:
    halfway = combined(_due(), [[Done(succeeded=True, acted=True), Done(succeeded=False)]])
    assert (halfway.result, halfway.acted) == (Result.FAILURE, True)
    assert not combined(_due(), [[Done(succeeded=False)]]).acted


@pytest.mark.parametrize(("organization", "asks"), [("lead", 1), ("each", 1), ("others", 0)])
def test_a_shared_service_is_asked_for_by_the_lead_for_itself_and_by_nobody_for_another(
    organization: str, asks: int
) -> None:
    playbook = read(asking("soc", by=organization)).playbook
    assert playbook is not None
    (step,) = (each for each in playbook.workflow.values() if isinstance(each, ActionStep))
    due = _due(*step.commands, agent=playbook.agent_or_target(step.agent or ""))
    assert work_of(due, HERE) == (CommandWork(verb="service.request", args={"service": "soc"}),) * asks
