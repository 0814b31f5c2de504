"""Heads posted where people keep them: in a chat room and, over a real SMTP server, in a mailbox."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP

from bot.composition.witnesses import boards_of, held_by, posted
from bot.embedded import remembered_ports
from bot.witness.file import read_witnesses
from bot.witness.pacing import Pacing
from bot.witness.poster import Poster
from integrations.mail.board import MailBoard
from integrations.mail.server import MailAccess, MailServer, Security
from integrations.postgres.database import Pool, connected, open_pool
from integrations.postgres.keys import SigningKeys
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from integrations.postgres.verify import verify_live
from integrations.postgres.witnessed import PostgresWitnessed
from integrations.simulated.chat import SimulatedChat
from integrations.simulated.world import World
from playbooks.domain.connection import Connection, Vendor
from playbooks.domain.document import Document, Heading
from playbooks.domain.errors import Malformed, Permanent, Transient
from playbooks.domain.ids import ConnectionId, EffectId, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.proof.checkpoint import log_keys, log_origin
from playbooks.domain.proof.held import Held
from playbooks.domain.proof.slots import b64
from playbooks.domain.proof.verification import Damage
from playbooks.ports.chat import OpenRoom
from playbooks.texts import load_texts
from tests.record_samples import NOON, entry

PACE = timedelta(minutes=1)
ADDRESS = "ciso@wfp.example"


@dataclass
class Mailbox:
    """A real SMTP server that keeps what it takes, for one address."""

    port: int
    mails: list[bytes] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  named by aiosmtpd
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address != ADDRESS:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  named by aiosmtpd
        self.mails.append(envelope.content)
        return "250 OK"


@pytest_asyncio.fixture
async def mailbox(tmp_path: Path) -> AsyncIterator[Mailbox]:
    box = Mailbox(remembered_ports(tmp_path, "smtp")["smtp"])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop), "127.0.0.1", box.port)
    async with server:
        yield box


@pytest_asyncio.fixture
async def pool(all_rights: str) -> AsyncIterator[Pool]:
    async with open_pool(all_rights, role="none") as opened:
        yield opened


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys.open(tmp_path / "record.key")


@dataclass
class Clock:
    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@dataclass
class House:
    """An installation that posts its heads in a room and to an address."""

    pool: Pool
    keys: SigningKeys
    poster: Poster
    clock: Clock
    world: World

    async def recorded(self, *numbers: int, kind: str = Kind.NOTE_ADD) -> None:
        await PostgresRecord(self.pool).append([entry(number, kind=kind) for number in numbers])
        await integrate(self.pool, self.keys)

    def held(self, saved: Path) -> list[Held]:
        keys = self.keys.public_keys
        return held_by([str(saved)], log_origin(keys), (), log_keys(keys))

    def room(self) -> str:
        """What somebody saves who copies the whole room."""
        return "\n".join(str(thing) for thing in self.world.things(ConnectionId("wfp/chat"), "message"))


@pytest_asyncio.fixture
async def house(pool: Pool, keys: SigningKeys, mailbox: Mailbox, tmp_path: Path) -> AsyncIterator[House]:
    clock, world = Clock(), World(":memory:", lambda: NOON)
    id = ConnectionId("wfp/chat")
    connection = Connection(
        id=id, organization=OrganizationCode("WFP"), vendor=Vendor.SIMULATED_CHAT, ceiling=Marking.GREEN
    )
    chat = SimulatedChat(world, connection)
    made = await chat.open_room(OpenRoom(effect_id=EffectId("room"), name="heads"))
    path = tmp_path / "witnesses.yaml"
    path.write_text(
        f"posted:\n- {{connection: {id}, room: '{made.ref}'}}\n- {{mail: {ADDRESS}}}\n"
        f"smtp: {{host: 127.0.0.1, port: {mailbox.port}, sender: muster@unicc.example, security: none}}\n"
    )
    boards = boards_of(read_witnesses(path), lambda _: chat)
    poster = Poster(
        PostgresWitnessed(pool),
        boards,
        keys.checkpoint,
        load_texts(),
        Pacing(PostgresWitnessed(pool), PACE, clock),
    )
    yield House(pool, keys, poster, clock, world)
    world.close()


async def test_heads_are_posted_at_the_pace_and_at_once_when_an_incident_is_closed(
    house: House, mailbox: Mailbox
) -> None:
    await house.poster.step()
    assert mailbox.mails == []
    await house.recorded(1, 2)
    for _ in range(2):
        await house.poster.step()
    assert len(mailbox.mails) == 1
    await house.recorded(3)
    await house.poster.step()
    assert len(mailbox.mails) == 1, "the pace has not come round"
    await house.recorded(4, kind=Kind.CLOSE)
    await house.poster.step()
    await house.recorded(5)
    house.clock.at += PACE
    await house.poster.step()
    assert len(mailbox.mails) == 3
    assert house.room().count("muster-head.1.") == 3
    assert {each.size for each in (await posted(house.pool)).values()} == {4}


@pytest.mark.parametrize("kept", ["room", "mail"])
async def test_a_rewritten_record_is_found_with_what_was_kept_of_a_room_or_a_mailbox(
    house: House, mailbox: Mailbox, tmp_path: Path, kept: str
) -> None:
    await house.recorded(1, 2)
    await house.poster.step()
    saved = tmp_path / "saved"
    saved.write_bytes(mailbox.mails[0] if kept == "mail" else house.room().encode())
    assert await verified(house, house.held(saved)) is None
    async with connected(house.pool) as connection:
        for table in ("entry", "body", "card", "leaf", "node", "head", "signed_head", "tree"):
            await connection.execute(f"DELETE FROM {table}".encode())  # noqa: S608  a table of ours
        await connection.execute("INSERT INTO tree VALUES ('installation', 0, '')")
    await house.recorded(1, 7)
    assert await verified(house, []) is None, "with the signing key the record by itself is sound"
    assert await verified(house, house.held(saved)) is Damage.REWRITTEN


async def verified(house: House, held: list[Held]) -> Damage | None:
    async with connected(house.pool) as connection:
        report = await verify_live(connection, house.keys.public_keys, held=held)
    return report.first_problem.kind if report.first_problem else None


async def test_what_a_stranger_writes_into_the_room_is_not_taken_for_a_head(
    house: House, tmp_path: Path
) -> None:
    stranger = SigningKeys.open(tmp_path / "stranger.key")
    await house.recorded(1)
    newest = await PostgresWitnessed(house.pool).newest()
    assert newest is not None
    forged = str(house.keys.checkpoint(newest)).replace(house.keys.key_id, stranger.key_id)
    saved = tmp_path / "saved"
    saved.write_text(f"hello\nmuster-head.1.{b64(forged.encode())} there")
    with pytest.raises(Malformed, match="holds no checkpoint"):
        house.held(saved)


async def test_the_mail_is_plain_and_its_head_in_one_line(house: House, mailbox: Mailbox) -> None:
    await house.recorded(1)
    await house.poster.step()
    mail = message_from_bytes(mailbox.mails[0])
    assert (mail["To"], mail["Auto-Submitted"]) == (ADDRESS, "auto-generated")
    assert mail["Subject"] == "Record: newest signed head"
    lines = str(mail.get_payload()).splitlines()
    assert sum(line.startswith("muster-head.1.") for line in lines) == 1
    assert max(map(len, lines)) < 998, "RFC 5322, section 2.1.1"


async def test_a_place_that_cannot_be_reached_keeps_no_other_from_it(
    house: House, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise Permanent("There is no such room.")

    monkeypatch.setattr(SimulatedChat, "post", broken)
    await house.recorded(1)
    await house.poster.step()
    assert len(mailbox.mails) == 1
    stands = await posted(house.pool)
    assert [stands[place].refusal for place in sorted(stands)] == ["", "There is no such room."]


DOCUMENT = Document(blocks=(Heading(text="Head"),))


def _server(port: int, security: Security = Security.NONE) -> MailServer:
    access = MailAccess(host="127.0.0.1", port=port, security=security)
    return MailServer(access, "m@x.example", "127.0.0.1")


@pytest.mark.parametrize(
    ("server", "address", "error"),
    [
        (_server, "nobody@wfp.example", Permanent),
        (lambda port: _server(port, Security.STARTTLS), ADDRESS, Permanent),
        (lambda _: _server(1), ADDRESS, Transient),
    ],
)
async def test_what_a_mail_server_refuses_is_said(
    mailbox: Mailbox, server: Callable[[int], MailServer], address: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match="mail server"):
        await MailBoard(server(mailbox.port), address).post("head/1", DOCUMENT)
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("posted: [{mail: a@b.example}]", "`smtp` names the server"),
        ("posted: [{room: C1}]", "in the room of a connection"),
        ("posted: [{mail: a@b.example, connection: wfp/slack, room: C1}]", "in the room of a connection"),
        ("posted: [{mail: nobody}]", "posted.0.mail"),
    ],
)
def test_a_file_that_names_no_place_says_so(tmp_path: Path, written: str, said: str) -> None:
    (tmp_path / "file").write_text(written)
    with pytest.raises(Malformed, match=said):
        read_witnesses(tmp_path / "file")
