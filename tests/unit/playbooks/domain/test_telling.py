"""Telling entries: every kind reads as a sentence, nobody is named who may not be, nothing makes it fail."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.document import Mention, Paragraph, plain
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.proof.slots import SLOTS
from playbooks.domain.release import ATTRIBUTION, Shown
from playbooks.domain.telling import at_hand, story_line, tell
from playbooks.texts import load_texts

TEXTS = load_texts()

AT = "2026-11-22T02:10:00+00:00"
DATA: dict[Kind, dict[str, Any]] = {
    Kind.JOINT_OPEN: {"name": "all"},
    Kind.ROOM_OPEN: {"name": "war-room", "organization": "WFP", "connection": "wfp/chat", "room": "room"},
    **{
        kind: {"joint": "all", "connection": "wfp/chat"}
        for kind in (Kind.WORDS_SAY, Kind.WORDS_SIGN, Kind.WORDS_CHANGE, Kind.WORDS_WITHDRAW)
    },
    Kind.COMMAND_REFUSE: {"verb": "close", "rule": "not_entitled", "source": "policy"},
    Kind.DECLARE: {
        "lead": "WFP",
        "class": "malicious-code",
        "severity": "high",
        "marking": "TLP:RED",
        "restricted": True,
    },
    Kind.SEVERITY_CHANGE: {"severity": "critical", "was": "high"},
    Kind.PHASE_CHANGE: {"phase": "recover"},
    Kind.ROLE_ASSIGN: {"role": "scribe", "person": "wfp-duty", "organization": "WFP"},
    Kind.COMMAND_TRANSFER: {"role": "incident_commander", "person": "wfp-duty", "organization": "WFP"},
    Kind.UPDATE_POST: {"every_minutes": 120},
    Kind.PARTY_INVITE: {"organization": "WFP"},
    Kind.PARTY_JOIN: {"organization": "WFP"},
    Kind.PARTY_LEAVE: {"organization": "WFP"},
    Kind.AWARENESS_DECLARE: {"organization": "WFP", "aware_at": AT},
    Kind.QUESTION_ESCALATE: {"consultation": "C-1", "missing": ["WFP"]},
    Kind.QUESTION_REFER: {"consultation": "C-1", "missing": ["WFP"]},
    Kind.MATTER_TOUCH: {"matters": ["personal_data", "finance"], "organization": "WFP", "aware_at": AT},
    Kind.DUTY_START: {
        "duty": "D-1",
        "organization": "WFP",
        "receiver": "Audit committee",
        "due_at": AT,
        "approves": "legal",
        "policy": "Statute 12",
    },
    Kind.DUTY_WARN: {"duty": "D-1", "organization": "WFP", "receiver": "Board", "due_at": AT},
    Kind.DUTY_MISS: {"duty": "D-1", "organization": "WFP", "receiver": "Board", "due_at": AT},
    Kind.DUTY_APPROVE: {"duty": "D-1", "receiver": "Audit committee"},
    Kind.DUTY_MEET: {"duty": "D-1", "receiver": "Audit committee", "met_at": AT, "late": True},
    Kind.DUTY_WAIVE: {"duty": "D-1", "receiver": "Audit committee"},
    Kind.NETWORK_ACTIVATE: {"led_by": "OICT", "means": "digital", "deliberate": "yes", "danger": "both"},
    Kind.NETWORK_STAND_DOWN: {"office": "DSS"},
    Kind.EXPOSURE_TELL: {"named": ["wfp-ciso"]},
    Kind.ASSESSMENT_SAVE: {"version": 2, "station": "NBO", "risk": "high"},
    Kind.ASSESSMENT_RECOMMEND: {
        "recommendation": "P-1",
        "version": 3,
        "measure": "preventive",
        "office": "DSS",
    },
    Kind.ASSESSMENT_WITHDRAW: {"recommendation": "P-1", "version": 4, "office": "DSS"},
    Kind.ASSESSMENT_SIGN: {"version": 3, "office": "OICT"},
    Kind.ASSESSMENT_AGREE: {"version": 3, "station": "NBO"},
    Kind.AUTHORITY_CONTRIBUTE: {"organization": "WFP", "to": "WFP", "as_marked": "TLP:GREEN"},
    Kind.AUTHORITY_DRAFT: {"notice": "N-1", "receiver": "WFP", "source": ["WFP"], "reference": "CEB/1"},
    Kind.AUTHORITY_SEND: {"notice": "N-1", "receiver": "WFP", "source": ["WFP"]},
    Kind.ISSUE_ESCALATE: {"issue": "resources", "in_words": True, "agreed": "C-1"},
    Kind.TEAM_CHANGE: {"organization": "WFP", "fact": "mail", "value": "csirt@wfp.org"},
    Kind.PERSON_CHANGE: {"organization": "WFP", "person": "wfp-duty", "language": "fr"},
    Kind.ORGANIZATION_CHANGE: {"organization": "WFP", "state": "added", "fields": ["team/mail"]},
    Kind.PARTICULARS_CHANGE: {"organization": "WFP", "state": "changed", "fields": ["clocks/d/policy"]},
    Kind.AGREEMENT_CHANGE: {"organization": "vendor:IR-EXAMPLE", "state": "added", "fields": ["rate"]},
    Kind.NOTICE_ENTRUST: {"organization": "WFP", "reference": "CEB/1"},
    Kind.NOTICE_REVOKE: {"organization": "WFP", "reference": "CEB/1"},
    Kind.REPRESENTATIVE_CLEAR: {"organization": "WFP", "person": "wfp-responder"},
    Kind.REPRESENTATIVE_WITHDRAW: {"organization": "WFP", "person": "wfp-responder"},
    Kind.WORKING_GROUP_FORM: {"working_group": "WG-1", "lead": "WFP", "formed_at": AT, "due_at": AT},
    Kind.WORKING_GROUP_JOIN: {"working_group": "WG-1", "organization": "WFP"},
    Kind.WORKING_GROUP_LEAVE: {"working_group": "WG-1", "organization": "WFP"},
    Kind.WORKING_GROUP_REPORT: {"working_group": "WG-1", "lead": "WFP", "stage": "complete"},
    Kind.WORKING_GROUP_REMIND: {"working_group": "WG-1", "lead": "WFP", "stage": "formed"},
    Kind.ALERTS_ATTACH: {"count": 3, "group": "g"},
    Kind.RESTRICT: {"named": ["wfp-ciso", "wfp-legal"]},
    Kind.TASK_REQUEST: {
        "task": "WFP-1",
        "organization": "WFP",
        "requested_by": "WFP",
        "owner": "wfp-duty",
        "due_at": AT,
        "answers": ["yes", "no"],
    },
    Kind.TASK_ADD: {"task": "WFP-1", "organization": "WFP", "owner": "wfp-duty", "due_at": AT},
    Kind.TASK_ACCEPT: {"task": "WFP-1", "owner": "wfp-duty"},
    Kind.TASK_DECLINE: {"task": "WFP-1"},
    Kind.TASK_ASSIGN: {"task": "WFP-1", "owner": "wfp-duty"},
    Kind.TASK_DONE: {"task": "WFP-1", "answer": "yes"},
    Kind.TASK_HAND_OVER: {"task": "WFP-1", "to": "WFP", "owner": "wfp-duty"},
    Kind.TASK_ESCALATE: {"task": "WFP-1", "organization": "WFP", "owner": "wfp-duty"},
    Kind.TASK_REMIND: {"task": "WFP-1", "owner": "wfp-duty"},
    Kind.QUESTION_OPEN: {"consultation": "C-1", "purpose": "approval", "asked": ["WFP"], "deadline_at": AT},
    Kind.QUESTION_REMIND: {"consultation": "C-1", "missing": ["WFP"]},
    Kind.ANSWER_GIVE: {"consultation": "C-1", "organization": "WFP", "option": "not_affected", "late": True},
    Kind.QUESTION_CLOSE: {
        "consultation": "C-1",
        "outcome": "approved",
        "counts": {"approve": 2, "reject": 0},
        "missing": ["WFP"],
    },
    Kind.INDICATORS_ADD: {"count": 3, "pap": "PAP:AMBER", "as_marked": "TLP:GREEN"},
    Kind.INDICATORS_GIVE: {"connection": "wfp/sharing", "unnamed": True},
    Kind.MATCH_AGREE: {"match": "M-1"},
    Kind.MATCH_INTRODUCE: {"match": "M-1", "organization": "WFP", "other": "INC-2026-0008"},
    Kind.MATERIAL_SHARE: {
        "to": ["WFP"],
        "source": ["WFP"],
        "number": 7,
        "as_marked": "TLP:GREEN",
        "agreed": "C-1",
    },
    Kind.RETAINER_CALL: {"call": "V-1", "vendor": "A vendor", "on_site": True, "telephone": "+00 00"},
    Kind.RETAINER_WARN: {"call": "V-1", "vendor": "A vendor", "clock": "remote", "owed_at": AT},
    Kind.RETAINER_MISS: {"call": "V-1", "vendor": "A vendor", "clock": "remote", "owed_at": AT},
    Kind.RETAINER_MEET: {"call": "V-1", "clock": "remote", "met_at": AT, "late": True},
    Kind.RETAINER_CLOSE: {"call": "V-1", "hours": "6.5", "cost": "2015.00", "currency": "USD"},
    Kind.GUEST_ADMIT: {"call": "V-1", "vendor": "A vendor", "person": "ir-example-lead"},
    Kind.GUEST_ENROL: {"call": "V-1", "person": "ir-example-lead"},
    Kind.GUEST_LEAVE: {"call": "V-1", "person": "ir-example-lead"},
    Kind.HOURS_LOG: {
        "call": "V-1",
        "hours_id": "H-1",
        "hours": "6.5",
        "organization": "WFP",
        "overdrawn": True,
    },
    Kind.HOURS_WARN: {"call": "V-1", "organization": "WFP", "per_cent": 75, "used": "90", "bought": "120"},
    Kind.HOURS_CONFIRM: {
        "call": "V-1",
        "hours_id": "H-1",
        "hours": "6.5",
        "organization": "WFP",
        "cost": "2015.00",
        "currency": "USD",
    },
    Kind.TASK_WITHDRAW: {"task": "WFP-1"},
    Kind.RUN_START: {"run": "R-1", "playbook": "ransomware"},
    Kind.STEP_START: {"run": "R-1", "step": "s", "name": "Isolate hosts"},
    Kind.STEP_SETTLE: {"run": "R-1", "step": "s", "outcome": "successful"},
    Kind.STEP_WAIT: {"run": "R-1", "step": "s.delay", "outcome": "success", "name": "Isolate hosts"},
    Kind.STEP_DECIDE: {
        "run": "R-1",
        "step": "s",
        "outcome": "success",
        "answer": "true",
        "name": "Is it bad?",
    },
    Kind.STEP_REMAIN: {"run": "R-1", "step": "s"},
    Kind.UNDO_START: {"run": "R-1", "step": "s", "name": "Isolate hosts"},
    Kind.UNDO_SETTLE: {"run": "R-1", "step": "s", "outcome": "success"},
    Kind.UNDO_STUCK: {"run": "R-1", "step": "s"},
    Kind.STEP_SKIP: {"run": "R-1", "step": "s", "outcome": "skip", "number": "5a2"},
    Kind.STEP_RETRY: {"run": "R-1", "step": "s", "outcome": "retry", "number": "5a2"},
    Kind.RUN_PAUSE: {"run": "R-1"},
    Kind.RUN_RESUME: {"run": "R-1"},
    Kind.RUN_ABORT: {"run": "R-1"},
    Kind.RUN_END: {"run": "R-1", "outcome": "successful"},
    Kind.EFFECT_INTEND: {"action": "page.trigger", "connection": "wfp/pager", "simulated": True},
    Kind.EFFECT_CONCLUDE: {
        "action": "page.trigger",
        "connection": "wfp/pager",
        "simulated": True,
        "state": "done",
    },
    Kind.ENTRY_CORRECT: {"number": 7},
    **{
        kind: {"mandate": "M-1", "organization": "WFP", "to": "UNICC"}
        for kind in (Kind.MANDATE_GIVE, Kind.MANDATE_ACCEPT, Kind.MANDATE_DECLINE, Kind.MANDATE_END)
    },
    Kind.MERGE: {"match": "M-1", "merged": "INC-2026-0008", "into": "INC-2026-0007"},
    Kind.SERVICE_ANNOUNCE: {
        "request": "S-1",
        "service": "penetration-testing",
        "organization": "WFP",
        "known_by": ["203.0.113.7/32"],
        "until_at": AT,
    },
    Kind.SERVICE_REQUEST: {"request": "S-1", "service": "soc", "to": "UNICC", "organization": "WFP"},
    Kind.COST_LOG: {"cost": "K-1", "organization": "WFP", "source_of_cost": "own"},
    **{
        kind: {"cost": "K-1", "organization": "WFP", "fund": "10.00", "currency": "USD"}
        for kind in (Kind.COST_CONFIRM, Kind.COST_DISPUTE, Kind.COST_FUND)
    },
    Kind.TASK_SHOW: {"task": "WFP-1", "to": "UNICC", "shown_under": "M-1"},
    Kind.EVIDENCE_RECEIVE: {"evidence": "E-1", "size": 12, "sha256": "9f2c"},
    Kind.EVIDENCE_HAND_OVER: {"evidence": "E-1", "person": "wfp-duty", "organization": "WFP"},
    Kind.EVIDENCE_COPY: {"evidence": "E-1"},
    Kind.PAGE_CALL: {
        "effect": "e",
        "organization": "WFP",
        "level": 1,
        "called": ["wfp-duty"],
        "state": "called",
    },
    Kind.TURN_OVERRIDE: {
        "person": "wfp-duty",
        "organization": "WFP",
        "level": 1,
        "start_at": AT,
        "end_at": AT,
    },
    Kind.PAGE_ACKNOWLEDGE: {"effect": "e", "ref": "e", "account": "P1"},
    Kind.PAGE_UNACKNOWLEDGE: {"effect": "e", "ref": "e"},
    Kind.PAGE_REASSIGN: {"effect": "e", "ref": "e", "now": "P2"},
    Kind.PAGE_RESOLVE: {"effect": "e", "ref": "e", "account": "P1"},
    Kind.PAGE_NOTE: {"effect": "e", "ref": "e"},
    Kind.PAGE_RESPOND: {"effect": "e", "ref": "e", "now": "P2", "state": "declined"},
    Kind.TICKET_CHANGE: {"effect": "e", "ref": "SEC-7", "was": "status: To Do", "now": "status: Done"},
    Kind.TICKET_COMMENT: {"effect": "e", "ref": "SEC-7"},
    Kind.TICKET_ATTACH: {"effect": "e", "ref": "SEC-7"},
    Kind.TICKET_ATTACH: {"effect": "e", "ref": "SEC-7"},
    Kind.TICKET_DELETE: {"effect": "e", "ref": "SEC-7"},
    Kind.THING_DIFFER: {
        "effect": "e",
        "ref": "SEC-7",
        "thing": "ticket",
        "state": "over_there",
        "phase": "respond",
    },
    Kind.THING_AGREE: {"effect": "e", "ref": "SEC-7", "thing": "ticket", "state": "agrees"},
    Kind.GROUP_CLAIM: {"groups": ["G-1", "G-2"]},
    Kind.GROUP_DECLARE: {"groups": ["G-1"]},
    Kind.GROUP_DISMISS: {"groups": ["G-1", "G-2"]},
    Kind.GROUP_MERGE: {"groups": ["G-1", "G-2"]},
    Kind.GROUP_ATTACH: {"groups": ["G-1"], "incident": "INC-2026-0001"},
    Kind.GROUP_SPLIT: {"groups": ["G-1"], "fingerprints": ["4f2a9c01"]},
    Kind.ALERTS_RECEIVE: {"count": 1},
    Kind.ALERTS_GROUP: {"count": 40},
    Kind.KEY_ENTRUST: {"organization": "WFP"},
    Kind.KEY_WITHDRAW: {"organization": "WFP"},
    Kind.KEY_BREAK: {"key": "0011223344556677"},
    Kind.ERASURE_REQUEST: {"erasure": "X-1", "number": 7, "what": "words"},
    Kind.ERASURE_APPROVE: {"erasure": "X-1", "number": 7, "what": "words"},
    Kind.ERASURE_REJECT: {"erasure": "X-1"},
    Kind.CASE_VIEW: {"way": "page", "marking": "TLP:AMBER"},
    Kind.EXPORT_RELEASE: {"organization": "WFP"},
    Kind.REVIEW_OPEN: {"due_at": AT},
    Kind.REVIEW_SAVE: {"version": 1},
    Kind.REVIEW_SIGN: {"version": 1, "role": "lead"},
    Kind.REVIEW_PUBLISH: {"version": 1, "marking": "TLP:GREEN"},
    Kind.ITEM_ADD: {"item": "A-1", "organization": "WFP", "owner": "wfp-duty", "due_at": AT},
    Kind.ITEM_DONE: {"item": "A-1", "organization": "WFP"},
    Kind.ITEM_REMIND: {"item": "A-1", "organization": "WFP", "owner": "wfp-duty"},
    Kind.REPORT_RELEASE: {"what": "governance", "since": "2026-01-01", "until": "2026-06-30"},
}


def shown(kind: str, data: dict[str, Any], *, attributed: bool = True, actor: str = "person") -> Shown:
    slots = {
        "kind": kind,
        "at": "2026-11-22T12:00:00.000Z",
        "actor": {"id": "wfp-ciso", "kind": actor, "office": None},
        "organization": "WFP",
        "subject": "incident",
        "data": data,
        "texts": {"note": "said so"},
        "marking": "TLP:AMBER",
        "audience": ["WFP"],
        "cause": "test:1",
    }
    kept = set(SLOTS) - (set() if attributed else set(ATTRIBUTION))
    return Shown(id="e", position=1, slots={name: value for name, value in slots.items() if name in kept})


def told(kind: str, data: dict[str, Any], **how: Any) -> str:
    return plain(tell(shown(kind, data, **how), TEXTS)).strip()


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_reads_as_a_whole_sentence_with_the_words_said(kind: Kind) -> None:
    text = told(kind, DATA.get(kind, {}))
    assert "…" not in text
    assert text.split("\n")[0].rstrip(")").endswith(".")
    assert text.endswith("said so") or kind in (Kind.REVIEW_SAVE, Kind.REVIEW_PUBLISH)


@pytest.mark.parametrize("kind", Kind)
def test_without_attribution_nobody_and_no_party_is_named(kind: Kind) -> None:
    text = told(kind, DATA.get(kind, {}), attributed=False)
    assert "wfp" not in text.casefold()
    assert text[0].isupper() or text.startswith(("R-1", "C-1"))


def test_a_party_is_said_in_place_of_an_author_withheld() -> None:
    assert told(Kind.SEVERITY_CHANGE, {"severity": "high"}, attributed=False).startswith(
        "A party changed the severity to high."
    )
    assert told(Kind.SEVERITY_CHANGE, {"severity": "high"}).startswith(
        "wfp-ciso (WFP) changed the severity to high."
    )


def test_what_was_only_simulated_says_so() -> None:
    said = told(Kind.EFFECT_CONCLUDE, DATA[Kind.EFFECT_CONCLUDE])
    assert said.startswith("Paged the people on call (wfp/pager; not connected: simulated).")
    real = told(Kind.EFFECT_CONCLUDE, {**DATA[Kind.EFFECT_CONCLUDE], "simulated": False})
    assert real.startswith("Paged the people on call (wfp/pager).")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("failed", "Could not page the people on call"),
        ("unknown", "may or may not have happened"),
        ("withheld", "the release rule does not let it out"),
    ],
)
def test_how_an_effect_ended_is_told_honestly(state: str, expected: str) -> None:
    for simulated in (True, False):
        data = {"action": "page.trigger", "connection": "wfp/pager", "state": state, "simulated": simulated}
        assert expected in told(Kind.EFFECT_CONCLUDE, data)


def test_machines_are_named_as_what_they_are() -> None:
    assert told(Kind.TASK_REMIND, DATA[Kind.TASK_REMIND], actor="timer").startswith(
        "The clock reminded: WFP-1 is due."
    )
    assert told(Kind.ALERTS_ATTACH, {"count": 1}, actor="alert").startswith(
        "An alert of WFP: 1 more alert belongs"
    )


def test_a_kind_of_a_newer_version_is_told_all_the_same() -> None:
    assert "incident:weather:change" in told("incident:weather:change", {"severity": "high"})


def test_a_line_of_the_timeline_begins_with_its_moment() -> None:
    line = story_line(shown(Kind.NOTE_ADD, {}), TEXTS)
    assert line[0].kind == "time"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(
    sorted({name for data in DATA.values() for name in data} | {"name", "detail", "asked", "repeated"})
)


@given(
    kind=st.sampled_from([*Kind, "incident:newer:kind", ""]),
    data=st.dictionaries(names, json_values, max_size=5),
    attributed=st.booleans(),
)
def test_no_data_of_any_shape_makes_telling_fail(
    kind: str, data: dict[str, Any], *, attributed: bool
) -> None:
    assert json.dumps(data) is not None
    assert tell(shown(kind, data, attributed=attributed), TEXTS).blocks


@pytest.mark.parametrize("withheld", SLOTS)
def test_any_slot_may_be_missing(withheld: str) -> None:
    whole = shown(Kind.SEVERITY_CHANGE, {"severity": "high"})
    cut = whole.model_copy(update={"slots": {k: v for k, v in whole.slots.items() if k != withheld}})
    assert tell(cut, TEXTS).blocks
    assert story_line(cut, TEXTS)


@pytest.mark.parametrize("kind", [Kind.STEP_SETTLE, Kind.STEP_WAIT, Kind.STEP_DECIDE, Kind.EVIDENCE_RECEIVE])
def test_what_has_a_name_is_told_by_it(kind: Kind) -> None:
    told = shown(kind, DATA[kind])
    named = told.model_copy(update={"slots": {**told.slots, "texts": {"name": "Isolate the file server"}}})
    assert "Isolate the file server" in plain(tell(named, TEXTS))


@pytest.mark.parametrize(
    ("purpose", "organization", "fresh", "answers"),
    [
        ("status_call", "WFP", False, ["affected", "not_affected", "unknown"]),
        ("vote", "WFP", False, ["for", "against", "abstain"]),
        ("vote", "UNHCR", False, []),
        ("approval", "WFP", True, []),
        ("mutual_aid", "WFP", False, []),
        ("of another age", "WFP", False, []),
    ],
)
def test_whoever_is_asked_has_the_answers_at_hand_where_a_press_is_enough(
    purpose: str,
    organization: str,
    fresh: bool,  # noqa: FBT001  a parameter of the test
    answers: list[str],
) -> None:
    asked = {"consultation": "C-1", "purpose": purpose, "asked": ["WFP"], "fresh": fresh}
    buttons = at_hand(shown(Kind.QUESTION_OPEN, asked), TEXTS, OrganizationCode(organization))
    assert [each.command for each in buttons] == [f"/incident answer C-1 {answer}" for answer in answers]


def _mentioned(kind: Kind, data: dict[str, Any], author: str = "unhcr-duty") -> list[str]:
    slots = {"kind": kind.value, "data": data, "actor": {"id": author, "kind": "person"}}
    blocks = tell(Shown(id="e-1", position=None, slots=slots), TEXTS).blocks
    parts = [part for block in blocks if isinstance(block, Paragraph) for part in block.parts]
    return [part.person for part in parts if isinstance(part, Mention)]


@pytest.mark.parametrize(
    "kind", [Kind.TASK_ADD, Kind.TASK_REQUEST, Kind.TASK_ASSIGN, Kind.TASK_REMIND, Kind.TASK_ESCALATE]
)
def test_whoever_has_a_task_is_mentioned_unless_she_took_it_herself(kind: Kind) -> None:
    data = {"task": "WFP-1", "organization": "WFP", "owner": "wfp-duty"}
    assert _mentioned(kind, data) == ["wfp-duty"]
    assert _mentioned(kind, data, author="wfp-duty") == []
    assert _mentioned(kind, {**data, "owner": ""}) == []


def test_whoever_commands_is_mentioned_where_an_update_is_owed_and_nobody_where_it_only_informs() -> None:
    assert _mentioned(Kind.UPDATE_REMIND, {"named": ["wfp-ciso", "wfp-duty"]}) == ["wfp-ciso", "wfp-duty"]
    assert _mentioned(Kind.ROLE_ASSIGN, DATA[Kind.ROLE_ASSIGN]) == []
