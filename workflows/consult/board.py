"""Keeping a question's board up to date in chat, at a measured pace: fifty answers at once are an edit or two."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.board import board_edited, board_posted, shown_to
    from playbooks.actions.effect import EffectRequest, OutcomeState
    from playbooks.domain.consultation import Question, Tally
    from playbooks.domain.entry import Entry
    from playbooks.domain.ids import OrganizationCode
    from playbooks.domain.incident import IncidentState
    from workflows.outgoing import Outgoing
    from workflows.recording import now

PACE = timedelta(seconds=5)
"""Between two edits: fast enough to watch, and far below what chat systems let one message be edited."""


class Board:
    """The boards of one question. An edit waits for the one before, so a vendor that was away gets the newest alone."""

    def __init__(
        self,
        opened: Entry,
        question: Question,
        outgoing: Outgoing,
        state: Callable[[], IncidentState],
        standing: Callable[[], tuple[Tally, int]],
    ) -> None:
        """`standing` is how the answers stand, and how many there are."""
        self._opened = opened
        self._question = question
        self._outgoing = outgoing
        self._state = state
        self._standing = standing
        self._said: Tally | None = None
        """What the last edit was asked for."""
        self._asked: list[str] = []

    async def keep(self) -> None:
        """Post it; then edit it as answers change it, and once before that, when it is known who was reached."""
        if not shown_to(self._opened, self._question, self._state()):
            return
        await self._edit("")
        while True:
            await workflow.sleep(PACE)
            await workflow.wait_condition(lambda: self._standing()[0] != self._said)
            self._said, answers = self._standing()
            await self._edit(str(answers))

    async def end(self) -> None:
        """The last edit: how it ended."""
        await self._edit("end")

    async def _edit(self, standing: str) -> None:
        places = shown_to(self._opened, self._question, self._state())
        await asyncio.gather(*(self._edit_one(place, standing) for place in places))

    async def _edit_one(self, place: OrganizationCode, standing: str) -> None:
        about = (self._opened, self._state(), place, now())
        there = await self._done(board_posted(*about))
        if standing and there:
            await self._done(board_edited(*about, standing))

    async def _done(self, request: EffectRequest) -> bool:
        """Whether it may be there; where it is not, as where the room may not be told, there is nothing to edit."""
        if request.effect_id not in self._asked:
            self._asked.append(request.effect_id)
            self._outgoing.ask((request,))
        outcome = await self._outgoing.concluded(request.effect_id)
        return outcome.state in (OutcomeState.DONE, OutcomeState.UNKNOWN)
