"""Alerts from a mailbox, read from an independent IMAP server (pymap) into a real PostgreSQL."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.intake import mailbox as reading
from bot.intake.mailbox import MailboxReader
from bot.intake.sources import KnownSource, Mailbox, Source
from bot.intake.taking import Taking
from integrations.postgres.database import Pool, open_pool
from playbooks.domain.alert import AlertSeverity
from playbooks.domain.ids import OrganizationCode
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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [
        str(Path(sys.executable).with_name("pymap")),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-tls",
    ]
    command += ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
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
