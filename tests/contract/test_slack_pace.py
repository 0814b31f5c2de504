"""Slack's limits by method, obeyed beforehand: on a clock that jumps, against a Slack of our own."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.slack.chat import SlackChat
from integrations.slack.pace import A_MINUTE, DECORATION, GIVES_WAY_FOR, PATIENCE, Pace
from playbooks.domain.errors import Transient
from playbooks.ports.chat import OpenRoom
from playbooks.ports.write import Made
from tests.contract.fakes.slack import FakeSlack
from tests.contract.fakes.slack_in_memory import in_memory
from tests.contract.samples import some_id
from tests.contract.test_slack_chat import ACCOUNTS, CONNECTION, post
from tests.contract.virtual_time import in_virtual_time

Moments = list[float]


def now() -> float:
    return asyncio.get_running_loop().time()


def wish(error: Transient) -> float:
    """When to come back: nobody is sent away who could have waited."""
    assert error.retry_after is not None
    assert error.retry_after >= PATIENCE
    return error.retry_after.total_seconds()


async def taken(pace: Pace, method: str, moments: Moments, channel: str = "") -> None:
    """A caller who comes back when she is told to."""
    while True:
        try:
            await pace.turn(method, channel)
        except Transient as error:
            await asyncio.sleep(wish(error))
        else:
            moments.append(now())
            return


@pytest.mark.parametrize(("method", "most"), sorted(A_MINUTE.items()))
def test_no_method_is_called_more_often_in_any_minute_than_its_tier_takes(method: str, most: int) -> None:
    moments: Moments = []

    async def storm() -> None:
        pace = Pace()
        await asyncio.gather(*(taken(pace, method, moments) for _ in range(most * 3)))

    in_virtual_time(storm())
    assert len(moments) == most * 3
    assert all(later - earlier >= 60 for earlier, later in zip(moments, moments[most:], strict=False))
    assert moments[most - 1] == 0, "a burst that the tier takes goes out at once"


@given(st.lists(st.tuples(st.sampled_from(["C1", "C2"]), st.floats(0, 5)), max_size=12))
def test_a_channel_is_sent_one_message_a_second_whatever_is_said_in_others(
    said: list[tuple[str, float]],
) -> None:
    moments: dict[str, Moments] = {"C1": [], "C2": []}

    async def talk() -> None:
        pace = Pace()

        async def one(channel: str, after: float) -> None:
            await asyncio.sleep(after)
            await taken(pace, "chat.postMessage", moments[channel], channel)

        await asyncio.gather(*(one(channel, after) for channel, after in said))

    in_virtual_time(talk())
    for sent in moments.values():
        assert all(later - earlier >= 0.999 for earlier, later in pairwise(sent))


def test_what_people_wait_for_goes_before_decoration_that_was_asked_for_earlier() -> None:
    order: list[str] = []

    async def noted(pace: Pace, method: str) -> None:
        await pace.turn(method, "C1")
        order.append(method)

    async def room() -> None:
        pace = Pace()
        await pace.turn("chat.postMessage", "C1")
        page = asyncio.create_task(noted(pace, "chat.postMessage"))
        await asyncio.sleep(0)
        looks = [asyncio.create_task(noted(pace, each)) for each in sorted(DECORATION)]
        await asyncio.sleep(0.5)
        answer = asyncio.create_task(noted(pace, "chat.postMessage"))
        await asyncio.gather(page, answer, *looks)

    in_virtual_time(room())
    assert order == ["chat.postMessage", "chat.postMessage", *sorted(DECORATION)]


def test_decoration_gives_way_for_a_minute_and_no_longer() -> None:
    decorated: Moments = []

    async def busy() -> None:
        pace = Pace()

        async def talk() -> None:
            while True:
                await pace.turn("chat.postMessage", "C1")

        talking = asyncio.create_task(talk())
        others = asyncio.create_task(talk())
        await asyncio.sleep(0)
        await pace.turn("conversations.setTopic", "C1")
        decorated.append(now())
        talking.cancel()
        others.cancel()

    in_virtual_time(busy())
    assert decorated == [GIVES_WAY_FOR.total_seconds()]


def test_a_method_that_slack_closed_is_not_asked_again_before_the_time_that_it_said() -> None:
    async def closed() -> None:
        slack = FakeSlack("U0DUTY")
        web = in_memory(slack)
        slack.fail("conversations.info", "ratelimited")
        with pytest.raises(Exception, match="ratelimited"):
            await web.conversations_info(channel="C0001")
        with pytest.raises(Transient) as caught:
            await web.conversations_info(channel="C0001")
        assert caught.value.retry_after == timedelta(seconds=7)
        assert slack.calls["conversations.info"] == 1, "the second was never sent"
        await web.auth_test()
        await asyncio.sleep(7)
        with pytest.raises(Exception, match="channel_not_found"):
            await web.conversations_info(channel="C0001")

    in_virtual_time(closed())


def test_twenty_five_rooms_at_once_all_come_to_be_and_slack_never_has_to_refuse() -> None:
    """Twenty may be opened in a minute: the others are asked for again when the door is told to."""

    async def again(work: Callable[[], Awaitable[Made]]) -> str:
        while True:
            try:
                return (await work()).ref
            except Transient as error:
                await asyncio.sleep(wish(error))

    async def storm() -> FakeSlack:
        slack = FakeSlack("U0DUTY")
        port = SlackChat(
            CONNECTION, in_memory(slack), ACCOUNTS.get, lambda key: f"https://muster.example/{key}"
        )

        async def incident(number: int) -> None:
            id = some_id("room.open", str(number))
            wanted = OpenRoom(effect_id=id, name=f"inc-{number}", topic="TLP:AMBER")
            room = await again(lambda: port.open_room(wanted))
            await again(lambda: port.post(post(room)))

        await asyncio.gather(*map(incident, range(25)))
        await port.furnishing.done()
        return slack

    slack = in_virtual_time(storm())
    assert [len(each.messages) for each in slack.channels.values()] == [1] * 25
    assert all(each.topic and each.bookmarks for each in slack.channels.values())
