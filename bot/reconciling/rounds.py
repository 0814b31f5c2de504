"""The reconciler's rounds: page, ticket and room are looked at, and what is new of one becomes a command.

Connections are gone through side by side, so that a slow vendor keeps none waiting, and at each so many things are
looked at in a round: those first that nobody looked at for longest.

Nothing is changed here, but that a room whose opener ended too early is furnished. What was missed becomes the same
command as a webhook's; what does not agree becomes the command `compare`, which the incident judges; what follows from
it passes the door.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Final, Protocol

from playbooks.actions.times import TIMES
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Command, Outcome
from playbooks.domain.connection import Connection
from playbooks.domain.errors import Denied, IncidentError, NotFound, ProviderError, Transient, Unavailable
from playbooks.domain.evidence import file_name
from playbooks.domain.ids import CommandId, ConnectionId, EffectId, IncidentKey
from playbooks.domain.organization import Person
from playbooks.domain.reconciling import (
    Finding,
    Kept,
    Thing,
    here,
    news,
    there,
    unheard,
    unheard_files,
    was_missed,
)
from playbooks.domain.seen import Attached, Remark, Seen, SeenAs
from playbooks.ports.gateway import Gateway
from playbooks.ports.notices import Happening, Notice
from playbooks.ports.operator import Concern, Operator, Trouble
from playbooks.ports.seen import Furnished, Observed, Searched

_log = logging.getLogger(__name__)
_AUTHOR: Final = "reconciler"
_PAGES: Final = {
    SeenAs.FRESH: Happening.PAGE_UNACKNOWLEDGED,
    SeenAs.IN_HAND: Happening.PAGE_ACKNOWLEDGED,
    SeenAs.OVER: Happening.PAGE_RESOLVED,
}

MOST: Final = 1_000
"""Looks at one connection in a round: with a vendor that takes 200 ms for each, two thirds of the five minutes."""
_AT_ONCE: Final = 20
"""Connections."""

Take = Callable[[ConnectionId, Notice, datetime], Awaitable[bool]]
"""What takes a vendor's notices."""

FindPerson = Callable[[Connection, str], Person | None]
"""Whose account it is."""
Follow = Callable[[EffectId, str], Awaitable[None]]
"""What remembers that something goes by another reference now."""
_Placed = tuple[IncidentKey, Kept]


class Reached(Protocol):
    """What of the connections this needs."""

    def connection(self, id: ConnectionId) -> Connection:
        """The connection of that id. Raises NotFound."""
        ...

    def port(self, id: ConnectionId) -> object:
        """Its adapter, which may be one that can be asked. Raises NotFound."""
        ...


class Standing(Protocol):
    """What of `things.py` this needs."""

    async def standing(self, at: datetime) -> Iterable[tuple[IncidentKey, Kept]]:
        """All that a look at this moment would count of. Raises Unavailable."""
        ...


@dataclass(frozen=True)
class Hearing:
    """What is done with what was seen at a vendor."""

    take: Take
    follow: Follow
    person: FindPerson
    distrusted: Callable[[], Awaitable[Collection[ConnectionId]]]
    """The chat systems that nothing is sent to."""


class Rounds:
    """One round at a time, by whoever holds the lease; going round twice at once does no harm."""

    def __init__(
        self,
        things: Standing,
        connections: Reached,
        hearing: Hearing,
        gateway: Gateway,
        operator: Operator,
        now: Callable[[], datetime],
    ) -> None:
        self._things = things
        self._connections = connections
        self._hearing = hearing
        self._gateway = gateway
        self._operator = operator
        self._now = now
        self._looks: dict[EffectId, int] = {}
        """Which look was the last at each thing, counted from 1; 0: none was."""
        self._numbers = count(1)

    async def step(self) -> int:
        """Go round once. Always 0: the next round is not before its time. Raises Unavailable."""
        at = defaultdict[ConnectionId, list[_Placed]](list)
        for key, kept in await self._things.standing(self._now()):
            at[kept.connection].append((key, kept))
        self._looks = {
            kept.effect: self._looks.get(kept.effect, 0) for placed in at.values() for _key, kept in placed
        }
        free = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as going:
            for placed in at.values():
                going.create_task(self._gone_through(self._longest_ago(placed), free))
        return 0

    def _longest_ago(self, placed: Iterable[_Placed]) -> list[_Placed]:
        return sorted(placed, key=lambda each: self._looks[each[1].effect])[:MOST]

    async def _gone_through(self, placed: Iterable[_Placed], free: asyncio.Semaphore) -> None:
        """What stands at one connection, as long as that is of use."""
        async with free:
            for key, kept in placed:
                self._looks[kept.effect] = next(self._numbers)
                if not await self._compared(key, kept):
                    return

    async def _compared(self, key: IncidentKey, kept: Kept) -> bool:
        """Look at one thing; False where its connection is of no use for the rest of the round."""
        try:
            seen = await self._look(kept)
        except Denied as error:
            await self._tell(key, kept, error)
            return False
        except ProviderError as error:
            _log.info("%s is not compared now: %s", kept.connection, error.code)
            return False
        if seen is not None:
            seen = self._by_handle(kept.connection, seen)
            await self._hear(kept, seen)
            await self._furnish(kept, seen)
            with _left_for_later():
                await self._judge(key, kept, seen)
        return True

    async def _look(self, kept: Kept) -> Seen | None:
        """None for a connection that is no more, or whose adapter cannot be asked."""
        try:
            port = self._connections.port(kept.connection)
            within = TIMES[self._connections.connection(kept.connection).port].client
        except NotFound:
            return None
        if not isinstance(port, Observed):
            return None
        try:
            async with asyncio.timeout(2 * within.total_seconds()):
                return await _seen(port, kept)
        except TimeoutError:
            raise Transient(f"{kept.connection} did not answer in time.") from None

    def _by_handle(self, connection: ConnectionId, seen: Seen) -> Seen:
        """Whose ticket it is by her handle, where the directory knows the account."""
        if not seen.assignee:
            return seen
        person = self._hearing.person(self._connections.connection(connection), seen.assignee)
        return seen.model_copy(update={"assignee": person.id}) if person else seen

    async def _hear(self, kept: Kept, seen: Seen) -> None:
        """What the vendor would have told, had its webhook come."""
        for remark in unheard(kept, seen):
            await self._take(kept, _remarked(kept, remark))
        for file in unheard_files(kept, seen):
            await self._take(kept, _attached(kept, file))
        if not was_missed(kept, seen):
            return
        page = kept.thing is Thing.PAGE
        notice = Notice(
            id=f"reconcile/{kept.effect}/{kept.heard + 1}/{seen.as_}",
            happening=_PAGES[seen.as_] if page else Happening.TICKET_CHANGED,
            ref=kept.ref,
            account="",
            at=self._now(),
            was="" if page or not kept.heard_said else f"status: {kept.heard_said}",
            now="" if page else f"status: {seen.said}",
        )
        await self._take(kept, notice)

    async def _furnish(self, kept: Kept, seen: Seen) -> None:
        """A room that its opener left bare; none that is over, nor where nothing may be sent."""
        if not seen.is_bare or kept.is_over or kept.connection in await self._hearing.distrusted():
            return
        port = self._connections.port(kept.connection)
        if isinstance(port, Furnished):
            port.furnish(seen.ref, kept.effect, kept.topic)

    async def _take(self, kept: Kept, notice: Notice) -> None:
        with _left_for_later():
            await self._hearing.take(kept.connection, notice, self._now())

    async def _judge(self, key: IncidentKey, kept: Kept, seen: Seen) -> None:
        finding = news(kept, seen)
        if finding is None:
            return
        if finding is Finding.MOVED:
            await self._hearing.follow(kept.effect, seen.ref)
        verdict = await self._gateway.submit(self._command(key, kept, seen, finding))
        if verdict.outcome is not Outcome.DONE:
            _log.warning("what differs of %s was not recorded: %s", kept.effect, verdict.code)

    def _command(self, key: IncidentKey, kept: Kept, seen: Seen, finding: Finding) -> Command:
        organization = self._connections.connection(kept.connection).organization
        return Command(
            id=CommandId(f"reconcile:{kept.effect}:{kept.looks + 1}:{finding}"),
            verb="compare",
            actor=Actor(id=_AUTHOR, kind=ActorKind.TIMER, organization=organization),
            incident=key,
            args={
                "effect": kept.effect,
                "thing": kept.thing.value,
                "finding": finding.value,
                "ref": kept.ref,
                "seen_ref": seen.ref,
                "said": there(finding, seen),
                "ours": here(finding, kept),
                "item": kept.is_over and "/item-" in kept.effect,
            },
            received_at=self._now(),
        )

    async def _tell(self, key: IncidentKey, kept: Kept, error: IncidentError) -> None:
        """Whoever keeps the installation running; the rooms can do nothing about a credential."""
        organization = self._connections.connection(kept.connection).organization
        await self._operator.tell(
            Concern(
                trouble=Trouble.DENIED,
                effect_id=kept.effect,
                action="look",
                connection=kept.connection,
                incident=key,
                asked=f"{organization}:on_call",
                detail=error.code,
            )
        )


def _left_for_later() -> suppress:
    """What cannot be had now stands in the ledger and is carried on, or the next round finds the same."""
    return suppress(Unavailable)


async def _seen(port: Observed, kept: Kept) -> Seen:
    """As it stands; what is no more where it was is searched for, and then it was moved."""
    seen = await port.look(kept.ref)
    if seen.as_.is_there or not isinstance(port, Searched):
        return seen
    ref = await port.search(kept.effect)
    return await port.look(ref) if ref and ref != kept.ref else seen


def _remarked(kept: Kept, remark: Remark) -> Notice:
    """Named by the comment, as the webhook would have: whichever comes second tells nothing new."""
    return Notice(
        id=f"comment/{remark.id}",
        happening=Happening.TICKET_COMMENTED,
        ref=kept.ref,
        account=remark.account,
        at=remark.at,
        remark=remark.id,
        words=remark.words,
    )


def _attached(kept: Kept, file: Attached) -> Notice:
    """As `_remarked`, of a file."""
    return Notice(
        id=file.ref,
        happening=Happening.TICKET_ATTACHED,
        ref=kept.ref,
        account=file.account,
        at=file.at,
        remark=file.ref,
        words=file_name(file.name),
    )
