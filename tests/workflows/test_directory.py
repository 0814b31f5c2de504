"""The directory is changed from chat, and what it says holds from the next line on."""

import pytest

from bot.community import RecordedCommunity
from playbooks.domain.document import Document
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.tongue import Tongue, speaking
from tests.workflows.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")


def words(document: Document) -> str:
    """All plain words of an answer."""
    return document.model_dump_json()


async def test_a_person_is_spoken_to_in_the_language_that_she_said_wherever_she_is_met(house: House) -> None:
    with speaking(Tongue(language="en")):
        changed = await house.say("wfp-duty", "language es zone=africa/dakar")
        assert not changed.failed, words(changed.document)
        assert "Muster le habla así" in words(changed.document), "at once"
    with speaking(Tongue(language="en")):
        again = await house.say("wfp-duty", "language es")
        assert again.failed
    wrong = await house.say("wfp-ciso", "language fr zone=Dakar/Africa")
    assert "no time zone" in words(wrong.document)
    muster = house.muster
    later = RecordedCommunity(muster.directory, muster.communities._changes)
    person = muster.directory.person("wfp-duty")
    for known in (muster.communities.known, await later.lately()):
        assert known.tongue(muster.directory, person, "fr") == Tongue(language="es", time_zone="Africa/Dakar")
    [entry] = [each async for _, each in muster.record.entries(None) if each.kind == Kind.PERSON_CHANGE]
    assert entry.data == {
        "organization": "WFP",
        "person": "wfp-duty",
        "language": "es",
        "time_zone": "Africa/Dakar",
    }


async def test_what_a_team_tells_of_itself_is_recorded_shown_and_obeyed(house: House) -> None:
    for said in ('labels "INTERNAL USE=TLP:GREEN"', "marking amber", 'emergency "+39 06 555 01 00"'):
        reply = await house.say("wfp-ciso", f"directory set {said}")
        assert not reply.failed, words(reply.document)
    assert (await house.say("wfp-responder", "directory set marking clear")).failed
    assert "+39 06 555 01 00" in words((await house.say("unhcr-duty", "directory show WFP")).document)

    labelled = await house.say("wfp-duty", 'declare Phishing of finance staff marking="internal use"')
    unsaid = await house.say("wfp-duty", "declare Phishing of other staff")
    markings = []
    for reply in (labelled, unsaid):
        assert reply.verdict is not None
        assert reply.verdict.incident is not None
        markings.append((await house.case(reply.verdict.incident)).state.marking)
    assert markings == [Marking.GREEN, Marking.AMBER]
    stranger = await house.say("unhcr-duty", 'declare Phishing marking="internal use"')
    assert stranger.failed, "a label is its organization's own"

    log = [entry async for _, entry in house.muster.record.entries(None)]
    changes = [each.data["fact"] for each in log if each.kind == Kind.TEAM_CHANGE]
    assert changes == ["labels", "marking", "emergency"]
    for fact in changes:
        assert not (await house.say("wfp-ciso", f"directory set {fact}")).failed
