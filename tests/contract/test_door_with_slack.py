"""The door's promises with Slack behind it: every chat action under every fault, on a clock that jumps."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from typing_extensions import override

from bot.connections import WiredConnections
from integrations.simulated.faults import FaultKind, Rule
from integrations.slack.chat import SlackChat
from playbooks.actions.action import Action
from playbooks.actions.effect import EffectRequest, OutcomeState
from playbooks.actions.registry import ACTIONS, find_action
from playbooks.domain.connection import Connection, PortName, Vendor, connection_id
from playbooks.domain.marking import Marking
from playbooks.ports.connections import AnyPort
from tests.contract.fakes.slack import FakeSlack
from tests.contract.fakes.slack_in_memory import in_memory
from tests.contract.house import CISO, THERE, House, Tamper, TamperedConnections
from tests.contract.samples import UNHCR
from tests.contract.test_door_keeps_its_promises import FAULTS
from tests.contract.virtual_time import in_virtual_time, virtual_now
from workflows.activities.door import Door

CHAT = tuple(action for action in ACTIONS if action.port is PortName.CHAT)
BEFORE = "C0001"
ACCOUNTS = {CISO: "U0CISO", THERE: "U0DUTY"}
METHODS = {
    "open_room": ("conversations.create",),
    "post": ("chat.postMessage",),
    "update_message": ("chat.update",),
    "invite": ("conversations.invite",),
    "remove": ("conversations.kick",),
    "archive_room": ("conversations.archive",),
    "find_*": ("conversations.history", "conversations.list"),
}
KINDS = {
    FaultKind.REQUEST_LOST: "dropped",
    FaultKind.ANSWER_LOST: "answer_lost",
    FaultKind.HANGS: "hangs",
    FaultKind.OUTAGE: "unreachable",
    FaultKind.RATE_LIMITED: "ratelimited",
}


class SlackHouse(House):
    """The house of the suites with UNHCR's chat at Slack, whose history lags almost as long as the registry says."""

    def __init__(self, tamper: Tamper) -> None:
        super().__init__()
        lag = find_action("message.post").how[Vendor.SLACK].lag - timedelta(seconds=1)
        self.slack = FakeSlack("U0CISO", "U0DUTY", lag=lag.total_seconds())
        connection = Connection(
            id=connection_id(UNHCR, Vendor.SIMULATED_CHAT),
            organization=UNHCR,
            vendor=Vendor.SLACK,
            ceiling=Marking.AMBER_STRICT,
        )
        self.connections = WiredConnections((connection,), self._slack)
        tampered = TamperedConnections(self.connections, tamper)
        self.door = Door(self.effects, tampered, self.compose, self.operator, virtual_now, asyncio.sleep)

    def _slack(self, connection: Connection) -> AnyPort:
        return SlackChat(connection, in_memory(self.slack), ACCOUNTS.get)

    @override
    async def request_here(self, name: str) -> EffectRequest:
        request = await super().request_here(name)
        first = self.slack.channels[BEFORE].messages[0]["ts"]
        args = {key: first if key == "message" else value for key, value in request.args.items()}
        return request.model_copy(update={"args": args})

    def strike(self, rule: Rule) -> None:
        for method in METHODS[rule.method]:
            self.slack.fail(method, KINDS[rule.fault], rule.times or 1)

    def times(self, request: EffectRequest) -> int:
        """How often it is out there; what sets a state is there or not."""
        before = self.slack.channels[BEFORE]
        match request.action:
            case "room.open":
                return len(self.slack.channels) - 1
            case "message.post":
                return self.slack.effects(before).count(request.effect_id)
            case "message.update":
                return int(self.slack.calls["chat.update"] > 0)
            case "room.invite":
                return before.members.count("U0CISO")
            case "room.remove":
                return int("U0DUTY" not in before.members)
            case _:
                return int(before.archived)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("action", CHAT, ids=lambda action: action.name)
def test_an_effect_happens_once_in_slack(action: Action, fault: str) -> None:
    in_virtual_time(_check(action, fault))


async def _check(action: Action, fault: str) -> None:
    tamper, rules = FAULTS[fault](action)
    house = SlackHouse(tamper)
    request = await house.request(action.name)
    for rule in rules:
        house.strike(rule)
    outcome = await house.perform(request)
    assert outcome.state is OutcomeState.DONE
    assert house.times(request) == 1
    assert await house.perform(request) == outcome
    assert house.times(request) == 1


def test_a_revoked_token_is_told_to_the_operator() -> None:
    async def revoked() -> Any:
        house = SlackHouse(FAULTS["nothing"](CHAT[0])[0])
        request = await house.request("message.post")
        house.slack.fail("chat.postMessage", "token_revoked")
        return await house.perform(request), house.operator.concerns

    outcome, concerns = in_virtual_time(revoked())
    assert outcome.state is OutcomeState.FAILED
    assert [concern.trouble for concern in concerns] == ["denied"]
