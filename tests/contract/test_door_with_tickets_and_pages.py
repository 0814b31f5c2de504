"""The door's promises with Jira and PagerDuty behind it, over real sockets; waiting moves a clock and takes no time."""

import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.connections import WiredConnections
from integrations.jira.client import JiraAccess, JiraSite
from integrations.jira.ticketing import JiraTicketing, label
from integrations.pagerduty.client import PagerDutyAccess, PagerDutyAccount
from integrations.pagerduty.paging import PagerDutyPaging
from integrations.simulated.effect_log import SimulatedEffects
from integrations.simulated.faults import FaultKind, Rule
from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState, effect_id
from playbooks.actions.registry import ACTIONS, find_action
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.connection import Connection, PortName, Vendor, connection_id
from playbooks.domain.errors import Transient
from playbooks.domain.ids import ConnectionId
from playbooks.domain.marking import Marking
from playbooks.ports.composer import Composed
from playbooks.ports.operator import Trouble
from playbooks.ports.project import TrackerProject
from playbooks.ports.ticketing import CreateTicket
from tests.contract.fakes.certificate import certified
from tests.contract.fakes.jira import PROJECT, TOKEN, USER, FakeJira
from tests.contract.fakes.pagerduty import API_TOKEN, ROUTING_KEY, SERVICE, FakePagerDuty
from tests.contract.fakes.pagerduty import USER as MUSTER
from tests.contract.fakes.server import FakeServer
from tests.contract.house import CISO, Operator, TamperedConnections, WorkerDies, composed
from tests.contract.samples import INCIDENT, MESSAGE, UNHCR
from tests.contract.test_door_keeps_its_promises import FAULTS
from tests.contract.virtual_time import NOON
from workflows.activities.door import Door

TICKETS, PAGER = connection_id(UNHCR, "tickets"), connection_id(UNHCR, "pager")
WITHIN = timedelta(seconds=0.5)
ON_THE_CLOCK = (
    "nothing",
    "worker dies before its effect",
    "worker dies after its effect",
    "request lost",
    "answer lost",
    "answer lost twice",
    "answer lost, and nobody may look for a while",
    "worker dies, and nobody may look for a while",
    "hangs after its effect",
    "outage",
    "rate limited",
)
"""The other faults stall in the loop's own time; `test_door_with_slack.py` has them in a loop that jumps."""
KINDS = {
    FaultKind.REQUEST_LOST: "request_lost",
    FaultKind.ANSWER_LOST: "answer_lost",
    FaultKind.HANGS: "hangs",
    FaultKind.OUTAGE: "503",
    FaultKind.RATE_LIMITED: "429",
}
PATHS = {
    "create_ticket": (("POST", "/issue"),),
    "comment": (("POST", "/comment"),),
    "transition": (("POST", "/transitions"),),
    "attach": (("POST", "/attachments"),),
    "update": (("PUT", f"/issue/{PROJECT}-1"),),
    "find_*": (
        ("GET", "/search"),
        ("GET", "/search/jql"),
        ("GET", "/comment"),
        ("GET", "/notes"),
        ("GET", f"/issue/{PROJECT}-1"),
    ),
    "reassign": (("PUT", "/incidents/PI1"),),
    "add_responders": (("POST", "/responder_requests"),),
    "note": (("POST", "/notes"),),
    "trigger": (("POST", "/enqueue"),),
    "acknowledge": (("POST", "/enqueue"),),
    "resolve": (("POST", "/enqueue"),),
}
CASES = [
    *((a.name, kind) for a in ACTIONS if a.port is PortName.TICKETING for kind in ("cloud", "data center")),
    *((a.name, "cloud") for a in ACTIONS if a.port is PortName.PAGING),
]


@dataclass
class Clock:
    """Moves when somebody waits for it."""

    passed: float = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.passed)

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds


class VendorHouse:
    """A door before one Jira and one PagerDuty, whose search and whose work lag as the registry says."""

    def __init__(self, jira: FakeJira, pagerduty: FakePagerDuty, ca: Path, clock: Clock) -> None:
        self.jira, self.pagerduty, self.clock = jira, pagerduty, clock
        self.operator = Operator()
        site = JiraAccess(
            url=jira.root, user=USER if jira.cloud else "", token=SecretStr(TOKEN), within=WITHIN
        )
        account = PagerDutyAccess(
            routing_key=SecretStr(ROUTING_KEY),
            api_token=SecretStr(API_TOKEN),
            url=pagerduty.url,
            events_url=pagerduty.url,
            ca=ca,
            user=MUSTER,
            within=WITHIN,
        )
        self.tickets = JiraTicketing(
            _connection(TICKETS, Vendor.JIRA, PROJECT), JiraSite(TICKETS, site), TrackerProject()
        )
        self.pager = PagerDutyPaging(
            _connection(PAGER, Vendor.PAGERDUTY, SERVICE),
            PagerDutyAccount(PAGER, account),
            {CISO: "PCISO"}.get,
        )

    def door(self, fault: str, action: str) -> Door:
        tamper, rules = FAULTS[fault](find_action(action))
        for rule in rules:
            self._strike(rule, self.jira if action.startswith("ticket") else self.pagerduty)
        wired = WiredConnections(
            (
                _connection(TICKETS, Vendor.JIRA, PROJECT),
                _connection(PAGER, Vendor.PAGERDUTY, SERVICE),
            ),
            lambda connection: self.tickets if connection.vendor is Vendor.JIRA else self.pager,
        )
        connections = TamperedConnections(wired, tamper)
        return Door(
            SimulatedEffects(), connections, _compose, self.operator, self.clock.now, self.clock.sleep
        )

    def _strike(self, rule: Rule, server: FakeServer) -> None:
        for method, path in PATHS[rule.method]:
            server.fail(method, path, KINDS[rule.fault], rule.times or 1)

    async def request(self, action: str) -> EffectRequest:
        """A request for an action, with what it refers to already there."""
        connection = TICKETS if action.startswith("ticket") else PAGER
        before = effect_id(connection, INCIDENT, action, "before")
        args: dict[str, Any] = {}
        match action:
            case "ticket.attach" | "ticket.comment" | "ticket.transition" | "ticket.update":
                made = await self.tickets.create_ticket(CreateTicket(effect_id=before, document=MESSAGE))
                args = {"ticket": made.ref} | _ON_TICKETS.get(action, {})
            case "page.trigger":
                pass
            case _ if action.startswith("page"):
                await self.pager._account.send(
                    "trigger", before, {"summary": "x", "source": "x", "severity": "info"}
                )
                await self.clock.sleep(60)
                args = {"page": before} | _ON_PAGES.get(action, {})
        return EffectRequest(
            effect_id=effect_id(connection, INCIDENT, action, "1"),
            action=action,
            connection=connection,
            incident=INCIDENT,
            actor=Actor(id=CISO, kind=ActorKind.PERSON, organization=UNHCR),
            asked_at=self.clock.now(),
            args=args,
            text="declared",
            responsible=CISO,
        )

    async def perform(self, door: Door, request: EffectRequest) -> EffectOutcome:
        """Attempt until one answers, as Temporal does but sooner."""
        for attempt in range(1, 100):
            try:
                return await door.perform(request, f"worker-{attempt}")
            except Transient as error:
                await self.clock.sleep(error.retry_after.total_seconds() if error.retry_after else 1)
            except WorkerDies:
                continue
        raise AssertionError(f"{request.effect_id} never ended")

    async def happened(self, request: EffectRequest) -> int:
        """How often it is out there."""
        await self.clock.sleep(60)
        match request.action:
            case "ticket.create":
                return sum(
                    label(request.effect_id) in each.fields["labels"] for each in self.jira.issues.values()
                )
            case "ticket.comment" | "ticket.attach" | "ticket.transition" | "ticket.update":
                issue = self.jira.issues[request.args["ticket"]]
                return {
                    "ticket.comment": len(issue.comments),
                    "ticket.attach": len(issue.files),
                    "ticket.transition": issue.moves,
                    "ticket.update": issue.edits,
                }[request.action]
            case "page.trigger":
                return sum(incident.log.count("woke") for incident in self.pagerduty.incidents)
            case _:
                (incident,) = self.pagerduty.incidents
                return len(incident.log) - 1


_ON_TICKETS: dict[str, dict[str, Any]] = {
    "ticket.transition": {"status": "done"},
    "ticket.update": {"severity": "critical"},
    "ticket.attach": {"mark": f"{INCIDENT}-E-1", "marking": Marking.AMBER},
}
_ON_PAGES = {"page.reassign": {"people": [CISO]}, "page.respond": {"people": [CISO]}}


def _connection(id: ConnectionId, vendor: Vendor, place: str) -> Connection:
    return Connection(id=id, organization=UNHCR, vendor=vendor, ceiling=Marking.AMBER_STRICT, place=place)


async def _compose(request: EffectRequest, connection: Connection) -> Composed:
    return composed(request.action)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certified(tmp_path_factory.mktemp("tls"))


@asynccontextmanager
async def _house(tls: tuple[ssl.SSLContext, Path], *, cloud: bool) -> AsyncIterator[VendorHouse]:
    clock = Clock()

    def seconds() -> float:
        return clock.passed

    async with AsyncExitStack() as stack:
        jira = await stack.enter_async_context(FakeJira(cloud=cloud, lag=29, now=seconds).served())
        pagerduty = await stack.enter_async_context(FakePagerDuty(lag=5, now=seconds).served(tls[0]))
        house = VendorHouse(jira, pagerduty, tls[1], clock)
        stack.callback(house.tickets.close)
        stack.callback(house.pager.close)
        yield house


@pytest.mark.parametrize("fault", ON_THE_CLOCK)
@pytest.mark.parametrize(("action", "kind"), CASES)
async def test_an_effect_happens_once(
    action: str, kind: str, fault: str, tls: tuple[ssl.SSLContext, Path]
) -> None:
    async with _house(tls, cloud=kind == "cloud") as house:
        request = await house.request(action)
        door = house.door(fault, action)
        outcome = await house.perform(door, request)
        assert outcome.state is OutcomeState.DONE
        assert await house.happened(request) == 1
        assert await house.perform(door, request) == outcome
        assert await house.happened(request) == 1


@pytest.mark.parametrize("action", ["ticket.create", "page.trigger"])
async def test_a_refused_credential_ends_it_and_the_operator_is_told(
    action: str, tls: tuple[ssl.SSLContext, Path]
) -> None:
    async with _house(tls, cloud=True) as house:
        request = await house.request(action)
        door = house.door("nothing", action)
        for server in (house.jira, house.pagerduty):
            server.fail("POST", "/issue", "401")
            server.fail("POST", "/enqueue", "401")
        outcome = await house.perform(door, request)
        assert outcome.state is OutcomeState.FAILED
        assert [concern.trouble for concern in house.operator.concerns] == [Trouble.DENIED]
