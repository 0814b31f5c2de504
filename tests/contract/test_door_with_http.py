"""The door's promises with a machine behind it, over real sockets; waiting moves a clock and takes no time."""

import ssl
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.connections import WiredConnections
from integrations.http.calls import HttpCalls
from integrations.http.client import Caller
from integrations.http.place import Access
from integrations.simulated.effect_log import SimulatedEffects
from playbooks.actions.action import Action
from playbooks.actions.decision import BLIND_ATTEMPTS
from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState, effect_id
from playbooks.actions.means import Means
from playbooks.actions.registry import ACTIONS, find_action
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.connection import Connection, PortName, Vendor, connection_id
from playbooks.domain.errors import Transient
from playbooks.domain.marking import Marking
from playbooks.ports.composer import Composed
from playbooks.ports.http import Call
from tests.contract.fakes.certificate import certified
from tests.contract.fakes.machine import TOKEN, FakeMachine
from tests.contract.house import CISO, Operator, TamperedConnections, WorkerDies, composed
from tests.contract.samples import INCIDENT, UNHCR
from tests.contract.test_door_keeps_its_promises import CERTAIN, FAULTS
from tests.contract.test_door_with_tickets_and_pages import KINDS, ON_THE_CLOCK, Clock
from workflows.activities.door import Door

HTTP = tuple(action for action in ACTIONS if action.port is PortName.HTTP)
CONNECTION = Connection(
    id=connection_id(UNHCR, "http"), organization=UNHCR, vendor=Vendor.HTTP, ceiling=Marking.AMBER
)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certified(tmp_path_factory.mktemp("tls"))


async def _here(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def _port(machine: FakeMachine, ca: Path) -> HttpCalls:
    access = Access(
        url=machine.url,
        allow=tuple(f"{method} /v1/**" for method in ("GET", "POST", "PUT", "DELETE")),
        networks=(ip_network("127.0.0.0/8"),),
        token=SecretStr(TOKEN),
        ca=ca,
        within=timedelta(seconds=0.5),
    )
    return HttpCalls(CONNECTION, Caller(CONNECTION.id, access, _here))


async def _compose(request: EffectRequest, _connection: Connection) -> Composed:
    return composed(request.action)


def _request(action: Action, clock: Clock) -> EffectRequest:
    return EffectRequest(
        effect_id=effect_id(CONNECTION.id, INCIDENT, action.name, "1"),
        action=action.name,
        connection=CONNECTION.id,
        incident=INCIDENT,
        actor=Actor(id=CISO, kind=ActorKind.PERSON, organization=UNHCR),
        asked_at=clock.now(),
        responsible=CISO,
    )


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
@pytest.mark.parametrize("action", HTTP, ids=lambda action: action.name)
async def test_a_machine_is_told_as_often_as_the_action_promises(
    action: Action, fault: str, tls: tuple[ssl.SSLContext, Path]
) -> None:
    clock = Clock()
    async with FakeMachine().served(tls[0]) as machine:
        tamper, rules = FAULTS[fault](find_action(action.name))
        call = composed(action.name)
        assert isinstance(call, Call)
        for rule in rules:
            if rule.method == action.method:
                machine.fail(call.method, "/asset-7", KINDS[rule.fault], rule.times or 1)
        wired = WiredConnections((CONNECTION,), lambda _connection: _port(machine, tls[1]))
        door = Door(
            SimulatedEffects(),
            TamperedConnections(wired, tamper),
            _compose,
            Operator(),
            clock.now,
            clock.sleep,
        )
        request = _request(action, clock)
        outcome = await _perform(door, request, clock)
        assert await _perform(door, request, clock) == outcome

        if action.how[Vendor.HTTP].means is Means.KEYED or fault in CERTAIN - {"outage"}:
            assert outcome.state is OutcomeState.DONE
        elif action.level.may_repeat:
            assert outcome.state in {OutcomeState.DONE, OutcomeState.UNKNOWN}
            assert len(machine.done) <= BLIND_ATTEMPTS
        else:
            assert outcome.state is OutcomeState.UNKNOWN, "a 503 or a silence after which nobody can tell"
            assert len(machine.done) <= 1
