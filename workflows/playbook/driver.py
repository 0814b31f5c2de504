"""Driving a run: have done what is due, record what came of it, move on."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.cacao.course import Course, moment, ready_now
    from playbooks.cacao.next_step import Due, Outcome
    from workflows.judge import Bench, Worded
    from workflows.playbook.alarm import Alarm
    from workflows.playbook.doing.due import is_ours_to_do, outcome_of
    from workflows.playbook.doing.wanted import withdraw
    from workflows.playbook.moves import Moves
    from workflows.playbook.run import Run
    from workflows.recording import now


class Driver:
    """What is due at the same time is done side by side; what came out is recorded before anything follows from it."""

    def __init__(self, run: Run, bench: Bench) -> None:
        self._run = run
        self._bench = bench
        self._dues: dict[str, Due] = {}
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self._withdrawing: list[asyncio.Task[None]] = []
        self._outcomes: dict[str, Outcome] = {}
        self._faults: list[Exception] = []
        self._alarm = Alarm()
        self._seen: Course | None = None

    async def drive(self, go_on_anew: Callable[[], Awaitable[None]]) -> None:
        """Until the run is finished; `go_on_anew` is called between two moves when the history has grown long."""
        while not self._run.course.is_finished:
            await self._record()
            self._set_to_work()
            await workflow.wait_condition(self._has_news)
            if self._faults:
                raise self._faults[0]
            if workflow.info().is_continue_as_new_suggested():
                await self._record()
                await self._taken_back()
                await go_on_anew()
        await self._record()
        self._set_to_work()
        await self._taken_back()
        self._alarm.stop()

    def _has_news(self) -> bool:
        """Something came out, its time may be up, the run was moved, or it is time for a new run."""
        return (
            bool(self._outcomes or self._faults)
            or self._alarm.rings
            or self._run.course is not self._seen
            or self._run.course.is_finished
            or workflow.info().is_continue_as_new_suggested()
        )

    async def _record(self) -> None:
        """Until nothing is left to be said: the record may have known more than the run did."""
        while await self._bench.settle(self._moves):
            pass

    def _moves(self) -> tuple[Worded, ...]:
        self._look()
        return Moves(self._run, now()).drafted(self._dues, self._outcomes)

    def _look(self) -> None:
        """What is due now, and what of it has come out by itself."""
        contents, course = self._run.contents, self._run.course
        self._dues = {key: due for key, due in self._dues.items() if key in course.since}
        self._dues |= {due.key: due for due in ready_now(contents, course, known=self._dues)}
        self._outcomes = {key: each for key, each in self._outcomes.items() if key in course.since}
        for due in self._dues.values():
            by_itself = moment(course, due)
            if by_itself is not None and by_itself.at <= now():
                self._outcomes.setdefault(due.key, by_itself.outcome)

    def _set_to_work(self) -> None:
        """Begin what is to be done, and stop what is no longer wanted."""
        course = self._seen = self._run.course
        for key in [key for key in self._at_work if key not in course.since]:
            self._at_work.pop(key).cancel()
        for occasion in [each for each in self._run.asked if not self._run.wants(each)]:
            asked = self._run.asked.pop(occasion)
            self._withdrawing.append(asyncio.create_task(withdraw(self._run, occasion, *asked)))
        for key, due in self._dues.items():
            if key not in self._at_work and is_ours_to_do(due, course):
                self._at_work[key] = asyncio.create_task(self._do(due))
        self._alarm.set(self._next_moment())

    def _next_moment(self) -> datetime | None:
        moments = (moment(self._run.course, due) for due in self._dues.values())
        return min((each.at for each in moments if each is not None), default=None)

    async def _do(self, due: Due) -> None:
        try:
            outcome = await outcome_of(self._run, due)
        except Exception as fault:  # noqa: BLE001  raised where it is seen: in the run itself, by `drive`
            # What was stopped under way ends as an error of the activity that it waited for, and is none of the run's.
            if self._at_work.get(due.key) is asyncio.current_task():
                self._faults.append(fault)
        else:
            self._outcomes.setdefault(due.key, outcome)

    async def _taken_back(self) -> None:
        """Wait until whoever was asked in vain knows it."""
        await asyncio.gather(*self._withdrawing)
        self._withdrawing.clear()
