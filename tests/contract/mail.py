"""What every MailPort keeps to."""

import pytest

from playbooks.domain.errors import Permanent
from playbooks.domain.ids import PersonId
from playbooks.ports.mail import MailPort, Send, SendEach
from playbooks.ports.write import Letters
from tests.contract.samples import MESSAGE, some_id

DUTY_OFFICER = PersonId("unhcr-duty")
STRANGER = PersonId("unhcr-stranger")


async def check_mail_port(port: MailPort) -> None:
    """STRANGER has no address."""
    first = await port.send(_mail("1", DUTY_OFFICER))
    second = await port.send(_mail("2", DUTY_OFFICER, STRANGER))
    assert some_id("mail.send", "1") in first.ref, "the Message-ID carries the effect, so repeats can be told"
    assert first.ref != second.ref
    assert not first.missing
    assert second.missing == (STRANGER,), "who has no address is named"
    with pytest.raises(Permanent):
        await port.send(_mail("3", STRANGER))
    each = await port.send_each(_letters("1", DUTY_OFFICER, STRANGER))
    assert each.missing == (STRANGER,)
    with pytest.raises(Permanent):
        await port.send_each(_letters("2", STRANGER))


def _mail(occasion: str, *to: PersonId) -> Send:
    return Send(effect_id=some_id("mail.send", occasion), to=to, document=MESSAGE)


def _letters(occasion: str, *to: PersonId) -> SendEach:
    letters = Letters(by_person=dict.fromkeys(to, MESSAGE))
    return SendEach(effect_id=some_id("mail.send_each", occasion), to=to, letters=letters)
