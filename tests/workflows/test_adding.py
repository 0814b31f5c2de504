"""What people add after the fact, on the real parts: also to an incident that was closed long ago."""

import asyncio

import pytest

from playbooks.domain.ids import EntryId, EvidenceId, IncidentKey
from playbooks.domain.kinds import Kind
from tests.casts import naming
from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


async def number_of(house: House, key: IncidentKey, id: str) -> int:
    """Wait for an entry's place in its tree."""

    async def look() -> int | None:
        placed = [at async for at, entry in house.muster.record.entries(key) if entry.id == id]
        return placed[0] if placed else None

    return await until(look, "the entry's number")


async def test_an_entry_is_corrected_by_its_number_as_it_is_marked_and_for_whom(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    noted = await house.do("wfp-duty", "note", key, texts={"note": "Seen at 02:10."})
    number = await number_of(house, key, noted.entries[0])
    done = await house.do("wfp-ciso", "correct", key, number=number, texts={"correction": "Seen at 01:52."})
    [correction] = await house.muster.record.entries_by_id([EntryId(done.entries[0])])
    assert correction.kind == Kind.ENTRY_CORRECT
    assert correction.data == {"entry": noted.entries[0], "number": number}
    assert correction.texts == {"correction": "Seen at 01:52."}
    assert correction.audience == ("parties", "WFP")
    refused = await house.refused("unhcr-ciso", "correct", key, number=number, texts={"correction": "No."})
    assert refused.code == "not_own_entry"


async def test_an_entry_that_may_not_be_read_is_corrected_as_one_that_is_not_there(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    refused = await house.refused("wfp-duty", "severity", key, severity="low")
    number = await number_of(house, key, refused.entries[0])
    for each in (number, 9_999):
        verdict = await house.refused("unhcr-duty", "correct", key, number=each, texts={"correction": "No."})
        assert (verdict.code, verdict.sentence) == (
            "no_such_entry",
            f"There is no entry {each} in {key} that you may read.",
        )
    stranger = await house.refused("unicc-duty", "correct", key, number=1, texts={"correction": "No."})
    assert stranger.code == "not_found"


async def test_a_closed_incident_takes_evidence_and_hands_it_on(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "close", key)
    for texts in ({"name": "memory.raw"}, {"name": "disk.raw"}):
        await house.do("wfp-duty", "evidence.add", key, sha256=HASH, size=4096, texts=texts)
    await house.do("wfp-duty", "evidence.hand_over", key, evidence="E-2", **naming("unhcr-ciso"))
    case = await house.case(key)
    assert not case.state.is_open
    assert case.evidence[EvidenceId("E-1")].holder.person == "wfp-duty"
    assert case.evidence[EvidenceId("E-2")].holder.person == "unhcr-ciso"


async def test_two_pieces_taken_at_once_are_two(house: House) -> None:
    key = await house.declared()
    given = [house.command("unhcr-duty", "evidence.add", key, sha256=HASH) for _ in range(4)]
    verdicts = await asyncio.gather(*(house.gateway.submit(each) for each in given))
    assert sorted(verdict.args["evidence"] for verdict in verdicts) == ["E-1", "E-2", "E-3", "E-4"]
