"""Rehearsals, put together: every port in memory, every vendor simulated."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio import activity
from temporalio.client import Client
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from bot.boards import Boards
from bot.composing import Composer
from bot.connections import WiredConnections, all_connections
from bot.embedded.time_skipping import time_skipping_temporal
from bot.library import Library
from bot.operator_log import OperatorLog
from bot.own_playbooks import own_playbooks
from bot.reading.cases import Cases
from bot.reading.triage import TriageBoard
from bot.reading.views import RecordViews
from bot.rehearsal.failing import FailingConnections
from bot.rehearsal.stage import Stage
from bot.rehearsal.theatre import Theatre
from bot.rehearsal.told_record import ToldRecord
from bot.retainers import RecordedRetainers, read_agreements
from bot.settings import Settings
from integrations.simulated.connections import ADAPTERS
from integrations.simulated.content import SimulatedContent
from integrations.simulated.effect_log import SimulatedEffects
from integrations.simulated.inbox import SimulatedInbox
from integrations.simulated.ledger import SimulatedLedger
from integrations.simulated.no_groups import NoGroups
from integrations.simulated.reading import SimulatedReading
from integrations.simulated.record import SimulatedRecord
from integrations.simulated.world import World
from playbooks.directory import demo_people, load_directory, shipped_organizations
from playbooks.domain.circle.retainer import Agreement
from playbooks.domain.ids import IncidentKey
from playbooks.texts import load_texts
from workflows.activities.asking import AskingActivities
from workflows.activities.door import Door
from workflows.activities.effects import EffectActivities
from workflows.activities.playbooks import PlaybookActivities
from workflows.activities.recording import RecordingActivities
from workflows.activities.rehearsing import RehearsingActivities
from workflows.client import Judges
from workflows.gateway import CommandGateway
from workflows.payloads.converter import data_converter
from workflows.payloads.keyring import open_keyring
from workflows.rehearsal.worker import rehearsal_worker
from workflows.relay import InboxRelay
from workflows.starting import RecordStarts
from workflows.worker import Activities, at_work, workers


def virtual_now() -> datetime:
    """The time by the clock that runs ahead, which activities are told; before the first of them the real one."""
    return activity.info().started_time if activity.in_activity() else datetime.now(UTC)


@asynccontextmanager
async def rehearsing() -> AsyncIterator[Theatre]:
    """Where playbooks are rehearsed, on a server of its own. Raises EmbeddedServerError."""
    theatre = Theatre(stage)
    try:
        yield theatre
    finally:
        await theatre.close()


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """A stage with its server, in a folder that is gone afterwards. Raises EmbeddedServerError."""
    with TemporaryDirectory(prefix="muster-rehearsal-") as folder:
        data = Path(folder)
        async with time_skipping_temporal(data) as server:
            library = Library(SimulatedContent(), own=own_playbooks(Settings()))
            converter = data_converter(open_keyring(data / "payloads.json"), library.structure)
            client = await Client.connect(server.address, data_converter=converter, runtime=_quiet())
            async with _furnished(client, library) as furnished:
                yield furnished


@cache
def _quiet() -> Runtime:
    """Temporal's own part without its warnings: they speak of what the test server lacks."""
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=TelemetryFilter("ERROR", "ERROR"))))


def _agreements() -> tuple[Agreement, ...]:
    """The agreement that ships to try things with, nobody's and no vendor's; it holds whatever the clock says."""
    directory = load_directory(shipped_organizations(), demo_people())
    shipped = (files("playbooks.directory") / "demo_retainers.yaml").read_bytes()
    ever = {"valid_until": date.max, "nda_until": date.max}
    return tuple(each.model_copy(update=ever) for each in read_agreements(shipped, directory))


async def _nowhere_else() -> tuple[IncidentKey, ...]:
    return ()


@asynccontextmanager
async def _furnished(client: Client, library: Library) -> AsyncIterator[Stage]:
    """The stage with everything in memory around it."""
    ledger = SimulatedLedger(virtual_now)
    kept = SimulatedRecord(ledger)
    directory = load_directory(shipped_organizations())
    on_stage = Stage(client, kept, ledger, library, directory)
    record = ToldRecord(kept, on_stage.tell)
    inbox, cases, judges = SimulatedInbox(kept), Cases(record), Judges(client)
    retainers = RecordedRetainers(_agreements(), _nowhere_else, cases.case)
    starts = RecordStarts(record, judges, retainers, directory)
    gateway = CommandGateway(
        ledger, record, inbox, judges, on_stage.content_of, cases.case, NoGroups(), virtual_now, retainers
    )
    world = World(":memory:", virtual_now)
    wired = WiredConnections(
        all_connections(directory, ()),
        lambda connection: ADAPTERS[connection.vendor](world, connection),
        directory.people,
    )
    connections = FailingConnections(wired, on_stage.fails)
    reading, texts = SimulatedReading(record), load_texts()
    views = RecordViews(reading, record, TriageBoard(lambda _reader: NoGroups()), virtual_now, library.shown)
    composer = Composer(reading, texts, library.call, boards=Boards(views, texts))
    door = Door(SimulatedEffects(kept), connections, composer, OperatorLog(), virtual_now)
    activities = Activities(
        recording=RecordingActivities(record, ledger, library.words),
        asking=AskingActivities(starts),
        playbooks=PlaybookActivities(library.structure, library.rule, record),
        effects=EffectActivities(door),
    )
    people = RehearsingActivities(gateway, InboxRelay(inbox, starts).carry)
    decisions, effects = workers(client, activities, "rehearsal")
    try:
        async with at_work(decisions), at_work(effects), at_work(rehearsal_worker(client, people)):
            yield on_stage
    finally:
        world.close()
