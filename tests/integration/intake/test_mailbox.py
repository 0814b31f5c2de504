"""Alerts from a mailbox, read from an independent IMAP server (pymap) into a real PostgreSQL."""

import imaplib
import subprocess
import sys
import time
from asyncio import StreamReader, StreamWriter, gather, open_connection, start_server
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import pytest

from bot.cli.doctor import Health, mailbox_findings
from bot.embedded import free_port
from bot.intake import mailbox as reading
from bot.intake.mailbox import MailboxReader
from bot.intake.sources import KnownSource, Mailbox, Source
from bot.intake.taking import Taking
from integrations.postgres.database import Pool, open_pool
from playbooks.domain.alert import AlertSeverity
from playbooks.domain.ids import OrganizationCode
from tests.contract.fakes.certificate import certified
from tests.integration.intake.house import House
from tests.integration.intake.test_mail import kept, message

USER, PASSWORD = "soc", "a-password-of-a-test"


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database) as pool:
        yield pool


@pytest.fixture
def house(pool: Pool) -> House:
    return House(pool)


@pytest.fixture
def server() -> Iterator[int]:
    with _serving("--no-tls") as port:
        yield port


@contextmanager
def _serving(*security: str) -> Iterator[int]:
    port = free_port()
    command = [str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(port)]
    command += [*security, "dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _answering(port)
            yield port
        finally:
            process.terminate()


def _answering(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            imaplib.IMAP4("127.0.0.1", port).logout()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the IMAP server does not answer within a minute")


def client(port: int) -> imaplib.IMAP4:
    """Somebody's own client, with everything that the server brought along marked as read."""
    there = imaplib.IMAP4("127.0.0.1", port)
    there.login(USER, PASSWORD)
    there.select("INBOX")
    return there


def known(port: int, password: str = PASSWORD) -> KnownSource:
    box = Mailbox(host="127.0.0.1", port=port, security="none", user=USER, password="env:P")
    source = Source(name="nas", organization=OrganizationCode("UNICC"), mailbox=box)
    return KnownSource(source, (), (), password=password)


def reader(house: House, *sources: KnownSource) -> MailboxReader:
    return MailboxReader(lambda: sources, Taking(house.intake, lambda: house.now))


def delivered(port: int, *mails: bytes) -> None:
    there = client(port)
    there.store("1:*", "+FLAGS", "(\\Seen)")
    for mail in mails:
        assert there.append("INBOX", "", imaplib.Time2Internaldate(time.time()), mail)[0] == "OK"
    there.logout()


def unseen(port: int) -> int:
    there = client(port)
    found = there.search(None, "UNSEEN")[1][0].split()
    there.logout()
    return len(found)


async def test_a_mail_in_the_mailbox_becomes_an_alert_once_and_is_marked_as_read(
    server: int, house: House, pool: Pool
) -> None:
    delivered(server, message().as_bytes())
    mailboxes = reader(house, known(server))
    assert [await mailboxes.step(), await mailboxes.step()] == [1, 0]
    assert unseen(server) == 0
    assert await kept(pool) == 1
    await house.settle()
    (group,) = await house.groups.triage()
    assert (group.title, group.severity, group.source) == ("Files changed", AlertSeverity.HIGH, "nas")


async def test_one_that_was_committed_and_not_marked_is_read_again_and_counted_as_the_same(
    server: int, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered(server, message().as_bytes())
    mailboxes = reader(house, known(server))

    def gone(*_given: object) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(reading, "_mark", gone)
        await mailboxes.step()
    assert await mailboxes.step() == 1
    await house.settle()
    (group,) = await house.groups.triage()
    assert (group.alerts, group.arrivals) == (1, 2)


async def test_of_a_mail_that_is_too_long_its_head_is_taken_and_the_mail_stays(
    server: int, house: House
) -> None:
    delivered(server, message("x" * 2_000_000, "A long one").as_bytes())
    assert await reader(house, known(server)).step() == 1
    await house.settle()
    (group,) = await house.groups.triage()
    assert group.title == "A long one"


async def test_a_mailbox_that_refuses_us_holds_up_no_other(
    server: int, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    delivered(server, message().as_bytes())
    assert await reader(house, known(server, "a-wrong-password"), known(server)).step() == 1
    assert "nas cannot be read" in caplog.text
    assert "a-wrong-password" not in caplog.text


def guarded(
    port: int, security: Literal["tls", "starttls"], ca: Path | None, folder: str = "INBOX"
) -> KnownSource:
    box = Mailbox(
        host="127.0.0.1", port=port, security=security, user=USER, password="env:P", ca=ca, folder=folder
    )
    source = Source(name="nas", organization=OrganizationCode("UNICC"), mailbox=box)
    return KnownSource(source, (), (), password=PASSWORD)


async def test_mails_are_read_over_tls_from_a_server_whose_certificate_is_trusted_and_from_no_other(
    house: House, tmp_path: Path
) -> None:
    context, ca = certified(tmp_path)
    with _serving("--cert", str(ca), "--key", str(tmp_path / "key.pem")) as port:
        wrapped = await start_server(lambda r, w: _relayed(port, r, w), "127.0.0.1", 0, ssl=context)
        async with wrapped:
            inside = int(wrapped.sockets[0].getsockname()[1])
            delivered(port, message().as_bytes(), message(subject="Another").as_bytes())
            strangers = (guarded(port, "starttls", None), guarded(inside, "tls", None))
            assert await reader(house, *strangers).step() == 0
            told = await mailbox_findings((*strangers, guarded(port, "starttls", ca, "Elsewhere")))
            assert {finding.health for finding in told} == {Health.BROKEN}
            assert ["certificate" in finding.detail for finding in told] == [True, True, False]
            (fine,) = await mailbox_findings([guarded(inside, "tls", ca)])
            assert (fine.health, fine.detail) == (Health.CONNECTED, f"2 unread in INBOX of {USER}")
            assert await reader(house, guarded(inside, "tls", ca)).step() == 2
            assert await reader(house, guarded(port, "starttls", ca)).step() == 0


async def _relayed(port: int, reader: StreamReader, writer: StreamWriter) -> None:
    """IMAP over TLS from the first byte, before a server that knows STARTTLS alone."""
    inner, outer = await open_connection("127.0.0.1", port)
    await gather(_passed(reader, outer), _passed(inner, writer))


async def _passed(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(OSError):
        while some := await reader.read(65_536):
            writer.write(some)
            await writer.drain()
    writer.close()
