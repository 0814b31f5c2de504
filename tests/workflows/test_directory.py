"""The directory is changed from chat, and what it says holds from the next line on."""

import pytest

from playbooks.domain.document import Document
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from tests.workflows.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")


def words(document: Document) -> str:
    """All plain words of an answer."""
    return document.model_dump_json()


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
