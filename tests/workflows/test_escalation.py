"""Escalating to the Digital and Technology Network in the real parts: agreed to by every party, then mailed."""

import pytest

from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_secretary_s_words_go_to_the_network_when_every_party_agreed(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "invite", key, organizations=["UN"])
    await house.do("oict-duty", "join", key)
    words = {"words": "Responders are lacking."}
    await house.do("ccop-secretary", "escalate", key, texts=words, issue="resources", in_words=True)
    for who in ("unhcr-ciso", "wfp-ciso", "oict-duty"):
        await house.do(who, "answer", key, consultation="C-1", option="approve")
    await house.consultation_is(key, "C-1", "approved")

    async def sent() -> bool:
        effects = (await house.case(key)).effects
        return any(id.startswith("un/mail/") and each.state == "done" for id, each in effects.items())

    await until(sent, "the words go out by the Secretary's mail")
    assert (await house.refused("wfp-ciso", "escalate", key, issue="resources")).code == "not_secretary"
    await house.agrees(key)
