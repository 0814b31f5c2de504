"""Calling out pages that no vendor holds: level after level, until somebody is at it or the incident is closed.

Nothing is changed here but the pager's own memory. Each call is a command of the incident under an id that is made
of the page and the number of the call, so that a process that dies between two lines leaves one call, once: what
follows (mention, mail) passes the door.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Command, Outcome
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import CommandId
from playbooks.domain.rota.ladder import Step, next_step
from playbooks.ports.gateway import Gateway
from playbooks.ports.pages import OwnPage, Pages
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
        """Call the next level of every page that is due; says how many. Raises Unavailable."""
        due = await self._pages.due(self._now())
        for page in due:
            await self._call(page)
        return len(due)

    async def _call(self, page: OwnPage) -> None:
        at = self._now()
        step = next_step(await self._rotas.ladder(page.organization, at), page.level)
        try:
            verdict = await self._gateway.submit(_command(page, step, at))
        except Unavailable:
            return  # it stands in the ledger; the same call is asked for again, under the same id
        if verdict.outcome is Outcome.REFUSED and verdict.code in _OVER:
            await self._pages.settle(page.id, PageStatus.RESOLVED)
            return
        if verdict.outcome is Outcome.REFUSED:
            _LOG.error("The call of %s was refused: %s", page.id, verdict.code)
        level, patience = (step.level, step.patience) if step else (page.level, _NOBODY)
        await self._pages.called(page, level, at + patience)


def _command(page: OwnPage, step: Step | None, at: datetime) -> Command:
    return Command(
        id=CommandId(f"page:{page.id}:{page.calls + 1}"),
        verb="page.call",
        actor=Actor(id="pager", kind=ActorKind.TIMER, organization=page.organization),
        incident=page.incident,
        args={
            "effect": page.id,
            "level": step.level if step else page.level,
            "people": list(step.people) if step else [],
        },
        received_at=at,
    )
