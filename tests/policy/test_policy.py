"""Who may do what, when: the whole table, judged by the real rules and kept as a text that a change shows up in.

`python -m tests.policy.test_policy` writes it anew.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.commands.chat_command import Target
from bot.commands.registry import COMMANDS
from playbooks.alerts.triage import TRIAGE_VERBS, judge_triage
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.alert import AlertSeverity
from playbooks.domain.catalogue import Service
from playbooks.domain.circle.authorities import Authorities, AuthorityNotice, GivenPart
from playbooks.domain.circle.cost import Cost, CostSource, Share
from playbooks.domain.circle.guest import Guest, is_vendor, vendor_of
from playbooks.domain.circle.hybrid import (
    Assessment,
    Danger,
    Definition,
    Known,
    Means,
    Measure,
    Network,
    Recommendation,
    Risk,
)
from playbooks.domain.circle.mandate import Mandate, MandateStatus
from playbooks.domain.circle.matching import Match
from playbooks.domain.circle.matching import Standing as Found
from playbooks.domain.circle.retainer import Call
from playbooks.domain.circle.service import ServiceRequest
from playbooks.domain.circle.working_group import WorkingGroup
from playbooks.domain.clocks import Approver, Trigger
from playbooks.domain.command import Command
from playbooks.domain.community import Community, Entrusted
from playbooks.domain.consultation import Purpose, Question
from playbooks.domain.duties import DutyStatus, ReportingDuty
from playbooks.domain.erasure import Erasable, ErasureRequest
from playbooks.domain.errors import IncidentError
from playbooks.domain.function import Office
from playbooks.domain.ids import (
    CommandId,
    ConsultationId,
    EvidenceId,
    IncidentKey,
    OrganizationCode,
    PersonId,
    TaskId,
)
from playbooks.domain.incident import IncidentState, Phase, Severity, Standing
from playbooks.domain.joint import JointRoom
from playbooks.domain.judging.answer import judge_answer
from playbooks.domain.judging.directory import DIRECTORY_VERBS, judge_directory
from playbooks.domain.judging.incident import INCIDENT_VERBS, judge_incident
from playbooks.domain.judging.joint import ABOUT_WORDS
from playbooks.domain.judging.on_call import ROTA_VERBS, judge_turn
from playbooks.domain.judging.page_orders import ORDERS
from playbooks.domain.judging.part import PART_VERBS, judge_part
from playbooks.domain.judging.review import REVIEW_VERBS, judge_review
from playbooks.domain.judging.run import RUN_VERBS, RunNow, StepAtHand, judge_run
from playbooks.domain.marking import Marking
from playbooks.domain.policy import PERMISSIONS
from playbooks.domain.review import Item, ReviewState, Signature, Version
from playbooks.domain.roles import Role
from playbooks.domain.rota.rota import Layer, Level, Rota
from playbooks.domain.situation import Situation
from playbooks.domain.task import PartState, Task, TaskStatus
from playbooks.ports.intake import AtTriage, Group, GroupStatus, KeptAlert
from tests.casts import KEY, NOON, UN, UNHCR, UNICC, WFP, actor, agreement, naming
from tests.policy import reading_table
from tests.policy.plain_words import cell, legend, meaning

TABLE = Path(__file__).parents[2] / "docs" / "policy-table.txt"
HEAD = """\
Who may do what, when: every command, given by everybody, in every phase. The rules themselves answered.

UNHCR leads, WFP and UN have joined, UNICC is invited, FAO has left, UNICEF was never asked. A person of the vendor
on retainer is a guest until the incident is closed or restricted. The
commander and the deputy hold no duty in their organizations; in the column `restricted` the incident is in `respond`
and known to the commander and WFP's duty officer alone. Groups of alerts (`triage`) are of
each one's own organization, and `attach` goes to the incident.

"""
FAO = OrganizationCode("FAO")
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)


def _duty_officer(code: str) -> Actor:
    """Of an organization that has named nobody."""
    named = {"id": PersonId(f"{code.casefold()}-duty"), "organization": OrganizationCode(code)}
    return actor("unhcr-duty").model_copy(update=named)


WHO: dict[str, Actor] = {
    "incident commander": actor("unhcr-responder"),
    "deputy, of WFP": actor("wfp-responder"),
    "scribe, of WFP": actor("wfp-legal"),
    "CISO of the lead": actor("unhcr-ciso"),
    "duty officer of the lead": actor("unhcr-duty"),
    "staff of the lead": actor("unhcr-legal"),
    "duty officer, joined": actor("wfp-duty"),
    "duty officer, invited": actor("unicc-duty"),
    "duty officer, left": _duty_officer("FAO"),
    "duty officer, stranger": _duty_officer("UNICEF"),
    "duty officer of OICT": actor("oict-duty"),
    "duty officer of DSS": actor("dss-duty"),
    "the Secretary": actor("ccop-secretary"),
    "alert rule": actor("alert of UNHCR"),
    "playbook": actor("playbook of UNHCR"),
    "timer": actor("timer of UNHCR"),
    "vendor's account": actor("vendor of UNHCR"),
    "guest of the vendor": actor("ir-example-lead"),
}

TRUSTED = {"organization": "WFP", "reference": "CEB/2026/1"}
SERVICE = Service(code="soc", name="Security Operations Centre", provider=WFP)
TESTING = Service(code="penetration-testing", name="Penetration testing", provider=WFP, sets_off_alerts=True)
NO_INCIDENT = {*ROTA_VERBS, *DIRECTORY_VERBS}
"""What is judged without one."""
ARGS: dict[str, dict[str, Any]] = {
    "declare": {"severity": "high"},
    "alerts.attach": {"group": "G-1", "count": 1},
    "notice": {
        "happening": "page_acknowledged",
        "effect": "unhcr/pager/x",
        "ref": "x",
        "happened_at": LONG_AGO.isoformat(),
    },
    "compare": {"effect": "unhcr/pager/x", "thing": "page", "finding": "gone", "ref": "x"},
    "page.wake": {"organization": "WFP"},
    "page.call": {"effect": "unhcr/rota/x", "level": 1, "people": ["unhcr-duty"]},
    "page.acknowledge": {"pages": ["unhcr/rota/x"]},
    "page.resolve": {"pages": ["unhcr/rota/x"]},
    "oncall.override": {"end_at": (NOON + timedelta(hours=8)).isoformat()},
    "directory.set": {"fact": "mail", "value": "csirt@example.org"},
    "directory.language": {"language": "fr"},
    "directory.clear": {"person": "wfp-responder", "person_organization": "WFP"},
    "directory.withdraw": {"person": "wfp-responder", "person_organization": "WFP"},
    "directory.entrust": {"organization": "UNICC", "is_provider": True, "reference": "CEB/2026/1"},
    **{
        f"page.{order}": {"page": f"unhcr/pager/{KEY}/page.trigger/severity-high", "people": ["unhcr-ciso"]}
        for order in ORDERS
    },
    "severity": {"severity": "low"},
    "role": {"role": "public_information_officer", **naming("wfp-duty")},
    "transfer": naming("unhcr-ciso"),
    "awareness": {"aware_at": LONG_AGO.isoformat()},
    "invite": {"organizations": ["ILO"]},
    "mandate.give": {"to": "UNICC", "is_provider": True},
    **{f"mandate.{act}": {"organization": "UN"} for act in ("accept", "decline", "withdraw")},
    "restrict": {"named": ["unhcr-duty"]},
    "move": {"connection": "web"},
    "joint.open": {"name": "all"},
    "room.open": {"organization": "UNHCR", "connection": "unhcr/chat", "room": "room", "name": "war"},
    **{verb: {"joint": "all", "about": "e1", "about_at": LONG_AGO.isoformat()} for verb in ABOUT_WORDS},
    "touch": {"matters": ["personal_data"], "aware_at": LONG_AGO.isoformat()},
    **{f"duty.{act}": {"duty": "D-1"} for act in ("approve", "meet", "waive")},
    "hybrid.activate": {"means": "digital", "deliberate": "yes", "danger": "both"},
    "hybrid.expose": {"named": ["wfp-duty"]},
    "hybrid.assess": {"base": 1, "station": "NBO", "risk": "high"},
    "hybrid.recommend": {"measure": "preventive"},
    "hybrid.sign": {"version": 1},
    "correct": {
        "number": 1,
        "entry": "e1",
        "entry_organization": "UNHCR",
        "entry_audience": ["parties"],
        "entry_marking": "TLP:AMBER",
    },
    "share": {
        "to": ["WFP"],
        "number": 1,
        "entry": "e1",
        "entry_organization": "UNHCR",
        "entry_audience": ["UNHCR"],
        "entry_marking": "TLP:AMBER",
    },
    "indicators.add": {"count": 2},
    "indicators.give": {"collection": "sharing"},
    "service.request": {"service": SERVICE.model_dump(mode="json"), "membership": "member"},
    "service.announce": {"request": "S-1", "known_by": ["203.0.113.7"]},
    "cost.log": {"hours": "2.5", "is_provider": False},
    **{f"authority.{act}": {"entrusted": TRUSTED} for act in ("contribute", "send")},
    "merge": {"other": "INC-2026-0008"},
    "merged": {"into": "INC-2026-0008"},
    "escalate": {"issue": "resources"},
    "authority.draft": {"entrusted": TRUSTED, "authority": "ch-ncsc"},
    **{f"cost.{act}": {"cost": "K-1"} for act in ("confirm", "dispute")},
    "cost.fund": {"cost": "K-1", "organization": "UN", "amount": "10", "is_provider": True},
    "introduce": {"match": "M-1", "alike": "few"},
    "introduced": {"match": "M-2", "organization": "WFP", "other": "INC-2026-0008"},
    "retainer.activate": {"agreement": agreement().model_dump(mode="json")},
    "retainer.hours": {"hours": "1.5"},
    "retainer.confirm": {"what": "remote"},
    "retainer.admit": naming("ir-example-analyst"),
    "retainer.dismiss": naming("ir-example-lead"),
    "evidence.add": {"sha256": "0" * 64},
    "evidence.hand_over": {"evidence": "E-1", **naming("wfp-duty")},
    "erase": {"number": 1, "entry": "e1", "what": "words"},
    "erase.approve": {"erasure": "X-1"},
    "erase.reject": {"erasure": "X-1"},
    "ask": {"purpose": "status_call", "asked": ["WFP"], "deadline_minutes": 60},
    "answer": {"consultation": "C-1", "option": "affected"},
    "review.save": {"base": 1, "sha256": "9f2c"},
    "review.done": {"item": "A-1"},
    **{
        f"working_group.{act}": {"working_group": f"WG-{number}"}
        for number, act in enumerate(("join", "leave"), 1)
    },
    "working_group.report": {"working_group": "WG-3", "stage": "kicked_off"},
    "review.sign": {"role": "command", "version": 1},
    "review.publish": {"marking": "TLP:AMBER", "version": 1},
    **{verb: {"groups": ["G-1", "G-2"]} for verb in TRIAGE_VERBS},
    "triage.split": {"groups": ["G-1"], "fingerprints": ["f1"]},
    **{verb: {"run": "R-1", "step": "1"} for verb in RUN_VERBS},
    "playbook.run": {"playbook": "ransomware", "content": "9f2c"},
}
NEXT = {
    "detect": "respond",
    "respond": "recover",
    "recover": "respond",
    "restricted": "recover",
    "legal hold": "recover",
}

WAITS = "playbook/INC-2026-0001/R-1|step"
DECLARED = IncidentState(
    key=KEY,
    consultations={"C-1": "open"},
    matches={
        "M-2": Match(id="M-2", asked_at=LONG_AGO, standing=Found.AGREED),
        "M-3": Match(
            id="M-3",
            asked_at=LONG_AGO,
            standing=Found.INTRODUCED,
            organization=WFP,
            other=IncidentKey("INC-2026-0008"),
        ),
    },
    services={
        "S-1": ServiceRequest(id="S-1", service=TESTING, organization=UN, at=LONG_AGO, entry="e"),
    },
    waited_for={WAITS: "C-1"},
    guests={
        PersonId("ir-example-lead"): Guest(
            person=PersonId("ir-example-lead"), vendor=vendor_of("IR-EXAMPLE"), call="V-1", since=LONG_AGO
        )
    },
    lead=UNHCR,
    declared_at=LONG_AGO,
    parties={
        UNHCR: Standing.LEAD,
        WFP: Standing.JOINED,
        UNICC: Standing.INVITED,
        UN: Standing.JOINED,
        FAO: Standing.LEFT,
    },
    roles={
        Role.INCIDENT_COMMANDER: PersonId("unhcr-responder"),
        Role.DEPUTY_INCIDENT_COMMANDER: PersonId("wfp-responder"),
        Role.SCRIBE: PersonId("wfp-legal"),
    },
    erasures={
        "X-1": ErasureRequest(entry="e2", number=2, what=Erasable.WORDS, asked_by=PersonId("wfp-legal"))
    },
    evidence={EvidenceId("E-1"): PersonId("wfp-duty")},
    role_organizations={
        Role.INCIDENT_COMMANDER: UNHCR,
        Role.DEPUTY_INCIDENT_COMMANDER: WFP,
        Role.SCRIBE: WFP,
    },
)
NETWORK = Network(
    definition=Definition(means=Means.DIGITAL, deliberate=Known.YES, danger=Danger.BOTH),
    judged_by=PersonId("unhcr-responder"),
    activated_at=LONG_AGO,
    version=1,
    assessments=(Assessment(version=1, station="NBO", risk=Risk.HIGH, by=PersonId("oict-duty"), entry="e"),),
    recommendations=tuple(
        Recommendation(
            id=f"H-{office}", version=1, office=office, measure=Measure.PREVENTIVE, due_minutes=60, entry="e"
        )
        for office in Office
    ),
)
MANDATE = Mandate(id="M-1", organization=UN, to=WFP, given_by=PersonId("oict-ciso"), given_at=LONG_AGO)
COST = Cost(
    id="K-1",
    source=CostSource.UNICC,
    organization=UNICC,
    currency="USD",
    by="unicc-duty",
    at=LONG_AGO,
    shares={code: Share(organization=code, amount=Decimal(100)) for code in (UN, WFP, UNHCR)},
)
ENTRUSTED = Community(
    entrusted=Entrusted(
        organization=UNICC,
        reference="CEB/2026/1",
        recorded_by=PersonId("ccop-secretary"),
        at=LONG_AGO,
        entry="e",
    )
)
_TAKEN_BACK = {
    "directory.revoke": ENTRUSTED,
    "directory.withdraw": Community(cleared=frozenset({PersonId("wfp-responder")})),
}
SIGNED = {"C-1": "approved", "C-2": "signed", "C-3": "signed"}
NOTIFYING = Authorities(
    parts={UN: GivenPart(entry="e", marking=Marking.AMBER)},
    notices={
        "N-1": AuthorityNotice(
            id="N-1",
            authority="ch-ncsc",
            source=(UN,),
            by=WFP,
            entry="e",
            marking=Marking.AMBER,
            consultations=("C-1", "C-2", "C-3"),
        )
    },
)
CALL = Call(id="V-1", agreement=agreement(), severity=Severity.HIGH, called_at=LONG_AGO)
RESTRICTED = {
    "phase": Phase.RESPOND,
    "restricted": True,
    "named": (WHO["incident commander"].id, WHO["duty officer, joined"].id),
    "guests": {},
}
WHEN: dict[str, IncidentState] = {
    "undeclared": IncidentState(key=KEY),
    **{phase.value: DECLARED.model_copy(update={"phase": phase}) for phase in Phase},
    "closed": DECLARED.model_copy(update={"phase": Phase.CLOSED, "guests": {}}),
    "restricted": DECLARED.model_copy(update=RESTRICTED),
    "legal hold": DECLARED.model_copy(update={"phase": Phase.RESPOND, "held": True}),
}


def _command(verb: str, who: Actor, when: str) -> Command:
    args = dict(ARGS.get(verb, {}))
    if verb == "phase":
        args["phase"] = NEXT.get(when, "respond")
    part = _part_of(who, WHEN[when])
    if verb == "hybrid.withdraw":
        args["recommendation"] = f"H-{who.office}"
    if verb in ROTA_VERBS:
        args |= {"person": who.id, "person_organization": who.organization}
    if verb in ABOUT_WORDS:
        args |= {"about_author": who.id, "about_organization": who.organization}
    if verb == "task.add":
        args["organization"] = part
    elif verb in ("task.withdraw", "ask.withdraw"):
        args["origin"] = WAITS
    elif verb.startswith("task."):
        args["task"] = f"{part}-{2 if verb in ('task.accept', 'task.decline') else 1}"
        args |= naming("unhcr-ciso") if verb == "task.assign" else {}
    return Command(id=CommandId("policy"), verb=verb, actor=who, incident=KEY, args=args, received_at=NOON)


def _part_of(who: Actor, state: IncidentState) -> OrganizationCode:
    """Her own part, where her organization takes part; the lead's otherwise."""
    return who.organization if who.organization in state.active_parties else UNHCR


def _tasks(code: OrganizationCode) -> dict[TaskId, Task]:
    """An open one and one that is asked for."""
    statuses = {f"{code}-1": TaskStatus.OPEN, f"{code}-2": TaskStatus.REQUESTED}
    return {
        TaskId(id): Task(
            id=TaskId(id),
            organization=code,
            status=status,
            requested_by=UNHCR,
            entry="e",
            origin="playbook/INC-2026-0001/R-1|step",
        )
        for id, status in statuses.items()
    }


def _at_hand(state: IncidentState, verb: str, who: Actor) -> IncidentState:
    """The incident with what the command is about."""
    if verb.startswith("duty."):
        state = state.model_copy(update={"duties": {"D-1": _duty(who, verb)}})
    if verb in ABOUT_WORDS:
        vendors_own = (who.organization,) if is_vendor(who.organization) else ()
        room = JointRoom(name="all", opened_by="e1", organizations=vendors_own)
        state = state.model_copy(update={"joint": {"all": room}})
    if verb.startswith("hybrid.") and verb != "hybrid.activate":
        state = state.model_copy(update={"hybrid": NETWORK})
    if verb.startswith("cost."):
        held = MANDATE.model_copy(update={"status": MandateStatus.HELD})
        state = state.model_copy(update={"costs": {"K-1": COST}, "mandates": {"M-1": held}})
    if verb in ("authority.draft", "authority.send"):
        state = state.model_copy(update={"authorities": NOTIFYING, "consultations": SIGNED})
    if verb.startswith("mandate.") and verb != "mandate.give":
        state = state.model_copy(update={"mandates": {"M-1": MANDATE}})
    if verb.startswith("retainer.") and verb != "retainer.activate":
        state = state.model_copy(update={"calls": {"V-1": CALL}})
    return state


def _judged(verb: str, who: Actor, when: str) -> str:
    state, command = WHEN[when], _command(verb, who, when)
    state = _at_hand(state, verb, who)
    try:
        if verb == "answer":
            judge_answer(state, _question(), state.audience, command, NOON)
        elif verb in TRIAGE_VERBS:
            judge_triage(_at_triage(verb, who), command, NOON, state)
        elif verb in REVIEW_VERBS:
            judge_review(_review(who, when), Situation(incident=state), command, NOON)
        elif verb in RUN_VERBS:
            judge_run(_run(verb), Situation(incident=state), command, NOON)
        elif verb in PART_VERBS:
            code = _part_of(who, state)
            part = PartState(organization=code, lead=UNHCR, tasks=_tasks(code))
            judge_part(part, Situation(incident=state), command, NOON)
        else:
            _judged_elsewhere(verb, who, state, command)
    except IncidentError as error:
        return error.code
    return "yes"


def _judged_elsewhere(verb: str, who: Actor, state: IncidentState, command: Command) -> None:
    if verb in ROTA_VERBS:
        judge_turn(command, NOON, _rota(who))
    elif verb in DIRECTORY_VERBS:
        judge_directory(_TAKEN_BACK.get(verb, Community()), command, NOON)
    else:
        judge_incident(state, command, NOON)


def _rota(who: Actor) -> Rota:
    """Of her own organization; she puts herself in."""
    layer = Layer(people=(PersonId(who.id),), starts_on=LONG_AGO.date())
    return Rota(organization=who.organization, levels=(Level(layers=(layer,)),))


def _at_triage(verb: str, who: Actor) -> AtTriage:
    """Groups of alerts of her own organization: of those of others she is told that there are none."""
    groups = tuple(_group(f"G-{number}", who.organization) for number in (1, 2))
    alert = KeptAlert("f1", AlertSeverity.HIGH, "Ransomware", 1, NOON)
    asked = {} if verb == "triage.erase" else {"G-1": "somebody-else"}
    return AtTriage(groups if verb == "triage.merge" else groups[:1], (alert,), asked=asked)


def _group(id: str, organization: OrganizationCode) -> Group:
    return Group(
        id=id,
        key=id,
        generation=1,
        source="soc",
        organization=organization,
        title="Ransomware",
        severity=AlertSeverity.HIGH,
        alerts=2,
        arrivals=2,
        first_at=NOON,
        last_at=NOON,
        status=GroupStatus.TRIAGE,
        rule="no-rule",
        because="No rule matches.",
    )


def _review(who: Actor, when: str) -> ReviewState:
    """Open once the incident was closed; its version is signed by those who must, its action is the actor's own."""
    if when not in ("closed", "restricted"):
        return ReviewState()
    version = Version(number=1, sha256="9f2c", by=PersonId("unhcr-legal"), at=NOON, entry="e")
    item = Item(
        id="A-1", organization=who.organization, owner=PersonId("unhcr-legal"), due_at=NOON, entry="e"
    )
    signatures = [
        Signature(role=role, person=PersonId("unicc-ciso"), organization=UNHCR, version=1, at=NOON)
        for role in ("command", "lead")
    ]
    return ReviewState(
        opened_at=NOON,
        due_at=NOON,
        versions=(version,),
        items={"A-1": item},
        groups={each.id: each for each in (_joining(who), _leaving(who), _led(who))},
        signatures=tuple(signatures),
    )


def _joining(_who: Actor) -> WorkingGroup:
    return WorkingGroup(id="WG-1", lead=UNICC, entry="e", due_at=NOON, told_at=NOON)


def _leaving(who: Actor) -> WorkingGroup:
    return _joining(who).model_copy(update={"id": "WG-2", "members": (who.organization,)})


def _led(who: Actor) -> WorkingGroup:
    return _leaving(who).model_copy(update={"id": "WG-3", "lead": who.organization})


def _run(verb: str) -> RunNow:
    """A run under way, whose first step was stopped."""
    step = StepAtHand(step_id="action--1", stopped="action--1#1.decision", in_flight="action--1#1.decision")
    return RunNow("R-1", is_paused=verb == "playbook.resume", outcome="running", steps=lambda: {"1": step})


def _duty(who: Actor, verb: str) -> ReportingDuty:
    """Of her own organization, and for its legal office to approve."""
    status = DutyStatus.APPROVED if verb == "duty.meet" else DutyStatus.RUNNING
    return ReportingDuty(
        id="D-1",
        organization=who.organization,
        clock="data-72h",
        trigger=Trigger.AWARENESS,
        receiver="Data protection office",
        time_zone="UTC",
        approves=Approver.LEGAL,
        policy="policy",
        started_at=LONG_AGO,
        due_at=NOON,
        status=status,
    )


def _question() -> Question:
    return Question(
        id=ConsultationId("C-1"),
        purpose=Purpose.STATUS_CALL,
        asked=(UNHCR, WFP, UNICC),
        asked_by="unhcr-responder",
        deadline_at=NOON + timedelta(hours=1),
        entry="e",
    )


def _lines() -> Iterator[str]:
    yield HEAD + legend()
    for verb in PERMISSIONS:
        yield meaning(verb)
        yield f"{verb + ' ':-<27}{''.join(f'{when:<19}' for when in WHEN)}".rstrip()
        for name, who in WHO.items():
            cells = "".join(f"{cell(_judged(verb, who, when)):<19}" for when in WHEN)
            yield f"  {name:<25}{cells}".rstrip()
        yield ""


def table() -> str:
    """The whole table as text."""
    return "\n".join((*_lines(), *reading_table.lines())).rstrip() + "\n"


def test_the_policy_table_is_as_it_was_reviewed() -> None:
    assert table() == TABLE.read_text("utf-8"), (
        "who may do what has changed; if so meant: python -m tests.policy.test_policy"
    )


def test_every_command_that_is_judged_has_its_row_and_no_other() -> None:
    assert {
        *INCIDENT_VERBS,
        *PART_VERBS,
        *RUN_VERBS,
        *REVIEW_VERBS,
        *TRIAGE_VERBS,
        *ROTA_VERBS,
        *DIRECTORY_VERBS,
        "answer",
    } == set(PERMISSIONS)
    assert not set(INCIDENT_VERBS) & set(PART_VERBS)


def test_every_command_that_people_type_is_judged_where_its_target_says() -> None:
    for each in COMMANDS:
        if each.target is Target.PART:
            assert each.verb in PART_VERBS
        elif each.verb in TRIAGE_VERBS:
            assert each.target is Target.TRIAGE or each.verb == "triage.attach"
        elif each.target is Target.REVIEW:
            assert each.verb in REVIEW_VERBS
        elif each.target in (Target.INCIDENT, Target.DECLARE):
            assert each.verb in INCIDENT_VERBS
        elif each.target is Target.RUN:
            assert each.verb in RUN_VERBS
        elif each.target is Target.CONSULTATION:
            assert each.verb in {"answer", "ask"}


def test_only_what_machines_and_pages_say_cannot_be_typed() -> None:
    typed = {each.verb for each in COMMANDS if each.target is not Target.QUERY}
    assert set(PERMISSIONS) - typed == {
        "notice",
        "compare",
        "introduce",
        "introduced",
        "page.call",
        "task.withdraw",
        "ask.withdraw",
        "alerts.attach",
        "merged",
        "say.sign",
        "say.change",
        "say.withdraw",
        "review.save",
        "review.publish",
        "review.settle",
        "review.resume",
        "room.open",
    }


@pytest.mark.parametrize("when", [when for when in WHEN if when != "undeclared"])
def test_who_may_not_know_of_an_incident_is_told_by_every_command_that_there_is_none(when: str) -> None:
    for verb in set(PERMISSIONS) - {"declare"} - (TRIAGE_VERBS - {"triage.attach"}) - NO_INCIDENT:
        assert _judged(verb, WHO["duty officer, stranger"], when) == "not_found", verb


def test_a_question_among_the_named_is_not_there_for_who_would_answer_for_an_organization_asked() -> None:
    for name in ("CISO of the lead", "duty officer, invited", "duty officer, stranger"):
        assert _judged("answer", WHO[name], "restricted") == "not_found"


@pytest.mark.parametrize("verb", sorted(PERMISSIONS))
def test_each_command_is_for_somebody_and_not_for_everybody(verb: str) -> None:
    said = {_judged(verb, who, when) for who in WHO.values() for when in WHEN}
    assert "yes" in said
    assert len(said) > 1


def test_a_machine_never_decides_what_only_people_may() -> None:
    machines = [who for who in WHO.values() if who.kind is not ActorKind.PERSON]
    for verb in ("close", "transfer", "restrict", "awareness", "task.accept", "task.done", "answer"):
        assert "yes" not in {_judged(verb, who, when) for who in machines for when in WHEN}, verb


if __name__ == "__main__":
    TABLE.write_text(table(), "utf-8")
