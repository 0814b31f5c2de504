"""A vendor's people as guests: admitted by name while it is called, given what is addressed to it, and gone."""

from datetime import date
from typing import Any

import pytest

from playbooks.actions.follow_ups import follow_ups
from playbooks.domain.case import Case
from playbooks.domain.circle.guest import vendor_of
from playbooks.domain.entry import Entry
from playbooks.domain.evidence import Handling
from playbooks.domain.fold import fold
from playbooks.domain.ids import EvidenceId
from playbooks.domain.joint import JointRoom
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import cut, release
from playbooks.domain.roles import Role
from tests.casts import WFP, Scene, agreement, declared, naming, reader

LEAD, ANALYST = "ir-example-lead", "ir-example-analyst"
VENDOR = vendor_of("IR-EXAMPLE")


def called(**change: Any) -> Scene:
    here = declared(joined=("WFP", "UN"))
    here.do("unhcr-ciso", "retainer.activate", agreement=terms(**change))
    return here


def terms(**change: Any) -> dict[str, Any]:
    return agreement().model_copy(update=change).model_dump(mode="json")


def admitted(*people: str) -> Scene:
    here = called()
    for person in people or (LEAD,):
        here.do("unhcr-ciso", "retainer.admit", **naming(person))
    return here


def has(here: Scene, entry: Entry, who: str = LEAD) -> bool:
    return bool(release(entry, reader(who, here.case)))


def last(here: Scene, kind: Kind) -> Entry:
    return next(entry for entry in reversed(here.entries) if entry.kind == kind)


def test_a_guest_is_admitted_by_the_lead_and_sits_in_her_vendors_room() -> None:
    here = admitted(LEAD, ANALYST)
    assert [each.vendor for each in here.state.guests.values()] == [VENDOR, VENDOR]
    assert here.state.joint["v-1"].organizations == ("UNHCR", "WFP", VENDOR)
    assert len([each for each in here.entries if each.kind == Kind.JOINT_OPEN]) == 1
    opened = last(here, Kind.JOINT_OPEN)
    invited = [r for r in follow_ups(opened, here.state) if r.action == "room.invite"]
    with_guests = {str(r.connection) for r in invited if LEAD in r.args["people"]}
    assert with_guests == {"unhcr/chat"}, "guests sit with the lead"


@pytest.mark.parametrize(
    ("who", "person", "change", "code", "source"),
    [
        ("wfp-ciso", LEAD, {}, "not_entitled", "policy"),
        ("unhcr-responder", LEAD, {}, "not_entitled", "policy"),
        ("unhcr-ciso", "wfp-duty", {}, "not_cleared", agreement().reference),
        ("unhcr-ciso", LEAD, {"staff": (ANALYST,)}, "not_cleared", agreement().reference),
    ],
)
def test_who_is_not_cleared_is_not_admitted(
    who: str, person: str, change: dict[str, Any], code: str, source: str
) -> None:
    refused = called(**change).refused(who, "retainer.admit", **naming(person))
    assert (refused.code, refused.source) == (code, source)


def test_nobody_is_admitted_without_a_call_nor_twice_nor_where_it_is_restricted() -> None:
    assert declared().refused("unhcr-ciso", "retainer.admit", **naming(LEAD)).code == "no_call"
    here = admitted()
    assert here.refused("unhcr-ciso", "retainer.admit", **naming(LEAD)).code == "guest_already"
    here.do("unhcr-ciso", "retainer.dismiss", **naming(LEAD))
    here.do("unhcr-ciso", "restrict", named=["unhcr-ciso"])
    assert here.refused("unhcr-ciso", "retainer.admit", **naming(LEAD)).code == "restricted"


def test_a_duty_of_confidentiality_that_ran_out_keeps_her_out() -> None:
    here = called(nda_until=date(2026, 11, 22))
    here.at = here.at.replace(day=23)
    assert here.refused("unhcr-ciso", "retainer.admit", **naming(LEAD)).code == "no_confidentiality"


def test_a_guest_reads_what_is_addressed_to_her_vendor_and_nothing_else() -> None:
    here = admitted()
    here.do("unhcr-duty", "note", texts={"note": "For the parties."})
    assert not has(here, last(here, Kind.NOTE_ADD))
    assert not has(here, last(here, Kind.RETAINER_CALL)), (
        "what the parties pay is not the vendor's to read here"
    )
    assert not has(here, last(here, Kind.DECLARE))
    assert has(here, last(here, Kind.GUEST_ADMIT))
    note = last(here, Kind.NOTE_ADD)
    for audience, marking in (
        (("community",), Marking.GREEN),
        (("community", "parties"), Marking.CLEAR),
        (("parties",), Marking.GREEN),
        (("UNHCR", "WFP"), Marking.AMBER),
        ((VENDOR,), Marking.RED),
    ):
        assert not has(here, note.model_copy(update={"audience": audience, "marking": marking})), audience
    for marking in (Marking.GREEN, Marking.AMBER, Marking.AMBER_STRICT):
        assert has(here, note.model_copy(update={"audience": (VENDOR,), "marking": marking})), marking


def test_sharing_with_a_vendor_is_the_sources_to_allow() -> None:
    here = admitted()
    said = here.do("unhcr-duty", "note", texts={"note": "The first file."})[0]
    shared: dict[str, Any] = {
        "to": [VENDOR], "number": 9, "entry": said.id, "entry_marking": said.marking.value,
        "entry_organization": "UNHCR", "entry_audience": ["parties"],
    }  # fmt: skip
    (given,) = here.do("unhcr-duty", "share", texts={"text": "The first file."}, **shared)
    assert has(here, given)
    (asked,) = here.do("wfp-duty", "share", **shared)
    assert (asked.kind, asked.data["asked"]) == (Kind.QUESTION_OPEN, ["UNHCR"])


def test_nothing_is_shared_with_a_vendor_of_whom_nobody_is_here() -> None:
    here = called()
    refused = here.refused("unhcr-duty", "share", to=[VENDOR], entry_audience=["parties"])
    assert refused.code == "not_a_party"


def test_a_guest_does_the_little_that_a_vendor_should() -> None:
    here = admitted()
    here.do(LEAD, "retainer.confirm", what="acknowledged")
    here.do(LEAD, "retainer.hours", hours="6.5", organization="WFP")
    (said,) = here.do(LEAD, "say", joint="v-1", texts={"words": "We read the image now."})
    assert said.audience == ("UNHCR", "WFP", VENDOR)
    here.do(LEAD, "evidence.add", sha256="0" * 64, size=3, texts={"name": "image.raw"})
    here.do(LEAD, "evidence.hand_over", evidence="E-1", **naming("unhcr-duty"))
    assert here.state.evidence == {"E-1": "unhcr-duty"}
    assert here.refused(LEAD, "retainer.confirm", what="H-1").code == "not_own_hours"


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("note", {}),
        ("invite", {"organizations": ["WHO"]}),
        ("role", {"role": "scribe", **naming(LEAD)}),
        ("transfer", naming(LEAD)),
        ("share", {"to": [VENDOR]}),
        ("retainer.admit", naming(ANALYST)),
        ("retainer.close", {}),
        ("retainer.activate", {}),
        ("severity", {"severity": "low"}),
        ("close", {}),
        ("join", {}),
        ("restrict", {"named": [LEAD]}),
    ],
)
def test_a_guest_does_nothing_else(verb: str, said: dict[str, Any]) -> None:
    assert admitted().refused(LEAD, verb, **said).code == "not_entitled"


def test_to_who_is_no_guest_there_is_no_such_incident() -> None:
    here = admitted()
    assert here.refused(ANALYST, "say", joint="v-1").code == "not_found"
    here.do(LEAD, "retainer.dismiss", **naming(LEAD))
    assert here.refused(LEAD, "say", joint="v-1").code == "not_found"


@pytest.mark.parametrize("role", ["incident_commander", "scribe", "liaison_officer"])
def test_no_role_goes_to_a_vendor(role: str) -> None:
    here = admitted()
    verb = "transfer" if role == "incident_commander" else "role"
    assert (
        here.refused(here.state.roles[Role.INCIDENT_COMMANDER], verb, role=role, **naming(LEAD)).code
        == "not_a_party"
    )


@pytest.mark.parametrize(
    ("verb", "said"),
    [("retainer.close", {}), ("close", {}), ("restrict", {"named": ["unhcr-ciso"]})],
)
def test_whatever_ends_her_stay_is_recorded_for_each_guest(verb: str, said: dict[str, Any]) -> None:
    here = admitted(LEAD, ANALYST)
    entries = here.do("unhcr-ciso", verb, **said)
    assert [e.data["person"] for e in entries if e.kind == Kind.GUEST_LEAVE] == [LEAD, ANALYST]
    assert not here.state.guests
    gone = next(e for e in entries if e.kind == Kind.GUEST_LEAVE)
    told = ("person:unhcr-ciso",) if verb == "restrict" else ("parties", VENDOR)
    assert gone.audience == told, "of a restricted incident the named alone hear of it"
    removed = [r for r in follow_ups(gone, here.state) if r.action == "room.remove"]
    assert [(r.connection, r.args["people"]) for r in removed] == [("unhcr/chat", (LEAD,))]


def test_nobody_is_dismissed_who_is_no_guest() -> None:
    here = admitted(LEAD)
    for person in (ANALYST, "wfp-duty"):
        assert here.refused("unhcr-ciso", "retainer.dismiss", **naming(person)).code == "not_found"


def test_when_one_of_two_calls_ends_the_guests_of_the_other_stay() -> None:
    here = admitted(LEAD)
    here.do("unhcr-ciso", "retainer.activate", agreement=terms(code="IR-OTHER", staff=(ANALYST,)))
    here.do("unhcr-ciso", "retainer.admit", call="V-2", **naming(ANALYST))
    (hours, *_) = here.do(LEAD, "retainer.hours", hours="1", organization="WFP")
    assert hours.data["call"] == "V-1", "a guest's call is her own"
    assert here.refused(LEAD, "retainer.hours", hours="1", organization="WFP", call="V-2").code == "no_call"
    here.do("wfp-ciso", "retainer.confirm", what="H-1", call="V-1")
    entries = here.do("unhcr-ciso", "retainer.close", call="V-1")
    assert [e.data["person"] for e in entries if e.kind == Kind.GUEST_LEAVE] == [LEAD]
    assert list(here.state.guests) == [ANALYST]


def test_a_guest_ends_her_own_stay_and_nobody_elses_and_is_not_named() -> None:
    here = admitted(LEAD, ANALYST)
    assert here.refused(LEAD, "retainer.dismiss", **naming(ANALYST)).code == "not_herself"
    assert here.refused("unhcr-ciso", "restrict", named=[LEAD]).code == "guest_named"
    here.do(LEAD, "retainer.dismiss", **naming(LEAD))
    assert list(here.state.guests) == [ANALYST]


def test_a_vendor_is_asked_by_itself_and_decides_nothing() -> None:
    here = admitted()
    asked: dict[str, Any] = {"deadline_minutes": 60, "purpose": "mutual_aid"}
    assert here.refused("unhcr-ciso", "ask", **asked, asked=["WFP", VENDOR]).code == "vendor_not_asked"
    alone: dict[str, Any] = {**asked, "asked": [VENDOR]}
    assert here.refused("unhcr-ciso", "ask", **{**alone, "purpose": "approval"}).code == "vendor_not_asked"
    (question,) = here.do("unhcr-ciso", "ask", **alone)
    assert has(here, question)
    (answer,) = here.do(
        LEAD,
        "answer",
        consultation=question.data["consultation"],
        option="offer",
        hours=16,
        skills=["forensics"],
    )
    assert answer.data["organization"] == VENDOR


def test_a_room_for_every_party_is_no_vendors() -> None:
    room = JointRoom(name="all", opened_by="")
    assert room.is_for(WFP)
    assert not room.is_for(VENDOR)


def _handed() -> Scene:
    here = admitted()
    here.do("unhcr-ciso", "evidence.add", sha256="a" * 64)
    here.do("unhcr-ciso", "evidence.hand_over", evidence="E-1", **naming(LEAD))
    return here


def _hers(here: Scene, who: str = LEAD) -> Case:
    """The case as somebody may fold it."""
    seen = reader(who, here.case)
    return fold(here.key, (entry for entry in (cut(each, seen) for each in here.entries) if entry))


def test_what_a_guest_is_handed_is_a_piece_of_her_case_which_begins_with_her() -> None:
    here = _handed()
    piece = _hers(here).evidence[EvidenceId("E-1")]
    assert piece.sha256 == "a" * 64
    assert [(link.handling, link.person) for link in piece.chain] == [(Handling.HANDED_OVER, LEAD)]
    assert piece.may_be_copied_by(VENDOR)
    here.do("unhcr-ciso", "evidence.add", sha256="b" * 64)
    assert list(_hers(here).evidence) == ["E-1"], "what she was not handed is none of hers"


@pytest.mark.parametrize("by", [LEAD, "unhcr-duty"])
def test_a_guest_who_holds_it_no_more_hears_so_and_has_no_further_copy(by: str) -> None:
    here = _handed()
    here.do(by, "evidence.hand_over", evidence="E-1", **naming("wfp-duty"))
    piece = _hers(here).evidence[EvidenceId("E-1")]
    assert piece.holder.person == "wfp-duty"
    assert not piece.may_be_copied_by(VENDOR)
    assert _hers(here, "wfp-duty").evidence[EvidenceId("E-1")].may_be_copied_by(WFP)
