"""One consolidated notice, from the mandate to the mail, in the real parts."""

import pytest

from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_notice_is_signed_by_all_and_goes_out_by_the_provider_s_mail(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    part = {"text": "One server was encrypted."}
    assert (await house.refused("wfp-duty", "authority.contribute", key, texts=part)).code == "not_entrusted"
    asked = {"organization": "UNICC", "is_provider": True, "reference": "CEB/2026/HLCM/12"}
    await house.do("ccop-secretary", "directory.entrust", None, **asked)
    try:
        for who in ("wfp-duty", "unhcr-duty"):
            await house.do(who, "authority.contribute", key, texts=part, marking="TLP:GREEN")
        draft = {"text": "Two organizations were attacked."}
        await house.do("unicc-ciso", "authority.draft", key, texts=draft, authority="ch-ncsc")
        assert (await house.refused("unicc-ciso", "authority.send", key)).code == "not_signed"
        for consultation, option, duty, outcome in (
            ("C-1", "approve", "duty", "approved"),
            ("C-2", "sign", "legal", "signed"),
            ("C-3", "sign", "ciso", "signed"),
        ):
            for who in (f"wfp-{duty}", f"unhcr-{duty}"):
                await house.do(who, "answer", key, consultation=consultation, option=option)
            await house.consultation_is(key, consultation, outcome)
        await house.do("unicc-ciso", "authority.send", key)

        async def sent() -> bool:
            effects = (await house.case(key)).effects
            return any(id.startswith("unicc/mail/") and each.state == "done" for id, each in effects.items())

        await until(sent, "the notice goes out by UNICC's mail")
    finally:
        await house.do("ccop-secretary", "directory.revoke", None, texts={"reason": "Tried."})
    assert (await house.refused("unicc-ciso", "authority.send", key)).code == "not_entrusted"
    await house.agrees(key)
