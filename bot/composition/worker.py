"""The worker's share: the activities, and what runs once in an installation."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from temporalio.client import Client

from bot.composition.alerts import formats_of, routing_of, sources_of
from bot.composition.effects import effects_of
from bot.composition.hooks import taking
from bot.composition.installation import Installation, utc_now
from bot.composition.keyrings import circle_key
from bot.composition.witnesses import boards_of, posting, publishing
from bot.identities import person_of
from bot.intake.mailbox import MailboxReader
from bot.intake.relay import OutboxRelay
from bot.intake.taking import Taking
from bot.intake.understand import Understand
from bot.leased import LeasedLoop, alongside, every, kept_up, run_leased
from bot.matching.rounds import Matching
from bot.operator_log import OperatorLog
from bot.paging.calling import Calling
from bot.reconciling.rounds import Hearing, Rounds
from bot.reconciling.things import Things
from bot.watching.watchdog import Watchdog, Watched
from bot.witness.file import read_witnesses
from integrations.postgres.entrusting import seal_waiting
from integrations.postgres.erasure import carry_out
from integrations.postgres.evidence import PostgresEvidence
from integrations.postgres.matching import put_in
from integrations.postgres.sequencer import Sequencer
from integrations.postgres.sheaves import bind_waiting
from integrations.postgres.watched import rooms_open, watched
from workflows.activities.asking import AskingActivities
from workflows.activities.playbooks import PlaybookActivities
from workflows.activities.recording import RecordingActivities
from workflows.engine import is_there, there
from workflows.relay import InboxRelay
from workflows.resuming import Resuming
from workflows.starting import RecordStarts
from workflows.worker import Activities, at_work, workers

_INBOX_WITHIN = timedelta(seconds=1)
_SWEEP_EVERY = timedelta(seconds=10)
_RESUME_EVERY = timedelta(seconds=30)
_SEAL_EVERY = timedelta(seconds=30)
_BIND_EVERY = timedelta(seconds=5)
_ERASE_EVERY = timedelta(seconds=5)
_MAIL_EVERY = timedelta(seconds=30)
_CALL_EVERY = timedelta(seconds=2)
_COMPARE_EVERY = timedelta(minutes=5)
_WATCH_EVERY = timedelta(seconds=5)
_MATCH_EVERY = timedelta(minutes=5)
_COMPARED_AFTER_CLOSING = timedelta(days=14)
"""As long as a review may take; what its action items made is compared with the incident's."""


@asynccontextmanager
async def working(muster: Installation) -> AsyncIterator[None]:
    """The worker's share: decisions, the door, and the single runners, for as long as the block runs."""
    activities = Activities(
        recording=RecordingActivities(muster.record, muster.ledger, muster.library.words),
        asking=AskingActivities(
            RecordStarts(muster.record, muster.judges, muster.retainers, muster.directory, muster.communities)
        ),
        playbooks=PlaybookActivities(muster.library.structure, muster.library.rule, muster.record),
        effects=effects_of(muster),
    )
    async with AsyncExitStack() as stack:
        deciding = partial(_deciding, muster.client, activities, muster.holder)
        if await is_there(muster.client):
            await stack.enter_async_context(deciding())
        else:
            await stack.enter_async_context(
                alongside(kept_up("deciding", partial(_later, muster.client, deciding)))
            )
        await stack.enter_async_context(alongside(*_runners(muster)))
        try:
            yield
        finally:
            logging.getLogger("psycopg").setLevel(logging.ERROR)  # a query broken off at the end is no news


@asynccontextmanager
async def _deciding(client: Client, activities: Activities, holder: str) -> AsyncIterator[None]:
    """Both workers, for as long as the block runs."""
    async with AsyncExitStack() as stack:
        for worker in workers(client, activities, holder):
            await stack.enter_async_context(at_work(worker))
        yield


async def _later(client: Client, deciding: Callable[[], AbstractAsyncContextManager[None]]) -> None:
    """Decide from when Temporal is there; who started without it hears people meanwhile, and keeps what they say."""
    await there(client)
    async with deciding():
        await asyncio.Event().wait()


def _runners(muster: Installation) -> list[Coroutine[Any, Any, None]]:
    """The single runners; each says in its lease who runs it."""
    inbox = InboxRelay(muster.inbox, RecordStarts(muster.record, muster.judges))
    understand = Understand(
        muster.understanding,
        sources_of(muster.settings),
        routing_of(muster.settings),
        muster.goes_on_in,
        utc_now,
        formats_of(muster.settings),
        muster.under_way.rules,
    )
    outbox = OutboxRelay(muster.outbox, muster.groups, muster.gateway, utc_now)
    loops = (
        LeasedLoop("inbox", inbox.carry, lambda: muster.inbox.arrivals(_INBOX_WITHIN)),
        LeasedLoop("ledger", muster.gateway.sweep, lambda: every(_SWEEP_EVERY)),
        LeasedLoop(
            "resuming", Resuming(muster.record, muster.judges, utc_now).step, lambda: every(_RESUME_EVERY)
        ),
        LeasedLoop("intake", understand.step, understand.wakes),
        LeasedLoop("outbox", outbox.step, outbox.wakes),
        LeasedLoop(
            "erasure", partial(carry_out, muster.pool, muster.world.forget), lambda: every(_ERASE_EVERY)
        ),
        LeasedLoop("reconciler", rounds(muster).step, lambda: every(_COMPARE_EVERY)),
        LeasedLoop("watchdog", watchdog(muster).step, lambda: every(_WATCH_EVERY)),
        LeasedLoop("matching", matching(muster).step, lambda: every(_MATCH_EVERY)),
        LeasedLoop("sealing", partial(seal_waiting, muster.pool), lambda: every(_SEAL_EVERY)),
        LeasedLoop("sheaves", partial(bind_waiting, muster.pool), lambda: every(_BIND_EVERY)),
        LeasedLoop("mailboxes", mailboxes(muster).step, lambda: every(_MAIL_EVERY)),
        LeasedLoop("pager", calling(muster).step, lambda: every(_CALL_EVERY)),
        _publishing(muster),
    )
    sequencer = Sequencer(muster.pool, muster.leases, muster.keys, holder=muster.holder)
    return [
        kept_up("sequencer", sequencer.run),
        *(kept_up(loop.name, partial(run_leased, muster.leases, loop, muster.holder)) for loop in loops),
    ]


def _publishing(muster: Installation) -> LeasedLoop:
    file = read_witnesses(muster.settings.witnesses)
    boards = boards_of(file, muster.connections.port, lambda id: not muster.connections.has_one_voice(id))
    posts = posting(muster.pool, muster.keys, file, boards, muster.texts, utc_now)
    return publishing(muster.pool, muster.keys, file, posts, utc_now)


def matching(muster: Installation, now: Callable[[], datetime] = utc_now) -> Matching:
    """The rounds in which open incidents are compared."""
    return Matching(
        partial(put_in, muster.pool),
        muster.record,
        muster.cases.case,
        muster.gateway,
        circle_key(muster.settings.keys),
        muster.directory.domains,
        now,
    )


def mailboxes(muster: Installation) -> MailboxReader:
    """What reads the mailboxes of the sources that have one."""
    return MailboxReader(sources_of(muster.settings).with_mailboxes, Taking(muster.intake, utc_now))


def calling(muster: Installation, now: Callable[[], datetime] = utc_now) -> Calling:
    """Muster's own pager, calling out what is due."""
    return Calling(muster.pages, muster.rotas, muster.gateway, now)


def rounds(muster: Installation, now: Callable[[], datetime] = utc_now) -> Rounds:
    """The reconciler's rounds through what the installation made at vendors."""
    heard = taking(
        muster.connections.connection,
        muster.directory,
        muster.effects,
        muster.gateway,
        muster.connections.port,
        PostgresEvidence(muster.pool),
    )
    return Rounds(
        Things(lambda at: watched(muster.pool, at - _COMPARED_AFTER_CLOSING), muster.cases.passing),
        muster.connections,
        Hearing(
            heard.take, muster.effects.follow, partial(person_of, muster.directory), muster.trust.distrusted
        ),
        muster.gateway,
        OperatorLog(),
        now,
    )


def watchdog(muster: Installation, now: Callable[[], datetime] = utc_now) -> Watchdog:
    """The watchdog over the chat systems that rooms are on."""
    return Watchdog(
        Watched(
            lambda: rooms_open(muster.pool, now()),
            muster.cases.case,
            muster.connections,
            muster.connections.chats,
            muster.trust,
            muster.gateway,
            now,
        )
    )
