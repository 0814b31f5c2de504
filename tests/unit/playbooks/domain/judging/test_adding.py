"""What people add after the fact: entered late, corrected, pinned, taken into evidence; nothing is ever taken away."""

from datetime import timedelta
from typing import Any

import pytest

from playbooks.domain.case import Case
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed, NotFound, Refused
from playbooks.domain.evidence import Handling
from playbooks.domain.fold import carry_on, fold
from playbooks.domain.ids import EvidenceId, OrganizationCode, PersonId
from playbooks.domain.judging.incident import judge_incident
from playbooks.domain.release import Reader, release
from tests.casts import KEY, NOON, WFP, command, naming
from tests.worlds import a_ransomware_incident

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
E1 = EvidenceId("E-1")


def an_incident() -> Case:
    """UNHCR leads, WFP and UNICC have joined; unhcr-ciso commands, unicc-responder is the scribe."""
    return fold(KEY, a_ransomware_incident(key=KEY))


def judged(case: Case, verb: str, who: str, **args: Any) -> tuple[Entry, ...]:
    return judge_incident(case.state, command(f"test:{verb}", verb, who, **args), NOON)


def correcting(**changes: Any) -> dict[str, Any]:
    entry = {
        "number": 7,
        "entry": "e7",
        "entry_organization": "WFP",
        "entry_audience": ["parties"],
        "entry_marking": "TLP:AMBER",
    }
    return {**entry, **changes}


def test_a_late_note_says_when_it_happened_and_when_it_was_entered() -> None:
    earlier = NOON - timedelta(hours=10)
    [note] = judged(an_incident(), "note", "wfp-duty", happened_at=earlier.isoformat())
    assert (note.data["happened_at"], note.at) == (earlier.isoformat(), NOON)


def test_what_is_still_to_come_has_not_happened() -> None:
    for verb in ("note", "pin"):
        with pytest.raises(Malformed) as refused:
            judged(an_incident(), verb, "wfp-duty", happened_at=(NOON + timedelta(minutes=1)).isoformat())
        assert refused.value.code == "future_time"


def test_what_happens_this_very_moment_has_happened() -> None:
    [note] = judged(an_incident(), "pin", "wfp-duty", happened_at=NOON.isoformat())
    assert note.data["happened_at"] == NOON.isoformat()


def test_a_correction_by_an_editor_is_for_the_author_too_and_for_named_persons_it_stays_theirs() -> None:
    case = an_incident()
    [other] = judged(case, "correct", "unhcr-ciso", **correcting(entry_audience=["UNICC"]))
    assert other.audience == ("UNICC", "WFP")
    for audience in (["person:wfp-duty"], ["person:wfp-duty", "person:unhcr-ciso"]):
        [named] = judged(case, "correct", "unhcr-ciso", **correcting(entry_audience=audience))
        assert named.audience == tuple(audience)
    mixed = ["person:wfp-duty", "UNICC"]
    [both] = judged(case, "correct", "unhcr-ciso", **correcting(entry_audience=mixed))
    assert both.audience == (*mixed, "WFP")


@pytest.mark.parametrize(
    ("size", "taken"), [(0, True), (1, True), (2**53 - 1, True), (2**53, False), (-1, False)]
)
def test_a_file_is_as_large_as_canonical_json_can_tell(size: int, taken: bool) -> None:  # noqa: FBT001  a column
    if taken:
        [entry] = judged(an_incident(), "evidence.add", "wfp-duty", sha256=HASH, size=size)
        assert entry.data["size"] == size
    else:
        with pytest.raises(Malformed):
            judged(an_incident(), "evidence.add", "wfp-duty", sha256=HASH, size=size)


def test_a_closed_incident_still_takes_what_is_added() -> None:
    case = fold(KEY, a_ransomware_incident(key=KEY, closed=True))
    assert not case.state.is_open
    assert judged(case, "pin", "wfp-duty")
    assert judged(case, "correct", "wfp-duty", **correcting())
    assert judged(case, "evidence.add", "wfp-duty", sha256=HASH)


@pytest.mark.parametrize("who", ["wfp-duty", "wfp-ciso", "unhcr-ciso", "unicc-responder"])
def test_an_entry_is_corrected_by_its_own_organization_by_the_commander_and_by_the_scribe(who: str) -> None:
    [correction] = judged(an_incident(), "correct", who, **correcting())
    assert correction.data == {"entry": "e7", "number": 7}


def test_nobody_else_corrects_what_another_organization_said() -> None:
    with pytest.raises(Refused) as refused:
        judged(an_incident(), "correct", "unhcr-duty", **correcting())
    assert refused.value.code == "not_own_entry"


def test_a_correction_is_marked_as_what_it_corrects_and_goes_no_further() -> None:
    [correction] = judged(
        an_incident(), "correct", "wfp-duty", **correcting(entry_marking="TLP:RED", entry_audience=["WFP"])
    )
    assert correction.marking == "TLP:RED"
    assert correction.audience == ("WFP",)


def test_a_correction_of_what_was_for_named_persons_is_for_them_alone() -> None:
    named = ["person:wfp-duty", "person:unhcr-ciso"]
    [correction] = judged(an_incident(), "correct", "unhcr-ciso", **correcting(entry_audience=named))
    assert correction.audience == tuple(named)
    assert not release(correction, Reader(organization=WFP, party_to=(KEY,)))


def test_the_author_reads_the_commanders_correction_of_her_entry() -> None:
    [correction] = judged(an_incident(), "correct", "unhcr-ciso", **correcting(entry_audience=[]))
    assert release(correction, Reader(organization=WFP, party_to=(KEY,)))
    assert not release(correction, Reader(organization=OrganizationCode("UNICC"), party_to=(KEY,)))


def test_a_pin_says_whose_words_they_are_and_is_the_pinners_own() -> None:
    said = {"person": "wfp-duty", "person_organization": "WFP", "url": "https://chat.example.org/m/1"}
    [pin] = judged(an_incident(), "pin", "unicc-duty", **said)
    assert pin.actor.id == "unicc-duty"
    assert pin.data == {
        "person": "wfp-duty",
        "organization": "WFP",
        "url": "https://chat.example.org/m/1",
    }


def test_evidence_is_numbered_and_held_by_whoever_took_it() -> None:
    case = an_incident()
    [first] = judged(case, "evidence.add", "wfp-duty", sha256=HASH, size=4096)
    case = carry_on(case, [first])
    [second] = judged(case, "evidence.add", "unhcr-duty", sha256=HASH)
    assert [entry.data["evidence"] for entry in (first, second)] == ["E-1", "E-2"]
    assert case.state.evidence == {E1: PersonId("wfp-duty")}
    assert case.evidence[E1].size == 4096


def test_the_chain_of_custody_is_the_entries_in_their_order() -> None:
    case = an_incident()
    for verb, who, args in (
        ("evidence.add", "wfp-duty", {"sha256": HASH}),
        ("evidence.hand_over", "wfp-duty", {"evidence": "E-1", **naming("unicc-duty")}),
        ("evidence.hand_over", "unhcr-ciso", {"evidence": "E-1", **naming("unhcr-responder")}),
    ):
        case = carry_on(case, judged(case, verb, who, **args))
    chain = [(held.handling, held.person) for held in case.evidence[E1].chain]
    assert chain == [
        (Handling.RECEIVED, "wfp-duty"),
        (Handling.HANDED_OVER, "unicc-duty"),
        (Handling.HANDED_OVER, "unhcr-responder"),
    ]
    assert case.evidence[E1].holder.person == case.state.evidence[E1] == "unhcr-responder"


def test_only_the_holder_or_the_commander_hands_evidence_over() -> None:
    case = an_incident()
    case = carry_on(case, judged(case, "evidence.add", "wfp-duty", sha256=HASH))
    with pytest.raises(Refused) as refused:
        judged(case, "evidence.hand_over", "unicc-duty", evidence="E-1", **naming("unicc-duty"))
    assert refused.value.code == "not_holder"


def test_evidence_goes_to_somebody_who_takes_part() -> None:
    case = an_incident()
    case = carry_on(case, judged(case, "evidence.add", "wfp-duty", sha256=HASH))
    with pytest.raises(Refused) as refused:
        judged(case, "evidence.hand_over", "wfp-duty", evidence="E-1", **naming("oict-duty"))
    assert refused.value.code == "not_a_party"


def test_there_is_no_handing_over_of_what_was_not_taken() -> None:
    with pytest.raises(NotFound):
        judged(an_incident(), "evidence.hand_over", "wfp-duty", evidence="E-9", **naming("wfp-duty"))


@pytest.mark.parametrize(
    ("args", "code"), [({"sha256": "abc"}, "bad_hash"), ({"sha256": HASH, "size": 2**60}, "bad_size")]
)
def test_a_hash_that_is_none_and_a_size_beyond_measure_are_refused(args: dict[str, Any], code: str) -> None:
    with pytest.raises(Malformed) as refused:
        judged(an_incident(), "evidence.add", "wfp-duty", **args)
    assert refused.value.code == code


def test_what_is_added_leaves_the_incident_as_it_was() -> None:
    case = an_incident()
    for verb, args in (("note", {}), ("pin", {}), ("correct", correcting())):
        added = carry_on(case, judged(case, verb, "wfp-duty", **args))
        assert added.state == case.state
        assert added.tasks == case.tasks
