"""How far the runs of an incident have come: the course that the moves shown to a reader lead to."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from playbooks.cacao.course import Contents, Course, StepStanding, evolve_course, fold_course, standings
from playbooks.cacao.markings import marking_of
from playbooks.cacao.model import Playbook
from playbooks.domain.case import Run
from playbooks.domain.errors import Malformed, NotFound
from playbooks.domain.marking import Marking
from playbooks.domain.run import Move

_KEPT = 64
"""Courses that are held; the one that was asked for longest ago goes first."""

WholePlaybook = Callable[[str], Awaitable[Playbook]]
"""A playbook with its prose, by the hash of its content. Raises NotFound and Malformed."""

_Key = tuple[str, str, datetime]


@dataclass(frozen=True, slots=True)
class RunStanding:
    """One run: its playbooks, its state, and every step in the order of doing."""

    contents: Contents
    course: Course
    steps: tuple[StepStanding, ...]


class CourseReading:
    """Reads runs for pages. Pages ask again and again, so a course is moved on from where it stood."""

    def __init__(self, playbook: WholePlaybook) -> None:
        self._playbook = playbook
        self._courses: dict[_Key, tuple[tuple[Move, ...], Course]] = {}

    async def standing(self, run: Run, ceiling: Marking) -> RunStanding | None:
        """How a run stands, as far as its moves were shown.

        None where that cannot be told: the reader may not know which playbook it is, the playbook is marked stricter
        than what she sees here, or it is not at hand.
        """
        try:
            hashes = dict.fromkeys((run.content, *run.carried.values())) if run.content else {}
            playbooks = {sha256: await self._playbook(sha256) for sha256 in hashes}
        except (NotFound, Malformed):
            return None
        if not playbooks or not all(marking_of(each).within(ceiling) for each in playbooks.values()):
            return None
        return await asyncio.to_thread(self._standing, run, Contents(run.content, playbooks, run.carried))

    def _standing(self, run: Run, contents: Contents) -> RunStanding | None:
        key = (run.content, run.id, run.started_at)
        before, course = self._courses.pop(key, ((), None))
        try:
            if course is None or run.moves[: len(before)] != before:
                course = fold_course(contents, run.started_at, run.moves, run.given)
            else:
                for move in run.moves[len(before) :]:
                    course = evolve_course(contents, course, move)
        except Malformed:
            return None
        self._courses[key] = (run.moves, course)
        while len(self._courses) > _KEPT:
            self._courses.pop(next(iter(self._courses)), None)
        return RunStanding(contents, course, standings(contents, course))
