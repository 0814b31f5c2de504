"""The only file where ports meet adapters: everything is put together here, and nowhere else."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from temporalio.client import Client

from bot.commands.desk import Desk
from bot.composing import Composer
from bot.connections import WiredConnections, all_connections
from bot.leased import LeasedLoop, every, run_leased
from bot.library import Library
from bot.operator_log import OperatorLog
from bot.reading.cases import Cases
from bot.reading.views import RecordViews
from bot.settings import Settings
from integrations.postgres.content import PostgresContent
from integrations.postgres.database import Pool, open_pool
from integrations.postgres.effects import PostgresEffects
from integrations.postgres.inbox import PostgresInbox
from integrations.postgres.keys import SigningKeys
from integrations.postgres.lease import PostgresLeases
from integrations.postgres.ledger import PostgresLedger
from integrations.postgres.outbox import PostgresOutbox
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import Sequencer
from integrations.simulated.connections import ADAPTERS
from integrations.simulated.world import World
from playbooks.directory.load import load_directory
from playbooks.domain.organization import Directory
from playbooks.texts import Texts, load_texts
from workflows.activities.asking import AskingActivities
from workflows.activities.door import Door
from workflows.activities.effects import EffectActivities
from workflows.activities.playbooks import PlaybookActivities
from workflows.activities.recording import RecordingActivities
from workflows.client import Judges
from workflows.gateway import CommandGateway
from workflows.payloads.converter import data_converter
from workflows.payloads.keyring import open_keyring
from workflows.relay import InboxRelay
from workflows.starting import RecordStarts
from workflows.worker import Activities, workers

SHIPPED_DIRECTORY = "playbooks.directory"
_ORGANIZATIONS = "organizations.yaml"
_INBOX_WITHIN = timedelta(seconds=1)
_SWEEP_EVERY = timedelta(seconds=10)


@dataclass(frozen=True)
class Installation:
    """One running installation, put together."""

    settings: Settings
    pool: Pool
    client: Client
    directory: Directory
    texts: Texts
    record: PostgresRecord
    ledger: PostgresLedger
    effects: PostgresEffects
    leases: PostgresLeases
    inbox: PostgresInbox
    outbox: PostgresOutbox
    keys: SigningKeys
    world: World
    connections: WiredConnections
    cases: Cases
    judges: Judges
    gateway: CommandGateway
    views: RecordViews
    desk: Desk
    library: Library

    @property
    def holder(self) -> str:
        """This process, as leases name it."""
        return f"{socket.gethostname()}/{os.getpid()}"


def utc_now() -> datetime:
    """The clock of everything outside of workflows."""
    return datetime.now(UTC)


def read_directory(settings: Settings) -> Directory:
    """The organizations that ship, with what this installation adds. Raises Malformed."""
    shipped = (files(SHIPPED_DIRECTORY) / _ORGANIZATIONS).read_bytes()
    own = (settings.directory.read_bytes(),) if settings.directory else ()
    return load_directory(shipped, *own)


@asynccontextmanager
async def installation(settings: Settings) -> AsyncIterator[Installation]:
    """Put an installation together on its PostgreSQL and its Temporal; both must be there."""
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(open_pool(settings.database_url))
        client = await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            data_converter=data_converter(open_keyring(settings.keys / "payloads.json")),
        )
        world = World(settings.data / "simulated.db", utc_now)
        stack.callback(world.close)
        yield _assembled(settings, pool, client, world)


def _assembled(settings: Settings, pool: Pool, client: Client, world: World) -> Installation:
    directory, texts = read_directory(settings), load_texts()
    record, ledger, inbox = PostgresRecord(pool), PostgresLedger(pool), PostgresInbox(pool)
    library, cases, judges = Library(PostgresContent(pool)), Cases(record), Judges(client)
    gateway = CommandGateway(ledger, record, inbox, judges, library.put, utc_now)
    views = RecordViews(record, ledger, cases, triage_list(pool))
    return Installation(
        settings=settings,
        pool=pool,
        client=client,
        directory=directory,
        texts=texts,
        record=record,
        ledger=ledger,
        effects=PostgresEffects(pool),
        leases=PostgresLeases(pool),
        inbox=inbox,
        outbox=PostgresOutbox(pool),
        keys=signing_keys(settings.keys),
        world=world,
        connections=WiredConnections(
            all_connections(directory, ()), lambda connection: ADAPTERS[connection.vendor](world, connection)
        ),
        cases=cases,
        judges=judges,
        gateway=gateway,
        views=views,
        desk=Desk(gateway, views, directory, texts),
        library=library,
    )


def signing_keys(folder: Path) -> SigningKeys:
    """The key that signs the record's heads, made at first start."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return SigningKeys.open(folder / "record.key")


@asynccontextmanager
async def working(muster: Installation) -> AsyncIterator[None]:
    """The worker's share: decisions, the door, and the single runners, for as long as the block runs."""
    composer = Composer(muster.record, muster.cases, muster.texts)
    door = Door(muster.effects, muster.connections, composer, OperatorLog(), utc_now)
    activities = Activities(
        recording=RecordingActivities(muster.record, muster.ledger, muster.library.words),
        asking=AskingActivities(RecordStarts(muster.record, muster.judges)),
        playbooks=PlaybookActivities(muster.library.structure),
        effects=EffectActivities(door),
    )
    async with AsyncExitStack() as stack:
        for worker in workers(muster.client, activities, muster.holder):
            await stack.enter_async_context(worker)
        runners = [asyncio.create_task(runner) for runner in _runners(muster)]
        try:
            yield
        finally:
            for runner in runners:
                runner.cancel()
            await asyncio.gather(*runners, return_exceptions=True)


def _runners(muster: Installation) -> list["asyncio._CoroutineLike[None]"]:
    relay = InboxRelay(muster.inbox, muster.judges)
    loops = (
        LeasedLoop("inbox", relay.carry, lambda: muster.inbox.arrivals(_INBOX_WITHIN)),
        LeasedLoop("ledger", muster.gateway.sweep, lambda: every(_SWEEP_EVERY)),
    )
    sequencer = Sequencer(muster.pool, muster.leases, muster.keys, holder=muster.holder)
    return [sequencer.run(), *(run_leased(muster.leases, loop, muster.holder) for loop in loops)]
