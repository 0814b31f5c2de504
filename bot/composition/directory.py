"""The directory's files on record: what changed in them since, as soon as a process starts that goes by them."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial

from bot.composition.installation import Installation, utc_now
from bot.files_on_record import FilesOnRecord, digests
from bot.leased import alongside, kept_up
from integrations.postgres.own_pages import entries_of
from playbooks.directory.changes import FILE_KINDS
from playbooks.directory.facts import Said, facts_of
from playbooks.domain.community import COMMUNITY_KINDS
from playbooks.domain.entry import Entry
from playbooks.domain.rota.rota import Rota


def what_files_say(muster: Installation) -> Callable[[], Said]:
    """As this process goes by them; put together anew when a rota was read again, for the rest is read once."""
    last: tuple[tuple[Rota, ...], Said] | None = None

    def said() -> Said:
        nonlocal last
        rotas = muster.rotas.rotas
        if last is None or last[0] is not rotas:
            last = rotas, facts_of(muster.directory, muster.retainers.agreements, rotas)
        return last[1]

    return said


def files_of(muster: Installation) -> Mapping[str, str]:
    """The digests of the files behind it. Raises OSError."""
    settings = muster.settings
    return digests(
        {"directory": settings.directory, "retainers": settings.retainers, "rotas": settings.rotas}
    )


def files_on_record(muster: Installation) -> FilesOnRecord:
    """What records them in this installation."""

    async def recorded() -> tuple[Entry, ...]:
        return await muster.record.entries_by_id(await entries_of(muster.pool, *FILE_KINDS))

    return FilesOnRecord(muster.record, recorded, utc_now)


async def directory_entries(muster: Installation) -> tuple[Entry, ...]:
    """Everything that was recorded of the directory, by command and of its files, in order. Raises Unavailable."""
    found = await entries_of(muster.pool, *COMMUNITY_KINDS, *FILE_KINDS)
    entries = await muster.record.entries_by_id(found)
    return tuple(sorted(entries, key=lambda entry: (entry.at, entry.subject, entry.kind, entry.id)))


@asynccontextmanager
async def files_recorded(muster: Installation) -> AsyncIterator[None]:
    """Record what changes in the files for as long as the block runs."""
    following = partial(files_on_record(muster).follow, what_files_say(muster), partial(files_of, muster))
    async with alongside(kept_up("directory", following)):
        yield
