"""Alerts by mail, over a real SMTP conversation and a real PostgreSQL."""

import asyncio
import smtplib
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TypeVar

import pytest

from bot.intake import mail as smtp
from bot.intake.mail import MailDoor, mail_served
from bot.intake.sources import KeyUse, KnownSource, Rate, Source, SourceKey
from bot.intake.taking import Taking
from integrations.postgres.database import Pool, connected, open_pool
from playbooks.domain.alert import AlertSeverity
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import OrganizationCode
from playbooks.ports.intake import Delivery, Receipt
from tests.integration.intake.house import House

OLD, NEW = b"an0ldkeyofsomelength", b"an3wkeyofsomelength"
T = TypeVar("T")


class Mailing:
    """A source that may be written to, with two keys while it changes them."""

    rate = Rate()

    def find(self, name: str) -> KnownSource | None:
        if name != "nas":
            return None
        key = SourceKey(id="k", use=KeyUse.ADDRESS, secret="env:K")
        source = Source(name="nas", organization=OrganizationCode("UNICC"), keys=(key,), rate=self.rate)
        return KnownSource(source, (), (), addresses=(OLD, NEW))


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database) as pool:
        yield pool


@pytest.fixture
def house(pool: Pool) -> House:
    return House(pool)


@pytest.fixture
def sources() -> Mailing:
    return Mailing()


@pytest.fixture
async def port(house: House, sources: Mailing) -> AsyncIterator[int]:
    door = MailDoor(sources, Taking(house.intake, lambda: house.now))
    async with mail_served(door, "127.0.0.1", 0) as port:
        yield port


def message(
    text: str = "Severity: high\nHost: rome-nas-02\n", subject: str = "Files changed"
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "nas@wfp.example.org", "soc@muster", subject
    mail["Message-ID"], mail["Date"] = "<1@wfp.example.org>", "Fri, 20 Nov 2026 23:35:00 +0100"
    mail.set_content(text)
    return mail


def address(key: bytes = NEW, name: str = "nas") -> str:
    return f"{name}+{key.decode()}@muster.example.org"


def sent(port: int, mail: EmailMessage, *to: str) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        return client.send_message(mail, "nas@wfp.example.org", to or (address(),))


async def send(port: int, mail: EmailMessage, *to: str) -> dict[str, tuple[int, bytes]]:
    return await asyncio.to_thread(sent, port, mail, *to)


async def kept(pool: Pool) -> int:
    async with connected(pool) as connection:
        row = await (await connection.execute("SELECT count(*) FROM delivery")).fetchone()
    return int(row[0]) if row else 0


async def test_a_mail_becomes_an_alert_that_waits_for_a_person(port: int, house: House) -> None:
    assert await send(port, message()) == {}
    await house.settle()
    (group,) = await house.groups.triage()
    assert (group.title, group.severity, group.source) == ("Files changed", AlertSeverity.HIGH, "nas")
    (alert,) = await house.groups.alerts(group.id)
    assert alert.alert.detected_at == datetime(2026, 11, 20, 22, 35, tzinfo=UTC)


async def test_a_mail_sent_again_is_the_same_alert(port: int, house: House) -> None:
    await send(port, message())
    await send(port, message())
    await house.settle()
    (group,) = await house.groups.triage()
    assert (group.alerts, group.arrivals) == (1, 2)


async def test_a_key_is_changed_without_a_gap_and_in_any_case_of_letters(port: int, pool: Pool) -> None:
    for to in (address(OLD), address(NEW), address(NEW).upper()):
        assert await send(port, message(subject=to), to) == {}
    assert await kept(pool) == 3


@pytest.mark.parametrize(
    "to", ["nas@m", "nas+@m", "nas+wrongkeyofsomelength@m", f"other+{NEW.decode()}@m", "postmaster"]
)
async def test_whoever_has_no_key_is_told_nothing_and_leaves_nothing(port: int, pool: Pool, to: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        await send(port, message(), to)
    ((code, sentence),) = caught.value.recipients.values()
    assert code == 550
    assert sentence.decode() == "5.1.1 No source has this address; write to <source>+<key>"
    assert await kept(pool) == 0


async def test_a_source_that_sent_too_much_is_asked_to_come_again(
    port: int, pool: Pool, sources: Mailing
) -> None:
    sources.rate = Rate(per_second=0.001, burst=1)
    await send(port, message())
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        await send(port, message(subject="Another"))
    ((code, _),) = caught.value.recipients.values()
    assert code == 452
    assert await kept(pool) == 1


async def test_a_mail_that_is_too_large_is_refused_and_nothing_of_it_kept(port: int, pool: Pool) -> None:
    with pytest.raises(smtplib.SMTPException) as caught:
        await send(port, message(("x" * 70 + "\n") * (smtp.MOST_BYTES // 70)))
    assert "552" in str(caught.value)
    assert await kept(pool) == 0


async def test_a_sender_that_hangs_up_in_the_middle_leaves_nothing(port: int, pool: Pool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<{address()}>\r\nDATA\r\nSubject: half\r\n".encode())
    while not (await reader.readline()).startswith(b"354"):
        pass
    writer.close()
    await writer.wait_closed()
    assert await send(port, message()) == {}
    assert await kept(pool) == 1


async def test_while_the_database_is_away_the_sender_keeps_the_mail(sources: Mailing) -> None:
    class Away:
        async def receive(self, delivery: Delivery) -> Receipt:
            raise Unavailable("Away.")

        async def set_aside(self, delivery: Delivery, reason: str) -> None:
            raise AssertionError(reason)

    door = MailDoor(sources, Taking(Away(), lambda: datetime.now(UTC)))
    async with mail_served(door, "127.0.0.1", 0) as port:
        with pytest.raises(smtplib.SMTPDataError) as caught:
            await send(port, message())
    assert caught.value.smtp_code == 451


async def test_more_connections_than_there_may_be_are_asked_to_come_again(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "MOST_OPEN", 1)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as first:
        assert (await asyncio.to_thread(first.recv, 100)).startswith(b"220")
        with pytest.raises(smtplib.SMTPConnectError) as caught:
            await send(port, message())
        assert caught.value.smtp_code == 421
    while True:
        try:
            assert await send(port, message()) == {}
        except smtplib.SMTPConnectError:
            continue
        break


async def test_the_key_in_an_address_is_written_to_no_log(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await send(port, message())
    assert NEW.decode() not in caplog.text
