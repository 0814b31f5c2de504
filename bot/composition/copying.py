"""This machine's copy of the open incidents, kept while the database is there and read while it is away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from bot.composition.installation import Installation, utc_now
from bot.kept.copying import Copying
from bot.leased import alongside, kept_up
from integrations.postgres.copied import open_now
from integrations.postgres.own_pages import entries_of
from playbooks.domain.community import COMMUNITY_KINDS
from playbooks.domain.entry import Entry
from playbooks.domain.kinds import Kind


@asynccontextmanager
async def copied(muster: Installation) -> AsyncIterator[None]:
    """Keep the copy for as long as the block runs."""

    async def standing() -> tuple[Entry, ...]:
        ids = await entries_of(muster.pool, Kind.TURN_OVERRIDE, *COMMUNITY_KINDS)
        return await muster.record.entries_by_id(ids)

    copying = Copying(
        muster.copy, muster.record, partial(open_now, muster.pool), standing, utc_now, muster.trust
    )
    passkeys = kept_up("copying passkeys", muster.signin.keep_copied)
    async with alongside(kept_up("copying", copying.run), passkeys):
        yield
