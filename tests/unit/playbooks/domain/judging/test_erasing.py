"""Personal data is erased by a decision of two persons, never under a legal hold."""

from typing import Any

import pytest

from playbooks.domain.case import Case
from playbooks.domain.entry import Entry
from playbooks.domain.erasure import Erasable, is_copy, named_by
from playbooks.domain.errors import Conflict, IncidentError, Malformed, NotFound, Refused
from playbooks.domain.evidence import Handling
from playbooks.domain.fold import carry_on, fold
from playbooks.domain.ids import EvidenceId
from playbooks.domain.judging.incident import judge_incident
from playbooks.domain.kinds import Kind
from tests.casts import KEY, NOON, command
from tests.record_samples import entry
from tests.worlds import a_ransomware_incident

ERASE = {"number": 7, "entry": "e7", "what": "words"}


def given(case: Case, verb: str, who: str, **args: Any) -> Case:
    return carry_on(case, judge_incident(case.state, command(f"t:{verb}:{who}", verb, who, **args), NOON))


def an_incident(*, closed: bool = False) -> Case:
    return fold(KEY, a_ransomware_incident(key=KEY, closed=closed))


def refused(case: Case, verb: str, who: str, kind: type[IncidentError], **args: Any) -> str:
    with pytest.raises(kind) as error:
        given(case, verb, who, **args)
    return error.value.code


@pytest.mark.parametrize("closed", [False, True])
def test_an_erasure_is_asked_by_one_and_approved_by_another(*, closed: bool) -> None:
    case = given(an_incident(closed=closed), "erase", "wfp-duty", **ERASE)
    [approved] = judge_incident(
        case.state, command("t:1", "erase.approve", "unhcr-ciso", erasure="X-1"), NOON
    )
    assert approved.kind == Kind.ERASURE_APPROVE
    assert approved.data == {
        "erasure": "X-1",
        "entry": "e7",
        "number": 7,
        "what": "words",
        "slots": ["texts"],
        "asked_by": "wfp-duty",
    }
    settled = carry_on(case, [approved])
    assert refused(settled, "erase.approve", "unhcr-ciso", NotFound, erasure="X-1") == "no_erasure"


def test_nobody_approves_what_she_asked_for_herself() -> None:
    case = given(an_incident(), "erase", "unhcr-ciso", **ERASE)
    assert refused(case, "erase.approve", "unhcr-ciso", Refused, erasure="X-1") == "second_person"


def test_nothing_is_erased_under_a_legal_hold_not_even_what_was_asked_before() -> None:
    asked = given(an_incident(), "erase", "wfp-duty", **ERASE)
    held = given(asked, "hold", "unhcr-ciso")
    assert refused(held, "erase.approve", "unhcr-ciso", Refused, erasure="X-1") == "legal_hold"
    assert refused(held, "erase", "wfp-duty", Refused, **{**ERASE, "number": 8}) == "legal_hold"
    assert refused(held, "hold", "unhcr-ciso", Conflict) == "held_already"
    lifted = given(held, "hold.lift", "unhcr-ciso")
    assert given(lifted, "erase.approve", "unhcr-ciso", erasure="X-1").state.erasures["X-1"].settled
    assert refused(lifted, "hold.lift", "unhcr-ciso", Conflict) == "not_held"


def test_a_rejected_request_is_settled_and_may_be_asked_again() -> None:
    asked = given(an_incident(), "erase", "wfp-duty", **ERASE)
    assert refused(asked, "erase", "wfp-duty", Conflict, **ERASE) == "erasure_asked_already"
    rejected = given(asked, "erase.reject", "unhcr-ciso", erasure="X-1")
    again = given(rejected, "erase", "wfp-duty", **ERASE)
    assert set(again.state.erasures) == {"X-1", "X-2"}


def test_who_takes_no_command_approves_nothing() -> None:
    asked = given(an_incident(), "erase", "wfp-duty", **ERASE)
    assert refused(asked, "erase.approve", "wfp-ciso", Refused, erasure="X-1") == "not_entitled"


@pytest.mark.parametrize("what", [Erasable.FILE, Erasable.ALERTS])
def test_a_file_or_alerts_are_asked_for_by_an_entry_that_has_them(what: Erasable) -> None:
    asked = {**ERASE, "what": what}
    assert refused(an_incident(), "erase", "wfp-duty", Malformed, **asked, has_it=False) == "nothing_to_erase"
    assert given(an_incident(), "erase", "wfp-duty", **asked, has_it=True).state.erasures["X-1"].what is what


def test_an_approval_names_the_entries_that_a_machine_gave_the_same_words_to() -> None:
    asked = given(an_incident(), "erase", "wfp-duty", **ERASE, copies=["e9"])
    [approved] = judge_incident(
        asked.state, command("t:1", "erase.approve", "unhcr-ciso", erasure="X-1"), NOON
    )
    assert named_by(approved.data) == ("e7", "e9")


def test_a_task_that_was_handed_over_is_a_copy_and_two_notes_that_say_the_same_are_none() -> None:
    task = a_note(Kind.TASK_ADD)
    assert is_copy(Erasable.WORDS, task, a_note(Kind.TASK_REQUEST))
    assert not is_copy(Erasable.WORDS, task, a_note(Kind.TASK_REQUEST, "Another"))
    assert not is_copy(Erasable.WORDS, a_note(Kind.NOTE_ADD), a_note(Kind.NOTE_ADD))
    declared, counted = a_note(Kind.DECLARE, group="G-1"), a_note(Kind.ALERTS_ATTACH, group="G-1")
    assert is_copy(Erasable.ALERTS, counted, declared)
    assert not is_copy(Erasable.ALERTS, counted, a_note(Kind.DECLARE, group="G-2"))


def test_the_chain_of_a_file_ends_with_who_approved_that_it_is_erased() -> None:
    told = a_ransomware_incident(key=KEY, closed=False)
    [received] = judge_incident(
        fold(KEY, told).state, command("t:e", "evidence.add", "wfp-duty", sha256="0" * 64, size=1), NOON
    )
    asked = given(
        fold(KEY, [*told, received]),
        "erase",
        "wfp-duty",
        number=9,
        entry=received.id,
        what="file",
        has_it=True,
    )
    piece = given(asked, "erase.approve", "unhcr-ciso", erasure="X-1").evidence[EvidenceId("E-1")]
    assert (piece.chain[-1].handling, piece.chain[-1].person) == (Handling.ERASED, "unhcr-ciso")
    assert piece.holder.person == "wfp-duty"


def a_note(kind: Kind, words: str = "Look at it", **data: Any) -> Entry:
    return entry(1, KEY, kind=kind, texts={"text": words}, data=data)
