"""How a room looks: its topic, the bookmark that leads to its incident, buttons that are of use no more.

Behind everything that people wait for.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.failures import answered
from integrations.slack.history import messages
from playbooks.domain.connection import Connection
from playbooks.domain.errors import ProviderError, Transient
from playbooks.domain.ids import EffectId, IncidentKey

_log: Final = logging.getLogger(__name__)
_TRIES: Final = 5
_BETWEEN: Final = timedelta(seconds=30)
_MOST_LOOKED_AT: Final = 1000
"""Messages that a question is looked for among, the newest first."""


class Furnishing:
    """Furnishes rooms beside what goes on in them; the room is there and used whether or not this comes to be.

    A courtesy, and no effect. What a process leaves undone as it ends is found by the reconciler, which has it done:
    the topic comes last, so that a room which was given one has all.
    """

    def __init__(
        self, connection: Connection, web: AsyncWebClient, address: Callable[[IncidentKey], str] | None = None
    ) -> None:
        self._place, self._web, self._address = connection.id, web, address
        self._under_way: set[asyncio.Task[None]] = set()
        self._one_at_a_time = asyncio.Lock()

    def furnish(self, room: str, opener: EffectId, topic: str) -> None:
        """Begin with it, for the effect that opened the room; what is there already is left as it is."""
        self._begin(self._furnished(room, opener, topic))

    def settle(self, room: str, consultation: str) -> None:
        """Take away the buttons that answer a question, which takes no more answers; a press would come too late."""
        self._begin(self._settled(room, consultation))

    async def done(self) -> None:
        """Wait until nothing is under way."""
        await asyncio.gather(*self._under_way)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        begun = asyncio.create_task(work)
        self._under_way.add(begun)
        begun.add_done_callback(self._under_way.discard)

    async def _settled(self, room: str, consultation: str) -> None:
        async def taken_away() -> None:
            looked_at = 0
            async for message in messages(self._place, self._web, room):
                blocks = message.get("blocks") or []
                kept = [block for block in blocks if not _answers(block, consultation)]
                if len(kept) < len(blocks):
                    call = self._web.chat_update(
                        channel=room, ts=message["ts"], blocks=kept, text=message.get("text", "")
                    )
                    await answered(self._place, call, fine={"cant_update_message"})
                looked_at += 1
                if looked_at == _MOST_LOOKED_AT:
                    return

        await self._tried(taken_away)

    async def _furnished(self, room: str, opener: EffectId, topic: str) -> None:
        await self._bookmark(room, opener)
        await self._topic(room, topic)

    async def _topic(self, room: str, topic: str) -> None:
        async def hung() -> None:
            await answered(self._place, self._web.conversations_setTopic(channel=room, topic=topic))

        if topic:
            await self._tried(hung)

    async def _bookmark(self, room: str, opener: EffectId) -> None:
        """The way from the channel to the incident, once."""
        if self._address is None:
            return
        key = IncidentKey(opener.split("/")[2])
        link = self._address(key)

        async def put() -> None:
            there = await answered(self._place, self._web.bookmarks_list(channel_id=room), reads=True)
            if all(each.get("link") != link for each in there.get("bookmarks", ())):
                call = self._web.bookmarks_add(channel_id=room, title=key, type="link", link=link)
                await answered(self._place, call)

        await self._tried(put)

    async def _tried(self, work: Callable[[], Awaitable[None]]) -> None:
        """A few times where Slack was away or had too much to do; a workspace that allows none has none."""
        for _ in range(_TRIES):
            try:
                async with self._one_at_a_time:
                    return await work()
            except Transient as error:
                await asyncio.sleep((error.retry_after or _BETWEEN).total_seconds())
            except ProviderError as error:
                _log.info("a room of %s was not furnished: %s", self._place, error.code)
                return None
        return None


def _answers(block: Mapping[str, Any], consultation: str) -> bool:
    """Whether it is a row of buttons that answer this question."""
    values = (str(element.get("value", "")) for element in block.get("elements") or ())
    return block.get("type") == "actions" and any(
        value.startswith(f"/incident answer {consultation} ") for value in values
    )
