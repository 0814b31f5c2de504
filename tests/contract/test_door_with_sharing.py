"""The door's promises with a TAXII server behind it, over real sockets; waiting moves a clock and takes no time."""

import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.connections import WiredConnections
from integrations.simulated.effect_log import SimulatedEffects
from integrations.taxii.client import Access
from integrations.taxii.collection import TaxiiCollection
from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState, effect_id
from playbooks.actions.giving import GIVE
from playbooks.actions.registry import find_action
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.errors import Transient
from playbooks.domain.marking import Marking
from playbooks.ports.composer import Composed
from tests.contract.fakes.certificate import certified
from tests.contract.fakes.taxii import COLLECTION, TOKEN, FakeTaxii
from tests.contract.house import CISO, Operator, TamperedConnections, WorkerDies
from tests.contract.samples import INCIDENT, UNHCR
from tests.contract.sharing import giving, stix_indicator
from tests.contract.test_door_keeps_its_promises import FAULTS
from tests.contract.test_door_with_tickets_and_pages import KINDS, ON_THE_CLOCK, Clock
from workflows.activities.door import Door

CONNECTION = Connection(
    id=connection_id(UNHCR, "sharing"), organization=UNHCR, vendor=Vendor.TAXII, ceiling=Marking.GREEN
)
BUNDLE = giving(stix_indicator(1), stix_indicator(2)).file


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certified(tmp_path_factory.mktemp("tls"))


async def _compose(_request: EffectRequest, _connection: Connection) -> Composed:
    return BUNDLE


async def _perform(door: Door, request: EffectRequest, clock: Clock) -> EffectOutcome:
    """Attempt until one answers, as Temporal does but sooner."""
    for attempt in range(1, 100):
        try:
            return await door.perform(request, f"worker-{attempt}")
        except Transient as error:
            await clock.sleep(error.retry_after.total_seconds() if error.retry_after else 1)
        except WorkerDies:
            continue
    raise AssertionError(f"{request.effect_id} never ended")


@pytest.mark.parametrize("fault", ON_THE_CLOCK)
async def test_a_collection_has_each_object_once_whatever_goes_wrong(
    fault: str, tls: tuple[ssl.SSLContext, Path]
) -> None:
    clock = Clock()
    async with FakeTaxii().served(tls[0]) as server:
        tamper, rules = FAULTS[fault](find_action(GIVE))
        for rule in rules:
            if rule.method == "give":
                server.fail("POST", "/objects/", KINDS[rule.fault], rule.times or 1)
        access = Access(
            url=f"{server.url}/circle",
            collection=COLLECTION,
            token=SecretStr(TOKEN),
            ca=tls[1],
            within=timedelta(seconds=0.5),
        )
        wired = WiredConnections(
            (CONNECTION,), lambda connection: TaxiiCollection(connection, access, clock.sleep)
        )
        connections = TamperedConnections(wired, tamper)
        door = Door(SimulatedEffects(), connections, _compose, Operator(), clock.now, clock.sleep)
        request = EffectRequest(
            effect_id=effect_id(CONNECTION.id, INCIDENT, GIVE, "1"),
            action=GIVE,
            connection=CONNECTION.id,
            incident=INCIDENT,
            actor=Actor(id=CISO, kind=ActorKind.PERSON, organization=UNHCR),
            asked_at=clock.now(),
            responsible=CISO,
        )
        outcome = await _perform(door, request, clock)
        assert await _perform(door, request, clock) == outcome
        assert outcome.state is OutcomeState.DONE
        assert set(outcome.given) <= {"taken", "present"}
        assert sorted(server.ids) == [stix_indicator(1)["id"], stix_indicator(2)["id"]]
