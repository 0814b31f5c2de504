"""The only file where ports meet adapters: everything is put together here, and nowhere else."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate
from fastapi import FastAPI
from temporalio.client import Client
from temporalio.service import RPCError

from bot.approval_rule import read_approvals
from bot.chat_composition import ChatFronts, matrix_chat, slack_chat
from bot.commands.desk import Desk
from bot.composing import Composer
from bot.connection_entries import HttpEntry, JiraEntry, MailEntry, MatrixEntry, PagerDutyEntry, SlackEntry
from bot.connections import WiredConnections, all_connections
from bot.connections_file import Configured, read_connections
from bot.hooks_composition import hooks, taking
from bot.identities import account_of
from bot.intake.mail import MailDoor, mail_served
from bot.intake.own_formats import FormatsInFolder, shipped_formats
from bot.intake.relay import OutboxRelay
from bot.intake.router import intake_router
from bot.intake.routing_rules import RoutingInFile, read_routing
from bot.intake.sources import NoSources, Sources, SourcesInFile
from bot.intake.taking import Taking
from bot.intake.understand import Understand
from bot.kept.desk import SafeDesk
from bot.kept.lines import KeptLines, kept_key
from bot.key_folder import locked
from bot.leased import LeasedLoop, every, kept_up, run_leased
from bot.library import Library
from bot.openid_file import read_providers, secret_of
from bot.operator_log import OperatorLog
from bot.own_playbooks import own_playbooks
from bot.reading.cases import Cases
from bot.reading.courses import CourseReading
from bot.reading.duty import on_call_in
from bot.reading.evidence import Locker
from bot.reading.exports import Exports, exported
from bot.reading.figures import FigureReading
from bot.reading.governance import Governance
from bot.reading.publications import Publications
from bot.reading.reviews import ReviewReading
from bot.reading.triage import TriageBoard
from bot.reading.viewing import Viewings
from bot.reading.views import RecordViews
from bot.reconciling.rounds import Rounds
from bot.retainers import RecordedRetainers, read_retainers
from bot.settings import Settings
from bot.slack.serving import slack_router
from bot.web.app import create_app
from bot.web.parts import WebParts, WebSettings
from bot.web.signin.enrolment import invite_all
from bot.witness.file import read_witnesses
from bot.witness_composition import authority_roots, boards_of, publishing
from integrations.http.calls import HttpCalls
from integrations.http.client import Caller
from integrations.http.place import Access
from integrations.jira.client import JiraAccess, JiraSite
from integrations.jira.ticketing import JiraProject, JiraTicketing
from integrations.mail.sending import MailAccess, SmtpMail
from integrations.openid.provider import OpenIdProvider, Registration
from integrations.pagerduty.client import PagerDutyAccess, PagerDutyAccount
from integrations.pagerduty.paging import PagerDutyPaging
from integrations.postgres.alert_groups import PostgresAlertGroups
from integrations.postgres.alert_tally import PostgresAlertTally
from integrations.postgres.backlog import waiting
from integrations.postgres.callouts import called
from integrations.postgres.content import PostgresContent
from integrations.postgres.database import Pool, connected, open_pool, open_reading_pool
from integrations.postgres.effects import PostgresEffects
from integrations.postgres.entrusting import seal_waiting
from integrations.postgres.erasure import carry_out
from integrations.postgres.evidence import PostgresEvidence
from integrations.postgres.export import export_bundle, latest_signed_head
from integrations.postgres.inbox import PostgresInbox
from integrations.postgres.intake import PostgresIntake
from integrations.postgres.keys import SigningKeys, load_public_keys
from integrations.postgres.lease import PostgresLeases
from integrations.postgres.ledger import PostgresLedger
from integrations.postgres.migrate import migrate
from integrations.postgres.outbox import PostgresOutbox
from integrations.postgres.reading import PostgresReading
from integrations.postgres.receipts import PostgresReceipts, check_receipt
from integrations.postgres.record import PostgresRecord
from integrations.postgres.reports import PostgresReports
from integrations.postgres.sequencer import Sequencer
from integrations.postgres.sheaves import bind_waiting, blocks
from integrations.postgres.signin import PostgresSignIn
from integrations.postgres.vault import Vault
from integrations.postgres.verify import verify_live
from integrations.postgres.wall import holes
from integrations.postgres.watched import watched
from integrations.siem.format import Format
from integrations.simulated.connections import ADAPTERS
from integrations.simulated.world import World
from playbooks.directory.load import load_directory
from playbooks.domain.connection import Connection
from playbooks.domain.errors import IncidentError
from playbooks.domain.held import Held
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Directory
from playbooks.domain.receipt import Receipt
from playbooks.domain.release import Reader, release
from playbooks.domain.routing import Routing
from playbooks.domain.verification import Report
from playbooks.ports.connections import AnyPort
from playbooks.texts import Texts, load_texts
from workflows.activities.asking import AskingActivities
from workflows.activities.door import Door
from workflows.activities.effects import EffectActivities
from workflows.activities.playbooks import PlaybookActivities
from workflows.activities.recording import RecordingActivities
from workflows.client import Judges
from workflows.gateway import CommandGateway
from workflows.payloads.converter import data_converter
from workflows.payloads.keyring import Keyring, open_keyring, rotate
from workflows.relay import InboxRelay
from workflows.starting import RecordStarts
from workflows.worker import Activities, workers

SHIPPED_DIRECTORY = "playbooks.directory"
_ORGANIZATIONS = "organizations.yaml"
_INBOX_WITHIN = timedelta(seconds=1)
_SWEEP_EVERY = timedelta(seconds=10)
_SEAL_EVERY = timedelta(seconds=30)
_BIND_EVERY = timedelta(seconds=5)
_ERASE_EVERY = timedelta(seconds=5)
_COMPARE_EVERY = timedelta(minutes=5)
_COMPARED_AFTER_CLOSING = timedelta(days=14)
"""As long as a review may take; what its action items made is compared with the incident's."""
_ANSWER_WITHIN = 3


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
    keys: SigningKeys
    world: World
    connections: WiredConnections
    cases: Cases
    reading: PostgresReading
    judges: Judges
    gateway: CommandGateway
    retainers: RecordedRetainers
    views: RecordViews
    viewings: Viewings
    desk: Desk
    figures: FigureReading
    governance: Governance
    library: Library

    async def is_closed(self, key: IncidentKey) -> bool:
        """Whether an incident is closed."""
        return not (await self.cases.case(key)).state.is_open

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


def read_directory(settings: Settings) -> Directory:
    """The organizations that ship, with what this installation adds. Raises Malformed."""
    shipped = (files(SHIPPED_DIRECTORY) / _ORGANIZATIONS).read_bytes()
    own = (settings.directory.read_bytes(),) if settings.directory else ()
    return load_directory(shipped, *own)


@asynccontextmanager
async def installation(settings: Settings) -> AsyncIterator[Installation]:
    """Put an installation together on its PostgreSQL and its Temporal; both must be there."""
    async with AsyncExitStack() as stack:
        vault = entry_keys(settings.keys)
        pool = await stack.enter_async_context(open_pool(settings.database_url, vault=vault))
        readers = await stack.enter_async_context(open_reading_pool(settings.database_url, vault=vault))
        library = Library(PostgresContent(pool), read_approvals(settings.approvals), own_playbooks(settings))
        client = await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            data_converter=data_converter(payload_keyring(settings.keys), library.structure),
        )
        world = World(settings.data / "simulated.db", utc_now)
        stack.callback(world.close)
        muster = _assembled(settings, pool, readers, client, world, library)
        stack.callback(muster.connections.close)
        yield muster


def _assembled(
    settings: Settings, pool: Pool, readers: Pool, client: Client, world: World, library: Library
) -> Installation:
    directory, texts = read_directory(settings), load_texts()
    keys = signing_keys(settings.keys)
    record, ledger, inbox = PostgresRecord(pool), PostgresLedger(pool), PostgresInbox(pool)
    cases, judges = Cases(record, partial(blocks, partial(connected, pool))), Judges(client)
    intake = PostgresIntake(pool)
    groups = PostgresAlertGroups(pool, intake.arrived)
    retainers = RecordedRetainers(
        read_retainers(settings.retainers, directory), partial(called, pool, Kind.RETAINER_CALL), cases.case
    )
    gateway = CommandGateway(
        ledger, record, inbox, judges, library.put, cases.case, groups, utc_now, retainers
    )
    reading = PostgresReading(readers)

    def groups_of(reader: Reader) -> PostgresAlertGroups:
        return PostgresAlertGroups(pool, connect=partial(reading.open, reader))

    kept = KeptLines(settings.data / "kept", kept_key(settings.keys))
    views = RecordViews(
        reading, record, TriageBoard(groups_of, routing_of(settings)), utc_now, library.playbook
    )
    viewings = Viewings(record, utc_now)
    connections = wired_connections(settings, directory, world)
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
        keys=keys,
        world=world,
        connections=connections,
        cases=cases,
        reading=reading,
        judges=judges,
        gateway=gateway,
        retainers=retainers,
        views=views,
        desk=SafeDesk(
            gateway,
            views,
            directory,
            texts,
            kept,
            PostgresReceipts(pool, keys, utc_now),
            viewings,
            on_call=on_call_in(directory, connections),
        ),
        viewings=viewings,
        figures=FigureReading(views, PostgresAlertTally(pool)),
        governance=Governance(views, PostgresReports(pool), texts, utc_now),
        library=library,
    )


def wired_connections(settings: Settings, directory: Directory, world: World) -> WiredConnections:
    """The connections of the file, and the simulated world for everybody else. Raises Malformed."""
    configured = read_connections(settings.connections, directory)

    def adapter(connection: Connection) -> AnyPort:
        if connection.simulated:
            return ADAPTERS[connection.vendor](world, connection)
        return _real(configured[connection.id], directory, settings.data)

    return WiredConnections(
        all_connections(directory, (each.connection for each in configured.values())),
        adapter,
        directory.people,
    )


def _real(configured: Configured, directory: Directory, data: Path) -> AnyPort:
    """The adapter of a vendor. Raises Denied where a secret is missing."""
    match configured.entry:
        case SlackEntry() as entry:
            return slack_chat(configured, entry, directory)
        case MatrixEntry() as entry:
            return matrix_chat(configured, entry, directory, data)
        case JiraEntry() as entry:
            return _jira(configured, entry)
        case PagerDutyEntry() as entry:
            return _pagerduty(configured, entry)
        case HttpEntry() as entry:
            return _http(configured, entry)
        case MailEntry() as entry:
            return _mail(configured, entry, directory)
        case entry:
            raise NotImplementedError(f"{entry.vendor} has an entry and no adapter")


def _jira(configured: Configured, entry: JiraEntry) -> JiraTicketing:
    access = JiraAccess(
        url=entry.url,
        user=entry.user,
        token=configured.secret("token", entry.credentials.token),
        ca=configured.beside(entry.ca),
    )
    wishes = entry.model_dump(include={"issue_type", "priorities", "statuses"}, exclude_none=True)
    project = JiraProject.model_validate(wishes)
    return JiraTicketing(configured.connection, JiraSite(configured.connection.id, access), project)


def _pagerduty(configured: Configured, entry: PagerDutyEntry) -> PagerDutyPaging:
    region = entry.model_dump(include={"url", "events_url"}, exclude_none=True)
    access = PagerDutyAccess(
        routing_key=configured.secret("routing_key", entry.credentials.routing_key),
        api_token=configured.secret("api_token", entry.credentials.api_token),
        ca=configured.beside(entry.ca),
        **region,
    )
    return PagerDutyPaging(configured.connection, PagerDutyAccount(configured.connection.id, access))


def _mail(configured: Configured, entry: MailEntry, directory: Directory) -> SmtpMail:
    password = entry.credentials.password
    access = MailAccess.model_validate(
        entry.model_dump(include={"host", "port", "security", "user"})
        | {"password": configured.secret("password", password) if password else None}
        | {"ca": configured.beside(entry.ca)}
    )
    account = account_of(directory, configured.connection)
    return SmtpMail(
        configured.connection, access, lambda person: account(person) or entry.addresses.get(person)
    )


def _http(configured: Configured, entry: HttpEntry) -> HttpCalls:
    given = entry.credentials.model_dump(exclude_none=True)
    access = Access.model_validate(
        entry.model_dump(include={"url", "allow", "networks", "user", "key_header"}, exclude_none=True)
        | {name: configured.secret(name, reference) for name, reference in given.items()}
        | {"ca": configured.beside(entry.ca)}
    )
    return HttpCalls(configured.connection, Caller(configured.connection.id, access))


def payload_keyring(folder: Path) -> Keyring:
    """The keys of what goes through Temporal, made at first start."""
    with locked(folder):
        return open_keyring(folder / "payloads.json")


def entry_keys(folder: Path) -> Vault:
    """The keys that entries are under lock with, made at first start."""
    with locked(folder):
        return Vault.at(folder / "entries.json")


def signing_keys(folder: Path) -> SigningKeys:
    """The key that signs the record's heads, made at first start."""
    with locked(folder):
        return SigningKeys.open(folder / "record.key")


@asynccontextmanager
async def working(muster: Installation) -> AsyncIterator[None]:
    """The worker's share: decisions, the door, and the single runners, for as long as the block runs."""
    composer = Composer(muster.reading, muster.texts, muster.library.call)
    door = Door(muster.effects, muster.connections, composer, OperatorLog(), utc_now)
    activities = Activities(
        recording=RecordingActivities(muster.record, muster.ledger, muster.library.words),
        asking=AskingActivities(RecordStarts(muster.record, muster.judges, muster.retainers)),
        playbooks=PlaybookActivities(muster.library.structure, muster.library.rule, muster.record),
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


def _runners(muster: Installation) -> list[Coroutine[Any, Any, None]]:
    """The single runners; each says in its lease who runs it."""
    inbox = InboxRelay(muster.inbox, RecordStarts(muster.record, muster.judges))
    understand = Understand(
        muster.groups,
        sources_of(muster.settings),
        routing_of(muster.settings),
        muster.is_closed,
        utc_now,
        formats_of(muster.settings),
    )
    outbox = OutboxRelay(muster.outbox, muster.groups, muster.gateway, utc_now)
    loops = (
        LeasedLoop("inbox", inbox.carry, lambda: muster.inbox.arrivals(_INBOX_WITHIN)),
        LeasedLoop("ledger", muster.gateway.sweep, lambda: every(_SWEEP_EVERY)),
        LeasedLoop("intake", understand.step, understand.wakes),
        LeasedLoop("outbox", outbox.step, outbox.wakes),
        LeasedLoop(
            "erasure", partial(carry_out, muster.pool, muster.world.forget), lambda: every(_ERASE_EVERY)
        ),
        LeasedLoop("reconciler", rounds(muster).step, lambda: every(_COMPARE_EVERY)),
        LeasedLoop("sealing", partial(seal_waiting, muster.pool), lambda: every(_SEAL_EVERY)),
        LeasedLoop("sheaves", partial(bind_waiting, muster.pool), lambda: every(_BIND_EVERY)),
        _publishing(muster),
    )
    sequencer = Sequencer(muster.pool, muster.leases, muster.keys, holder=muster.holder)
    return [
        kept_up("sequencer", sequencer.run),
        *(kept_up(loop.name, partial(run_leased, muster.leases, loop, muster.holder)) for loop in loops),
    ]


def _publishing(muster: Installation) -> LeasedLoop:
    file = read_witnesses(muster.settings.witnesses)
    boards = boards_of(file, muster.connections.port)
    return publishing(muster.pool, muster.keys, file, boards, muster.texts, utc_now)


def rounds(muster: Installation, now: Callable[[], datetime] = utc_now) -> Rounds:
    """The reconciler's rounds through what the installation made at vendors."""
    heard = taking(muster.connections.connection, muster.directory, muster.effects, muster.gateway)
    return Rounds(
        lambda at: watched(muster.pool, at - _COMPARED_AFTER_CLOSING),
        muster.cases.case,
        muster.connections,
        heard.take,
        muster.effects.follow,
        muster.gateway,
        OperatorLog(),
        now,
    )


def sources_of(settings: Settings) -> Sources:
    """The alert sources of the installation; none where no file names any."""
    if settings.sources is None:
        return NoSources()
    return SourcesInFile(settings.sources, formats=formats_of(settings))


def formats_of(settings: Settings) -> Callable[[], tuple[Format, ...]]:
    """The formats that alerts are read in: the installation's own before those that ship. Raises Malformed."""
    return FormatsInFolder(settings.formats) if settings.formats else shipped_formats


def routing_of(settings: Settings) -> Callable[[], Routing]:
    """The routing rules in force: the installation's own file, read again when it changes, or those that ship."""
    if settings.routing is not None:
        return RoutingInFile(settings.routing)
    shipped = read_routing((files("playbooks.library") / "routing" / "default.yaml").read_bytes())
    return lambda: shipped


@asynccontextmanager
async def mail_listening(muster: Installation) -> AsyncIterator[None]:
    """Take alerts by mail for as long as the block runs, where a port is set. Raises Unavailable."""
    settings = muster.settings
    if settings.smtp_port is None:
        yield
        return
    door = MailDoor(sources_of(settings), Taking(muster.intake, utc_now))
    async with mail_served(door, settings.smtp_host, settings.smtp_port):
        yield


def chat_fronts(muster: Installation) -> ChatFronts:
    """Who listens for people in chat systems."""
    configured = read_connections(muster.settings.connections, muster.directory)
    return ChatFronts(
        configured=tuple(configured.values()),
        connections=muster.connections,
        desk=muster.desk,
        directory=muster.directory,
        texts=muster.texts,
        now=utc_now,
    )


def web_app(muster: Installation) -> FastAPI:
    """The pages, the web room, and the intake of alerts."""
    app = create_app(web_parts(muster))
    settings = muster.settings
    app.include_router(
        intake_router(
            muster.intake,
            sources_of(settings),
            routing_of(settings),
            utc_now,
            formats=formats_of(settings),
        )
    )
    heard = hooks(muster.settings.connections, muster.directory, muster.effects, muster.gateway, utc_now)
    app.include_router(heard)
    app.include_router(slack_router(chat_fronts(muster).slack_apps()))
    return app


def web_parts(muster: Installation) -> WebParts:
    """What the pages are made of."""
    return WebParts(
        views=muster.views,
        desk=muster.desk,
        directory=muster.directory,
        texts=muster.texts,
        signin=signin_store(muster),
        figures=muster.figures,
        reviews=ReviewReading(muster.views, muster.texts),
        publications=Publications(muster.reading),
        gateway=muster.gateway,
        runs=CourseReading(muster.library.playbook),
        exports=muster.exports,
        viewings=muster.viewings,
        evidence=Locker(PostgresEvidence(muster.pool), muster.views, muster.record, utc_now),
        settings=WebSettings(origin=muster.settings.page_origin),
        ready=lambda: readiness(muster),
        waiting=lambda: waiting(muster.pool),
        now=utc_now,
        providers=identity_providers(muster.settings, muster.directory),
    )


def identity_providers(settings: Settings, directory: Directory) -> tuple[OpenIdProvider, ...]:
    """Where organizations' people may sign in at home. Raises Malformed."""
    folder = settings.identity_providers.parent if settings.identity_providers else Path()
    return tuple(
        OpenIdProvider(
            Registration.model_validate(entry.model_dump(exclude={"client_secret"})),
            partial(secret_of, entry, folder),
            utc_now,
        )
        for entry in read_providers(settings.identity_providers, directory)
    )


def signin_store(muster: Installation) -> PostgresSignIn:
    """Where passkeys, recovery codes and sessions are kept."""
    return PostgresSignIn(muster.pool)


async def readiness(muster: Installation) -> Mapping[str, bool]:
    """Whether the database and the engine answer now."""
    return {"postgresql": await _answers(_select(muster)), "temporal": await _answers(_describe(muster))}


async def _select(muster: Installation) -> None:
    await muster.leases.listing()


async def _describe(muster: Installation) -> None:
    await muster.client.service_client.check_health()


async def _answers(question: Coroutine[Any, Any, object]) -> bool:
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            await question
    except (TimeoutError, IncidentError, RPCError):
        return False
    return True


async def wall_holes(muster: Installation) -> list[str]:
    """What would let a reader's connection past row-level security, in sentences."""
    return await holes(muster.pool, muster.readers)


async def verify_record(
    muster: Installation,
    keys: Mapping[str, bytes] | None = None,
    held: Sequence[Held] = (),
    receipt: Receipt | None = None,
    stamp_roots: Sequence[Certificate] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Verify everything that is recorded, by our public keys or those given; `progress` is told done and all.

    `held` is what witnesses hold, `receipt` what we promised; both are compared with the record as it is. Time stamps
    are checked with the roots given, else with those of the witnesses file.
    """
    async with muster.pool.connection() as connection:
        report = await verify_live(
            connection,
            keys or muster.keys.public_keys,
            held=held,
            stamp_roots=stamp_roots or authority_roots(read_witnesses(muster.settings.witnesses)),
            progress=progress,
        )
        broken = await check_receipt(connection, receipt) if receipt and report.ok else None
    return report.model_copy(update={"first_problem": broken}) if broken else report


async def export_record(
    muster: Installation, key: IncidentKey, reader: Reader, write: Callable[[bytes], object]
) -> None:
    """Write an incident's bundle for one reader, of what is integrated; then that it was released is recorded.

    Raises NotFound for an incident that the reader may not know of. Nothing may be handed out before this returns.
    """
    await muster.views.case(reader, key)
    placed = await muster.reading.placed(reader, key)
    opened = partial(muster.reading.open, placed, snapshot=True)
    digest = sha256()
    async for line in export_bundle(opened, muster.keys, key, lambda entry: release(entry, placed)):
        digest.update(line)
        write(line)
    state = (await muster.cases.case(key)).state
    await muster.record.append([exported(state, reader, digest.hexdigest(), utc_now())])


async def record_head(muster: Installation) -> str | None:
    """The newest signed head, as a checkpoint that a witness knows; None before anything was recorded."""
    async with muster.pool.connection() as connection:
        signed = await latest_signed_head(connection)
    return None if signed is None else str(muster.keys.checkpoint(signed))


def trusted_keys(path: Path) -> dict[str, bytes]:
    """The public keys of a key file, by key id. Raises Malformed."""
    return load_public_keys(path)


async def migrate_database(settings: Settings) -> list[str]:
    """Bring the database to this version; the names of what was applied."""
    return await migrate(settings.database_url, entry_keys(settings.keys))


async def invitations(muster: Installation) -> list[tuple[str, str]]:
    """A new enrolment link for everybody who has not enrolled: person and link."""
    invited = await invite_all(
        signin_store(muster), muster.directory.people, muster.settings.page_origin, utc_now()
    )
    return [(invitation.person, invitation.link) for invitation in invited]


def rotate_payload_key(settings: Settings) -> str:
    """A new key for what goes through Temporal; its id."""
    with locked(settings.keys) as folder:
        return rotate(folder / "payloads.json")


def rotate_entry_key(settings: Settings) -> str:
    """A new key that entries are under lock with; its id."""
    with locked(settings.keys) as folder:
        return Vault.rotate(folder / "entries.json").current


def rotate_signing_key(settings: Settings) -> str:
    """A new key that signs the record's heads; its id."""
    with locked(settings.keys) as folder:
        return SigningKeys.rotate(folder / "record.key").key_id
