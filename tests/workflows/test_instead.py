"""A pager that refuses us: those on duty are written to, durably, through the door."""

import pytest

from integrations.simulated.faults import FaultKind, Rule
from integrations.simulated.things import Thing
from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_when_the_pager_refuses_our_credential_those_on_duty_get_a_mail(house: House) -> None:
    world = house.muster.world
    world.switch_on(Rule(connection="unhcr/pager", method="trigger", fault=FaultKind.DENIED))
    try:
        key = await house.declared(severity="critical")

        async def written() -> Thing | None:
            mails = world.things("unhcr/mail", "mail")
            return next((mail for mail in mails if key in mail.state["subject"]), None)

        mail = await until(written, "somebody is written to")
    finally:
        world.switch_off()
    assert "unhcr-duty" in mail.state["to"]
    assert "Ransomware" not in mail.state["text"], "no more than a page may say"
