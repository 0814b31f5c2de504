"""One installation, put together from its settings on its PostgreSQL and its Temporal."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from temporalio.client import Client

from bot.answer_links import AnswerLinks
from bot.approval_rule import read_approvals, with_executors
from bot.commands.desk import Desk
from bot.community import RecordedCommunity
from bot.composition.alerts import routing_of
from bot.composition.copied_views import copied_views
from bot.composition.keyrings import answer_key, entry_keys, payload_keyring, signing_keys
from bot.composition.vendors import Kept, wired_connections
from bot.connections import WiredConnections
from bot.connections_file import read_connections
from bot.intake.under_way import UnderWay
from bot.kept.copy import LocalCopy
from bot.kept.desk import SafeDesk
from bot.kept.lines import KeptLines
from bot.kept.passkeys import PasskeyCopy
from bot.kept.sealed import kept_key
from bot.kept.signin import SignInAtHand
from bot.library import Library
from bot.own_directory import read_directory
from bot.own_playbooks import own_playbooks
from bot.reading.cases import Cases
from bot.reading.costs import CostReading
from bot.reading.duty import on_call_in
from bot.reading.exports import Exports
from bot.reading.figures import FigureReading
from bot.reading.governance import Governance
from bot.reading.triage import TriageBoard
from bot.reading.viewing import Viewings
from bot.reading.views import RecordViews
from bot.retainers import RecordedRetainers, read_retainers
from bot.rotas import RotasInFile
from bot.settings import Settings
from bot.trusting import LastKnown
from integrations.postgres.alert_groups import PostgresAlertGroups
from integrations.postgres.alert_tally import PostgresAlertTally
from integrations.postgres.content import PostgresContent
from integrations.postgres.database import Pool, connected, open_pool, open_reading_pool
from integrations.postgres.device_store import PostgresDeviceStore
from integrations.postgres.effects import PostgresEffects
from integrations.postgres.inbox import PostgresInbox
from integrations.postgres.incidents_with import incidents_with
from integrations.postgres.intake import PostgresIntake
from integrations.postgres.keys import SigningKeys
from integrations.postgres.lease import PostgresLeases
from integrations.postgres.ledger import PostgresLedger
from integrations.postgres.outbox import PostgresOutbox
from integrations.postgres.own_pages import PostgresPages, entries_of
from integrations.postgres.reading import PostgresReading
from integrations.postgres.receipts import PostgresReceipts
from integrations.postgres.record import PostgresRecord
from integrations.postgres.reports import PostgresReports
from integrations.postgres.sheaves import blocks
from integrations.postgres.signin import PostgresSignIn
from integrations.postgres.silence import Silence
from integrations.postgres.tokens import PostgresTokens
from integrations.postgres.trust import PostgresTrust
from integrations.postgres.understanding import PostgresUnderstanding
from integrations.rota.paging import RotaPaging
from integrations.simulated.world import World
from playbooks.actions.approvals import ApprovalRule
from playbooks.domain.community import COMMUNITY_KINDS
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Directory
from playbooks.domain.release import Reader
from playbooks.texts import Texts, load_texts
from workflows.client import Judges
from workflows.engine import engine
from workflows.gateway import CommandGateway
from workflows.payloads.converter import data_converter


@dataclass(frozen=True)
class Installation:
    """One running installation, put together."""

    settings: Settings
    pool: Pool
    readers: Pool
    client: Client
    directory: Directory
    texts: Texts
    record: PostgresRecord
    ledger: PostgresLedger
    effects: PostgresEffects
    leases: PostgresLeases
    inbox: PostgresInbox
    outbox: PostgresOutbox
    intake: PostgresIntake
    groups: PostgresAlertGroups
    understanding: PostgresUnderstanding
    keys: SigningKeys
    world: World
    connections: WiredConnections
    cases: Cases
    reading: PostgresReading
    judges: Judges
    gateway: CommandGateway
    trust: PostgresTrust
    trust_at_once: LastKnown
    """For whoever listens to people, and must not wait."""
    retainers: RecordedRetainers
    rotas: RotasInFile
    communities: RecordedCommunity
    links: AnswerLinks
    pages: PostgresPages
    under_way: UnderWay
    views: RecordViews
    viewings: Viewings
    desk: Desk
    figures: FigureReading
    costs: CostReading
    governance: Governance
    library: Library
    copy: LocalCopy
    signin: SignInAtHand

    async def is_closed(self, key: IncidentKey) -> bool:
        """Whether an incident is closed."""
        return not (await self.cases.case(key)).state.is_open

    async def goes_on_in(self, key: IncidentKey) -> IncidentKey | None:
        """Where work on an incident goes on, through every merger; None once that is closed."""
        passed: set[IncidentKey] = set()
        while key not in passed:
            passed.add(key)
            course = (await self.cases.case(key)).state.goes_on_in
            if course is None or course == key:
                return course
            key = course
        return None

    @property
    def exports(self) -> Exports:
        """What is handed out, recorded."""
        return Exports(self.cases, self.record, utc_now)

    @property
    def holder(self) -> str:
        """This process, as leases name it."""
        return f"{socket.gethostname()}/{os.getpid()}"


def utc_now() -> datetime:
    """The clock of everything outside of workflows."""
    return datetime.now(UTC)


def _rule(settings: Settings, directory: Directory) -> ApprovalRule:
    """Who must agree, and who has code run by a machine. Raises Malformed."""
    configured = read_connections(settings.connections, directory).values()
    return with_executors(read_approvals(settings.approvals), (each.connection for each in configured))


@asynccontextmanager
async def installation(settings: Settings) -> AsyncIterator[Installation]:
    """Put an installation together on its PostgreSQL and its Temporal; either may be away just then."""
    async with AsyncExitStack() as stack:
        vault = entry_keys(settings.keys)
        at, silence = settings.database_url, Silence(settings.database_url)
        pool = await stack.enter_async_context(open_pool(at, vault=vault, silence=silence))
        readers = await stack.enter_async_context(open_reading_pool(at, vault=vault, silence=silence))
        directory = read_directory(settings)
        library = Library(PostgresContent(pool), _rule(settings, directory), own_playbooks(settings))
        client = engine(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            data_converter=data_converter(payload_keyring(settings.keys), library.structure),
        )
        world = World(settings.data / "simulated.db", utc_now)
        stack.callback(world.close)
        muster = _assembled(settings, directory, pool, readers, client, world, library)
        stack.callback(muster.connections.close)
        yield muster


def _assembled(
    settings: Settings,
    directory: Directory,
    pool: Pool,
    readers: Pool,
    client: Client,
    world: World,
    library: Library,
) -> Installation:
    texts = load_texts()
    keys, beside = signing_keys(settings.keys), kept_key(settings.keys)
    kept, copy = KeptLines(settings.data / "kept", beside), LocalCopy(settings.data / "copy", beside)
    record, ledger, inbox = PostgresRecord(pool), PostgresLedger(pool), PostgresInbox(pool)
    cases, judges = Cases(record, partial(blocks, partial(connected, pool))), Judges(client)
    intake = PostgresIntake(pool)
    groups = PostgresAlertGroups(pool)
    retainers = RecordedRetainers(
        read_retainers(settings.retainers, directory),
        partial(incidents_with, pool, Kind.RETAINER_CALL),
        cases.case,
    )
    trust = PostgresTrust(pool)
    trust_at_once = LastKnown(trust, copy.distrusted)
    rotas = RotasInFile(settings.rotas, directory, partial(_recorded, pool, record, copy, Kind.TURN_OVERRIDE))
    communities = RecordedCommunity(directory, partial(_recorded, pool, record, copy, *COMMUNITY_KINDS))
    pages = PostgresPages(pool)
    connections = wired_connections(
        settings,
        directory,
        world,
        lambda connection: RotaPaging(connection, rotas, pages, utc_now),
        rotas.organizations,
        lambda connections: on_call_in(directory, connections, rotas, utc_now),
        kept=Kept(PostgresTokens(pool), PostgresDeviceStore(pool)),
    )
    gateway = CommandGateway(
        ledger,
        record,
        inbox,
        judges,
        library.put,
        cases.case,
        groups,
        utc_now,
        retainers,
        trust,
        rotas,
        communities,
    )
    reading = PostgresReading(readers)

    def groups_of(reader: Reader) -> PostgresAlertGroups:
        return PostgresAlertGroups(pool, partial(reading.open, reader))

    under_way = UnderWay(partial(incidents_with, pool, Kind.SERVICE_ANNOUNCE), cases.case, utc_now)
    views = RecordViews(
        reading,
        record,
        TriageBoard(groups_of, routing_of(settings), under_way.rules),
        utc_now,
        library.shown,
    )
    viewings = Viewings(record, utc_now)
    return Installation(
        settings=settings,
        pool=pool,
        readers=readers,
        client=client,
        directory=directory,
        texts=texts,
        record=record,
        ledger=ledger,
        effects=PostgresEffects(pool),
        leases=PostgresLeases(pool),
        inbox=inbox,
        outbox=PostgresOutbox(pool),
        intake=intake,
        groups=groups,
        understanding=PostgresUnderstanding(pool, intake.arrived),
        keys=keys,
        world=world,
        connections=connections,
        cases=cases,
        reading=reading,
        judges=judges,
        gateway=gateway,
        trust=trust,
        trust_at_once=trust_at_once,
        retainers=retainers,
        rotas=rotas,
        communities=communities,
        links=AnswerLinks(answer_key(settings.keys), settings.page_origin),
        pages=pages,
        under_way=under_way,
        views=views,
        desk=SafeDesk(
            gateway,
            views,
            directory,
            texts,
            kept,
            PostgresReceipts(pool, keys, utc_now),
            viewings,
            on_call=on_call_in(directory, connections, rotas, utc_now),
            copy=copy,
            over=copied_views,
            accounts=connections.accounts,
            communities=communities,
            playbooks=library.at_hand,
            trust=trust_at_once,
            decided=ledger.verdict,
        ),
        viewings=viewings,
        figures=FigureReading(views, PostgresAlertTally(pool)),
        costs=CostReading(views),
        governance=Governance(views, PostgresReports(pool), texts, utc_now),
        library=library,
        copy=copy,
        signin=SignInAtHand(PostgresSignIn(pool), PasskeyCopy(copy.folder, beside)),
    )


async def _recorded(pool: Pool, record: PostgresRecord, copy: LocalCopy, *kinds: Kind) -> tuple[Entry, ...]:
    """What holds beside every incident, from this machine's copy while the database is away. Raises Unavailable."""
    try:
        return await record.entries_by_id(await entries_of(pool, *kinds))
    except Unavailable:
        copied = await asyncio.to_thread(copy.read)
        if copied is None:
            raise
        return tuple(entry for entry in copied.standing if entry.kind in kinds)
