"""Calling out pages that no vendor holds: level after level, until somebody is at it or the incident is closed.

Whom people ask for by name is called first.

Nothing is changed here but the pager's own memory. Each call is a command of the incident under an id that is made
of the page and the number of the call, so that a process that dies between two lines leaves one call, once: what
follows (mention, mail) passes the door.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Command, Outcome
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import CommandId, PersonId
from playbooks.domain.rota.ladder import Step, next_step
from playbooks.ports.gateway import Gateway
from playbooks.ports.pages import Order, OwnPage, Pages
from playbooks.ports.paging import PageStatus
from playbooks.ports.rotas import Rotas

_LOG = logging.getLogger(__name__)
_NOBODY: Final = timedelta(minutes=15)
"""Until it is looked again whether somebody is on call."""
_OVER: Final = frozenset({"incident_closed", "not_found", "not_declared"})


class Calling:
    """Whoever holds the lease calls; two at once do no harm."""

    def __init__(self, pages: Pages, rotas: Rotas, gateway: Gateway, now: Callable[[], datetime]) -> None:
        self._pages = pages
        self._rotas = rotas
        self._gateway = gateway
        self._now = now

    async def step(self) -> int:
        """Call whom people named, or the next level, of every page that is due; says how many. Raises Unavailable."""
        due = await self._pages.due(self._now())
        for page in due:
            await self._call(page)
        return len(due)

    async def _call(self, page: OwnPage) -> None:
        """At most one call a look, so that each is made on what the one before it left."""
        at = self._now()
        steps = await self._rotas.ladder(page.organization, at)
        order = next((each for each in page.orders if not each.called), None)
        if order is not None:
            await self._by_name(page, order, next_step(steps, page.level - 1), at)
            return
        step = next_step(steps, page.level)
        if await self._said(page, _by_level(page, step, at)):
            level, patience = (step.level, step.patience) if step else (page.level, _NOBODY)
            await self._pages.called(page, level, at + patience)

    async def _by_name(self, page: OwnPage, order: Order, step: Step | None, at: datetime) -> None:
        """Whoever is handed a page has the minutes of the level that it is at."""
        if await self._said(page, _by_order(page, order, at)):
            if order.handed:
                await self._pages.called(page, page.level, at + (step.patience if step else _NOBODY))
            await self._pages.carried_out(page.id, order.effect)

    async def _said(self, page: OwnPage, command: Command) -> bool:
        """Whether the call was made; else the page is over, or the same call is asked for again."""
        try:
            verdict = await self._gateway.submit(command)
        except Unavailable:
            return False  # it stands in the ledger; the same call is asked for again, under the same id
        if verdict.outcome is Outcome.REFUSED and verdict.code in _OVER:
            await self._pages.settle(page.id, PageStatus.RESOLVED)
            return False
        if verdict.outcome is Outcome.REFUSED:
            _LOG.error("The call of %s was refused: %s", page.id, verdict.code)
        return True


def _by_level(page: OwnPage, step: Step | None, at: datetime) -> Command:
    level, people = (step.level, step.people) if step else (page.level, ())
    return _command(page, f"{page.id}:{page.calls + 1}", at, people, level=level)


def _by_order(page: OwnPage, order: Order, at: datetime) -> Command:
    return _command(page, order.effect, at, order.people)


def _command(page: OwnPage, cause: str, at: datetime, people: Sequence[PersonId], **args: int) -> Command:
    return Command(
        id=CommandId(f"page:{cause}"),
        verb="page.call",
        actor=Actor(id="pager", kind=ActorKind.TIMER, organization=page.organization),
        incident=page.incident,
        args={"effect": page.id, "people": list(people), **args},
        received_at=at,
    )
