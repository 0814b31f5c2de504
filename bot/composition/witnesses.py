"""The half of the composition for witnesses: showing them our heads, being one, and asking what they hold."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import cast

import httpx
from cryptography.x509 import Certificate

from bot.leased import LeasedLoop
from bot.witness.file import PostedEntry, StampEntry, WitnessEntry, WitnessesFile
from bot.witness.keeping import Keeping
from bot.witness.pacing import Pacing
from bot.witness.poster import Poster
from bot.witness.publisher import KnownWitness, Publisher
from bot.witness.stamper import Stamper
from integrations.mail.board import MailBoard
from integrations.mail.server import MailAccess, MailServer
from integrations.postgres.database import Pool
from integrations.postgres.keys import SigningKeys, load_public_keys
from integrations.postgres.notices import INTEGRATED, listen
from integrations.postgres.witnessed import PostgresWitnessed
from integrations.witness.folder import FolderWitness, look
from integrations.witness.room import RoomBoard
from integrations.witness.time_stamp import TimeStampAuthority
from integrations.witness.url import UrlWitness
from playbooks.domain.errors import Malformed, Unavailable
from playbooks.domain.ids import ConnectionId
from playbooks.domain.proof.checkpoint import log_keys
from playbooks.domain.proof.held import Held, read_held
from playbooks.domain.proof.notes import NoteKey
from playbooks.domain.proof.time_stamp import read_roots
from playbooks.domain.proof.witnessing import Ruled
from playbooks.domain.saying import saying
from playbooks.ports.chat import ChatPort
from playbooks.ports.connections import AnyPort
from playbooks.ports.witness import Board, Stamps, Standing, Witness
from playbooks.texts import Texts

_AT_LEAST = timedelta(seconds=5)
"""How seldom is looked for what is due when nothing comes in."""
_WITHIN = 10


def publishing(
    pool: Pool, keys: SigningKeys, file: WitnessesFile, posts: LeasedLoop, now: Callable[[], datetime]
) -> LeasedLoop:
    """The runner that shows every witness the newest head, and has it posted where it is only kept."""
    known = {name: KnownWitness(entry.key, _way(entry)) for name, entry in file.by_name.items()}
    heads = PostgresWitnessed(pool)
    publisher = Publisher(heads, known, keys.checkpoint, Pacing(heads, file.pace, now))
    stamper = Stamper(heads, authorities_of(file), keys.checkpoint, Pacing(heads, file.stamps_pace, now))

    async def step() -> int:
        return await publisher.step() + await posts.step() + await stamper.step()

    return LeasedLoop("witness", step, partial(_wakes, pool, file))


def posting(
    pool: Pool,
    keys: SigningKeys,
    file: WitnessesFile,
    boards: Mapping[str, Callable[[], Board]],
    texts: Texts,
    now: Callable[[], datetime],
) -> LeasedLoop:
    """What posts heads on these boards."""
    heads = PostgresWitnessed(pool)
    poster = Poster(heads, boards, keys.checkpoint, texts, Pacing(heads, file.pace, now))
    return LeasedLoop("posting", poster.step, partial(_wakes, pool, file))


async def _wakes(pool: Pool, file: WitnessesFile) -> AsyncIterator[None]:
    async for _ in listen(pool, INTEGRATED, every=min(file.pace, _AT_LEAST)):
        yield


def authorities_of(file: WitnessesFile) -> dict[str, Callable[[], Stamps]]:
    """Who stamps heads, by address."""
    return {entry.url: partial(_authority, entry) for entry in file.stamps}


def _authority(entry: StampEntry) -> TimeStampAuthority:
    return TimeStampAuthority(entry.url, read_roots(_bytes(entry.roots)))


def authority_roots(file: WitnessesFile) -> list[Certificate]:
    """The roots of all authorities of the file. Raises Malformed."""
    return [root for entry in file.stamps for root in read_roots(_bytes(entry.roots))]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Malformed(saying("witness.certificates_unread", path=path, fault=error.strerror)) from None


def boards_of(
    file: WitnessesFile,
    chat: Callable[[ConnectionId], AnyPort],
    among: Callable[[ConnectionId], bool] = lambda _: True,
) -> dict[str, Callable[[], Board]]:
    """Where heads are posted, by the names of the places; only `among` these connections."""
    return {
        entry.place: partial(_board, file, entry, chat) for entry in file.posted if among(entry.connection)
    }


def _board(file: WitnessesFile, entry: PostedEntry, chat: Callable[[ConnectionId], AnyPort]) -> Board:
    """Raises NotFound, Denied, Malformed."""
    if entry.mail and file.smtp is not None:
        smtp = file.smtp
        given = smtp.model_dump(exclude={"password", "sender"})
        access = MailAccess.model_validate(given | {"password": smtp.secret()})
        return MailBoard(MailServer(access, smtp.sender, smtp.host), entry.mail)
    return RoomBoard(cast("ChatPort", chat(entry.connection)), entry.room)


def _way(entry: WitnessEntry) -> Witness:
    return FolderWitness(entry.folder) if entry.folder else UrlWitness(entry.url)


async def posted(pool: Pool) -> Mapping[str, Standing]:
    """How each place stands where heads are posted, by name."""
    return {each.witness: each for each in await PostgresWitnessed(pool).boards()}


async def standing(pool: Pool) -> Mapping[str, Standing]:
    """How each witness stands, by name."""
    return {each.witness: each for each in await PostgresWitnessed(pool).standing()}


def witness(folder: Path, log: Path, name: str = "") -> Keeping:
    """A witness on its folder, for the log whose public keys the file `log` lists. Raises Malformed."""
    keys = load_public_keys(log)
    if not keys:
        raise Malformed(saying("witness.no_key", path=log))
    return Keeping(folder, log_keys(keys), name)


def look_into(inbox: Path, keeping: Keeping, at: int) -> Ruled | None:
    """Rule on what lies in a folder shared with the installation; None when nothing new does."""
    return look(inbox, lambda submission: keeping.judge(submission, at))


def held_by(
    sources: Sequence[str], origin: str, witnesses: Sequence[NoteKey] = (), log: Sequence[NoteKey] = ()
) -> list[Held]:
    """What these files, folders or URLs hold of the log of this name, by size. Raises Malformed, Unavailable.

    `log` are the keys of the log, which what was posted in rooms and mailboxes must be signed with.
    """
    found = [each for source in sources for each in read_held(_read(source), origin, source, witnesses, log)]
    return sorted(found, key=lambda held: held.size)


def _read(source: str) -> str:
    try:
        if source.startswith(("http://", "https://")):
            url = source if source.endswith("/checkpoints") else f"{source.rstrip('/')}/checkpoints"
            return httpx.get(url, timeout=_WITHIN).raise_for_status().text
        path = Path(source)
        return (path / "checkpoints" if path.is_dir() else path).read_text("utf-8")
    except (httpx.HTTPError, OSError, UnicodeDecodeError) as error:
        raise Unavailable(
            saying("witness.unread", source=source, fault=error), code="witness_unreachable"
        ) from error
