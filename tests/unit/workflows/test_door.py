import asyncio
import dataclasses
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import wraps
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.testing import ActivityEnvironment

from integrations.simulated.faults import FaultKind, Rule
from playbooks.actions.decision import BLIND_ATTEMPTS
from playbooks.actions.effect import EffectRequest, OutcomeState
from playbooks.actions.registry import ACTIONS, find_action
from playbooks.actions.rooms import REF, WISHED
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.connection import Connection
from playbooks.domain.document import Document
from playbooks.domain.entry import Entry
from playbooks.domain.errors import (
    Conflict,
    Denied,
    IncidentError,
    NotFound,
    Permanent,
    Transient,
    Unavailable,
    Unknown,
)
from playbooks.domain.ids import ConnectionId
from playbooks.domain.kinds import Kind
from playbooks.ports.composer import Composed, Withheld
from playbooks.ports.operator import Trouble
from playbooks.ports.write import Made, Write
from tests.contract.house import CISO, Act, House, WorkerDies
from tests.contract.samples import INCIDENT, UNHCR, some_id
from tests.contract.virtual_time import NOON, in_virtual_time, virtual_now
from workflows.activities.door import Door
from workflows.activities.effects import EffectActivities
from workflows.activities.failures import as_failure

AsyncTest = Callable[..., Coroutine[Any, Any, None]]


def virtually(test: AsyncTest) -> Callable[..., None]:
    """Run a test in a loop that waits for nothing."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        in_virtual_time(test(*args, **kwargs))

    return run


def _concluded(house: House) -> Entry:
    return next(e for e in house.remembered.record.kept if e.kind == Kind.EFFECT_CONCLUDE)


@virtually
async def test_the_intent_stands_in_the_record_before_anything_is_done() -> None:
    kinds: list[str] = []

    async def watch(_method: str, act: Act, write: Write) -> Made | None:
        kinds.extend(entry.kind for entry in house.remembered.record.kept)
        return await act(write)

    house = House(watch)
    await house.perform(await house.request("page.trigger"))
    assert kinds == [Kind.EFFECT_INTEND]


@virtually
async def test_what_was_done_is_told_with_its_reference_and_that_nothing_is_connected() -> None:
    house = House()
    outcome = await house.perform(await house.request("ticket.create"))
    assert outcome.state is OutcomeState.DONE
    assert outcome.vendor_ref == "SIM-2"
    entry = _concluded(house)
    assert entry.data["vendor_ref"] == "SIM-2"
    assert entry.data["simulated"] is True
    assert entry.texts == {}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
@virtually
async def test_what_is_withheld_is_not_sent(action: Any) -> None:
    house = House()
    request = await house.request(action.name)
    house.words = Withheld(code="ceiling")
    outcome = await house.perform(request)
    assert (outcome.state, outcome.detail) == (OutcomeState.WITHHELD, "ceiling")
    assert house.happened(request) == ()
    assert _concluded(house).data["state"] == "withheld"


@virtually
async def test_what_is_withheld_after_it_may_have_gone_out_is_unknown() -> None:
    house = House(_dying_once("trigger"))
    request = await house.request("page.trigger")
    with pytest.raises(WorkerDies):
        await house.door.perform(request, "first")
    house.words = Withheld(code="ceiling")
    outcome = await house.perform(request)
    assert (outcome.state, outcome.detail, outcome.asked) == (OutcomeState.UNKNOWN, "ceiling", CISO)


@virtually
async def test_what_is_withheld_after_it_was_found_is_done() -> None:
    house = House(_dying_once("create_ticket"))
    request = await house.request("ticket.create")
    with pytest.raises(WorkerDies):
        await house.door.perform(request, "first")
    house.words = Withheld(code="ceiling")
    assert (await house.perform(request)).state is OutcomeState.DONE


def _dying_once(method: str) -> Any:
    done = False

    async def tamper(called: str, act: Act, write: Write) -> Made | None:
        nonlocal done
        made = await act(write)
        if called == method and not done:
            done = True
            raise WorkerDies
        return made

    return tamper


@virtually
async def test_a_refused_credential_is_a_failure_and_the_operator_is_told() -> None:
    house = House()
    request = await house.request("ticket.create")
    house.world.switch_on(Rule(fault=FaultKind.DENIED))
    outcome = await house.perform(request)
    assert (outcome.state, outcome.detail) == (OutcomeState.FAILED, Denied.code)
    assert [concern.trouble for concern in house.operator.concerns] == [Trouble.DENIED]


@virtually
async def test_a_credential_refused_after_a_lost_answer_leaves_it_unknown() -> None:
    house = House()
    request = await house.request("page.trigger")
    house.world.switch_on(
        Rule(fault=FaultKind.ANSWER_LOST, method="trigger", times=1), Rule(fault=FaultKind.DENIED)
    )
    outcome = await house.perform(request)
    assert outcome.state is OutcomeState.UNKNOWN
    assert [c.trouble for c in house.operator.concerns] == [Trouble.DENIED, Trouble.UNKNOWN]


@virtually
async def test_what_the_vendor_will_never_take_has_failed() -> None:
    house = House()
    request = await house.request("mail.send")
    house.world.switch_on(Rule(fault=FaultKind.REJECTED))
    outcome = await house.perform(request)
    assert (outcome.state, outcome.detail) == (OutcomeState.FAILED, Permanent.code)


@virtually
async def test_an_outage_longer_than_the_patience_is_a_failure() -> None:
    house = House()
    request = await house.request("page.trigger")
    house.world.switch_on(Rule(fault=FaultKind.OUTAGE))
    outcome = await house.perform(request)
    assert (outcome.state, outcome.detail) == (OutcomeState.FAILED, Transient.code)


@virtually
async def test_a_mail_whose_answers_are_lost_is_sent_three_times_and_then_unknown() -> None:
    house = House()
    request = await house.request("mail.send")
    house.world.switch_on(Rule(fault=FaultKind.ANSWER_LOST))
    outcome = await house.perform(request)
    assert (outcome.state, outcome.detail) == (OutcomeState.UNKNOWN, Unknown.code)
    assert outcome.attempts == len(house.happened(request)) == BLIND_ATTEMPTS


@virtually
async def test_answers_lost_for_longer_than_the_patience_leave_it_unknown() -> None:
    house = House()
    request = await house.request("page.trigger")
    house.world.switch_on(Rule(fault=FaultKind.REQUEST_LOST))
    outcome = await house.perform(request)
    assert (outcome.state, outcome.detail) == (OutcomeState.UNKNOWN, Unknown.code)
    assert virtual_now() >= request.asked_at + find_action("page.trigger").times.patience


@virtually
async def test_what_is_not_connected_has_failed_and_is_recorded_so() -> None:
    house = House()
    request = await house.request("page.trigger")
    outcome = await house.perform(request.model_copy(update={"connection": ConnectionId("wfp/pager")}))
    assert (outcome.state, outcome.detail) == (OutcomeState.FAILED, "not_connected")
    assert _concluded(house).data["connected"] is False


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        ({"args": {"unheard_of": 1}}, "malformed"),
        ({"action": "mail.send", "args": {"to": ["wfp-duty"]}}, "wrong_port"),
    ],
)
@virtually
async def test_a_request_that_fits_no_port_has_failed(changed: dict[str, Any], detail: str) -> None:
    house = House()
    request = (await house.request("page.trigger")).model_copy(update=changed)
    outcome = await house.perform(request)
    assert (outcome.state, outcome.detail) == (OutcomeState.FAILED, detail)


@virtually
async def test_an_action_that_does_not_exist_is_not_found() -> None:
    house = House()
    request = (await house.request("page.trigger")).model_copy(update={"action": "page.whisper"})
    with pytest.raises(NotFound):
        await house.door.perform(request, "worker")


@virtually
async def test_two_attempts_at_once_are_one_effect() -> None:
    async def slow(_method: str, act: Act, write: Write) -> Made | None:
        await asyncio.sleep(5)
        return await act(write)

    house = House(slow)
    request = await house.request("mail.send")
    first = asyncio.create_task(house.door.perform(request, "first"))
    await asyncio.sleep(1)
    with pytest.raises(Transient) as refused:
        await house.door.perform(request, "second")
    assert refused.value.retry_after == find_action("mail.send").times.lease - timedelta(seconds=1)
    assert (await first).state is OutcomeState.DONE
    assert len(house.happened(request)) == 1


@virtually
async def test_nothing_is_sent_when_too_little_of_the_lease_is_left() -> None:
    class SlowToCompose(House):
        async def compose(self, request: EffectRequest, connection: Connection) -> Composed | Withheld:
            await asyncio.sleep(find_action(request.action).times.lease.total_seconds())
            return await super().compose(request, connection)

    house = SlowToCompose()
    request = await house.request("mail.send")
    with pytest.raises(Transient):
        await house.door.perform(request, "worker")
    assert house.happened(request) == ()


@pytest.mark.parametrize(
    ("error", "state"),
    [(NotFound("no such entry"), OutcomeState.FAILED), (Unavailable("the record is away"), None)],
)
@virtually
async def test_what_cannot_be_worded_fails_and_what_cannot_be_read_waits(
    error: IncidentError, state: OutcomeState | None
) -> None:
    class Wordless(House):
        async def compose(self, request: EffectRequest, connection: Connection) -> Document | Withheld:
            raise error

    house = Wordless()
    request = await house.request("mail.send")
    if state is None:
        with pytest.raises(Transient):
            await house.door.perform(request, "worker")
    else:
        assert (await house.door.perform(request, "worker")).state is state
    assert house.happened(request) == ()


@virtually
async def test_an_adapter_that_breaks_leaves_it_unknown_and_not_undone() -> None:
    async def broken(_method: str, act: Act, write: Write) -> Made | None:
        await act(write)
        raise KeyError("ts")

    house = House(broken)
    request = await house.request("containment.isolate")
    outcome = await house.perform(request)
    assert outcome.state is OutcomeState.UNKNOWN
    assert len(house.happened(request)) == 1


@virtually
async def test_a_reference_waits_for_the_effect_that_brings_it() -> None:
    house = House()
    opened = await house.request("room.open")
    post = await house.request_here("message.post")
    post = post.model_copy(update={"args": {"room": f"{REF}{opened.effect_id}"}})
    with pytest.raises(Transient):
        await house.door.perform(post, "worker")
    room = (await house.perform(opened)).vendor_ref
    await house.perform(post)
    messages = house.world.things(post.connection, "message")
    assert messages[-1].state["room"] == room


@virtually
async def test_a_reference_to_what_never_came_about_is_a_failure() -> None:
    house = House()
    opened = await house.request("room.open")
    house.world.switch_on(Rule(fault=FaultKind.REJECTED, method="open_room"))
    await house.perform(opened)
    post = await house.request_here("message.post")
    post = post.model_copy(update={"args": {"room": f"{REF}{opened.effect_id}"}})
    outcome = await house.perform(post)
    assert (outcome.state, outcome.detail) == (OutcomeState.FAILED, "reference_missing")


@virtually
async def test_a_reference_that_was_only_wished_for_is_left_out_where_nothing_came_of_it() -> None:
    house = House()
    created = await house.request("ticket.create")
    part = created.model_copy(
        update={
            "effect_id": some_id("ticket.create", "part"),
            "args": {"parent": f"{WISHED}{created.effect_id}"},
        }
    )
    with pytest.raises(Transient):
        await house.door.perform(part, "worker")
    house.world.switch_on(Rule(fault=FaultKind.REJECTED, method="create_ticket", times=1))
    assert (await house.perform(created)).state is OutcomeState.FAILED
    assert (await house.perform(part)).state is OutcomeState.DONE
    assert house.world.things(created.connection, "ticket")[-1].state["parent"] is None


@virtually
async def test_an_attempt_that_lost_its_claim_leaves_the_last_word_to_the_other() -> None:
    house = House()
    request = await house.request("page.trigger")

    async def overtaken(*_: Any, **__: Any) -> None:
        raise Conflict("in other hands")

    conclude, house.effects.conclude = house.effects.conclude, overtaken  # type: ignore[method-assign]  # the other attempt wins
    with pytest.raises(Transient):
        await house.door.perform(request, "first")
    house.effects.conclude = conclude  # type: ignore[method-assign]  # the other attempt wins
    assert (await house.perform(request)).state is OutcomeState.DONE


@virtually
async def test_who_could_not_be_reached_is_told() -> None:
    house = House()
    request = await house.request("room.invite")
    outcome = await house.perform(request)
    assert outcome.missing == ()


@pytest.mark.parametrize(
    ("error", "non_retryable", "category"),
    [
        (Transient("later"), False, ApplicationErrorCategory.BENIGN),
        (Unknown("silence"), False, ApplicationErrorCategory.UNSPECIFIED),
        (Unavailable("away"), False, ApplicationErrorCategory.UNSPECIFIED),
        (Conflict("already so"), True, ApplicationErrorCategory.BENIGN),
        (NotFound("no such action"), True, ApplicationErrorCategory.UNSPECIFIED),
        (Denied("who?"), True, ApplicationErrorCategory.UNSPECIFIED),
    ],
)
def test_a_failure_carries_the_code_and_nothing_else(
    error: IncidentError, *, non_retryable: bool, category: ApplicationErrorCategory
) -> None:
    failure = as_failure(error)
    assert (failure.type, failure.message) == (error.code, error.code)
    assert failure.non_retryable is non_retryable
    assert failure.category is category


async def test_temporal_is_told_when_to_come_back_and_no_words() -> None:
    class Closed(Door):
        def __init__(self) -> None:
            pass

        def is_here(self, connection: ConnectionId) -> bool:
            return bool(connection)

        async def perform(self, request: EffectRequest, holder: str) -> Any:
            assert holder.endswith("/1")
            raise Transient("people's own words", retry_after=timedelta(seconds=7))

    request = EffectRequest(
        effect_id=some_id("page.trigger", "1"),
        action="page.trigger",
        connection=ConnectionId("unhcr/pager"),
        incident=INCIDENT,
        actor=Actor(id=CISO, kind=ActorKind.PERSON, organization=UNHCR),
        asked_at=NOON,
    )
    activity = EffectActivities(Closed()).perform_effect
    with pytest.raises(ApplicationError) as failed:
        await ActivityEnvironment().run(activity, request)
    assert failed.value.next_retry_delay == timedelta(seconds=7)
    assert "words" not in str(failed.value)
    assert failed.value.__cause__ is None


@pytest.mark.parametrize(("queue", "again"), [("muster-door", False), ("muster-door/unhcr/chat", True)])
async def test_an_effect_for_which_another_process_speaks_is_handed_on_and_waits_there(
    queue: str, *, again: bool
) -> None:
    class Elsewhere(Door):
        def __init__(self) -> None:
            pass

        def is_here(self, connection: ConnectionId) -> bool:
            return not connection

    request = await House().request("message.post")
    request = request.model_copy(update={"connection": ConnectionId("unhcr/chat")})
    environment = ActivityEnvironment()
    environment.info = dataclasses.replace(environment.info, task_queue=queue)
    with pytest.raises(ApplicationError) as failed:
        await environment.run(EffectActivities(Elsewhere()).perform_effect, request)
    assert failed.value.type == "elsewhere"
    assert failed.value.non_retryable is not again
