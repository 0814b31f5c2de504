"""Mail keeps to its port against a real SMTP server, and says for certain what did not happen."""

import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from integrations.mail.sending import SmtpMail
from integrations.mail.server import MailAccess, Security
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.document import Banner, Document, Heading, paragraph
from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.ids import PersonId
from playbooks.domain.marking import Marking
from playbooks.ports.mail import Send, SendEach
from playbooks.ports.write import Letters
from tests.contract.fakes.certificate import certified
from tests.contract.fakes.mail_server import PASSWORD, USER, FakeMailServer
from tests.contract.mail import DUTY_OFFICER, check_mail_port
from tests.contract.samples import MESSAGE, UNHCR, some_id

CISO = PersonId("unhcr-ciso")
ADDRESSES = {DUTY_OFFICER: "duty@unhcr.example.org", CISO: "ciso@unhcr.example.org"}
CONNECTION = Connection(
    id=connection_id(UNHCR, "mail"), organization=UNHCR, vendor=Vendor.SMTP, ceiling=Marking.GREEN, place=USER
)
SEND = Send(effect_id=some_id("mail.send", "1"), to=(DUTY_OFFICER, CISO), document=MESSAGE)
Tls = tuple[ssl.SSLContext, Path]


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return certified(tmp_path_factory.mktemp("tls"))


@pytest_asyncio.fixture
async def server(tls: Tls) -> AsyncIterator[FakeMailServer]:
    async with FakeMailServer().served(tls[0]) as served:
        yield served


def mail(server: FakeMailServer, tls: Tls, password: str = PASSWORD, within: float = 20) -> SmtpMail:
    access = MailAccess(
        host="localhost",
        port=server.port,
        user=USER,
        password=SecretStr(password),
        ca=tls[1],
        within=timedelta(seconds=within),
    )
    return SmtpMail(CONNECTION, access, ADDRESSES.get)


async def test_smtp_keeps_to_the_port(server: FakeMailServer, tls: Tls) -> None:
    await check_mail_port(mail(server, tls))


async def test_a_mail_says_how_it_is_marked_and_that_a_machine_wrote_it(
    server: FakeMailServer, tls: Tls
) -> None:
    banner = Banner(marking=Marking.AMBER)
    words = "Line one\r\nBcc: somebody@example.net\r\n\r\nLine two, Nürnberg"
    said = Document(blocks=(banner, Heading(text="Relay down"), paragraph(words)))
    follows = SEND.model_copy(update={"document": said, "reply_to_effect": some_id("mail.send", "0")})
    await mail(server, tls).send(follows)
    (sent,) = server.mails
    assert sent["Subject"] == "TLP:AMBER Relay down"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert some_id("mail.send", "0") in sent["In-Reply-To"]
    assert sent["Bcc"] is None, "nobody's words are a header"
    assert "Nürnberg" in sent.get_payload(decode=True).decode()  # type: ignore[union-attr]  # a part is no list
    assert server.recipients == [list(ADDRESSES.values())]


async def test_whom_the_server_refuses_is_missing_and_the_others_have_it(
    server: FakeMailServer, tls: Tls
) -> None:
    server.refuses[ADDRESSES[CISO]] = "550 5.1.1 No such person"
    made = await mail(server, tls).send(SEND)
    assert made.missing == (CISO,)
    assert server.recipients == [[ADDRESSES[DUTY_OFFICER]]]


def _letter(words: str) -> Document:
    return Document(blocks=(Heading(text="A question waits"), paragraph(words)))


EACH = SendEach(
    effect_id=some_id("mail.send_each", "1"),
    to=(DUTY_OFFICER, CISO),
    letters=Letters(by_person={DUTY_OFFICER: _letter("for the duty officer"), CISO: _letter("for the CISO")}),
)


async def test_each_person_gets_a_mail_that_nobody_else_gets(server: FakeMailServer, tls: Tls) -> None:
    made = await mail(server, tls).send_each(EACH)
    assert not made.missing
    got = {sent["To"]: sent.get_payload(decode=True).decode() for sent in server.mails}  # type: ignore[union-attr]  # as above
    assert "for the CISO" in got[ADDRESSES[CISO]]
    assert "for the CISO" not in got[ADDRESSES[DUTY_OFFICER]]
    assert sorted(server.recipients) == sorted([address] for address in ADDRESSES.values())
    assert len({sent["Message-ID"] for sent in server.mails}) == 2


async def test_of_mails_to_each_the_one_that_is_refused_is_missing_and_when_all_are_why_is_said(
    server: FakeMailServer, tls: Tls
) -> None:
    server.refuses[ADDRESSES[CISO]] = "550 5.1.1 No such person"
    assert (await mail(server, tls).send_each(EACH)).missing == (CISO,)
    server.answers["DATA"] = "452 4.3.1 Full"
    with pytest.raises(ProviderError):
        await mail(server, tls).send_each(EACH)


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("MAIL", "451 4.7.1 Greylisted", Transient),
        ("MAIL", "550 5.7.1 Not this sender", Permanent),
        ("RCPT", "450 4.2.1 Try again", Transient),
        ("RCPT", "550 5.1.1 Nobody", Permanent),
        ("DATA", "452 4.3.1 Full", Transient),
        ("DATA", "554 5.6.0 Looks like spam", Permanent),
    ],
)
async def test_what_the_server_refuses_certainly_did_not_happen(
    server: FakeMailServer, tls: Tls, command: str, answer: str, error: type[ProviderError]
) -> None:
    server.answers[command] = answer
    with pytest.raises(error) as caught:
        await mail(server, tls).send(SEND)
    assert "example.org" not in caught.value.sentence, "no address of anybody in a sentence"
    assert server.mails == []


async def test_a_mail_that_was_given_and_never_answered_for_is_unknown(
    server: FakeMailServer, tls: Tls
) -> None:
    server.drops = True
    with pytest.raises(Unknown):
        await mail(server, tls).send(SEND)
    assert len(server.mails) == 1, "the server has it"


async def test_a_server_that_takes_the_mail_and_falls_silent_is_unknown(
    server: FakeMailServer, tls: Tls
) -> None:
    server.hangs = True
    with pytest.raises(Unknown):
        await mail(server, tls, within=3).send(SEND)


async def test_a_wrong_password_is_denied_and_health_says_so_too(server: FakeMailServer, tls: Tls) -> None:
    port = mail(server, tls, password="a-wrong-one")
    with pytest.raises(Denied):
        await port.send(SEND)
    with pytest.raises(Denied):
        await port.health()
    assert str(await mail(server, tls).health()) == f"SMTP, localhost, as {USER}"


async def test_a_server_that_cannot_be_reached_or_trusted_was_sent_nothing(
    server: FakeMailServer, tls: Tls
) -> None:
    access = MailAccess(host="localhost", port=server.port, within=timedelta(seconds=20))
    with pytest.raises(Transient, match="certificate"):
        await SmtpMail(CONNECTION, access, ADDRESSES.get).send(SEND)
    nobody = access.model_copy(update={"port": 1, "security": Security.NONE})
    with pytest.raises(Transient, match="cannot be reached"):
        await SmtpMail(CONNECTION, nobody, ADDRESSES.get).send(SEND)


async def test_a_credential_is_never_sent_in_the_clear(tls: Tls) -> None:
    async with FakeMailServer(encrypted=False).served(tls[0]) as server:
        with pytest.raises(Permanent, match="STARTTLS"):
            await mail(server, tls).send(SEND)
        assert server.mails == []
