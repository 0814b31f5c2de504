"""The workflow of a rehearsal: it declares the incident, runs the playbook, and plays everybody who is asked."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.domain.command import Verdict
    from playbooks.domain.entry import Entry
    from playbooks.domain.ids import CommandId
    from playbooks.domain.kinds import Kind
    from playbooks.domain.told import apart
    from playbooks.rehearsal.acting import Act, acts_on, occasion_of, person_of
    from workflows.activities.rehearsing import RehearsingActivities, Saying
    from workflows.rehearsal.messages import Recorded, RehearsalInput, Rehearsed

_SAID_WITHIN = timedelta(seconds=60)
_UNTIL_ALL_KNOW = timedelta(seconds=1)
"""By the clock that runs ahead only while nothing is on its way any more."""


@workflow.defn
class RehearsalWorkflow:
    """People as tasks on the virtual clock: it stands still while anybody speaks and runs ahead while all wait.

    Nothing is cancelled here: the test server loses its way when an activity ends just as it is cancelled.
    """

    @workflow.init
    def __init__(self, input: RehearsalInput) -> None:
        self._input = input
        self._said = 0
        self._asked: Counter[str] = Counter()
        self._people: list[asyncio.Task[None]] = []
        self._outcome = ""

    @workflow.run
    async def run(self, input: RehearsalInput) -> Rehearsed:
        """Play from the declaration to the close; the run is `stuck` when nothing moves it any more."""
        await self._open()
        try:
            await workflow.wait_condition(lambda: bool(self._outcome), timeout=input.patience)
        except TimeoutError:
            return Rehearsed(outcome="stuck")
        await asyncio.gather(*self._people)
        await asyncio.sleep(_UNTIL_ALL_KNOW.total_seconds())
        await self._say(self._by_commander("close"))
        return Rehearsed(outcome=self._outcome)

    @workflow.signal
    def recorded(self, recorded: Recorded) -> None:
        """Something was asked of people, or the run came to its end."""
        for entry in recorded.entries:
            if entry.kind == Kind.RUN_END:
                self._outcome = str(entry.data["outcome"])
            else:
                self._ask(entry)

    def _ask(self, entry: Entry) -> None:
        occasion = occasion_of(entry)
        acts = acts_on(entry, self._input.cast, self._asked[occasion])
        self._asked[occasion] += 1
        self._people.extend(asyncio.create_task(self._act(each)) for each in acts)

    async def _act(self, acts: tuple[Act, ...]) -> None:
        begun = workflow.now()
        for act in acts:
            if not await self._is_still_wanted(begun + act.after):
                return
            await self._say(act)

    async def _is_still_wanted(self, at: datetime) -> bool:
        """Wait for one's moment; False when the run is over before."""
        try:
            patience = max(timedelta(), at - workflow.now())
            await workflow.wait_condition(lambda: bool(self._outcome), timeout=patience)
        except TimeoutError:
            return True
        return False

    async def _open(self) -> None:
        """The incident with its parties and roles, and the playbook started in it."""
        setting = self._input.cast.script.setting
        declares = self._by_commander("declare", severity=setting.severity.value)
        await self._say(declares.model_copy(update={"texts": {"title": "Rehearsal"}}))
        for code in setting.parties:
            await self._say(self._by_commander("invite", organizations=[code]))
            await self._say(Act(after=timedelta(), actor=person_of(code), verb="join"))
        for role, code in setting.roles.items():
            holder = {"role": role.value, "person": person_of(code).id, "person_organization": code}
            await self._say(self._by_commander("role", **holder))
        given, texts = apart(self._input.cast.script.given)
        begins = self._by_commander("playbook.run", playbook=self._input.playbook, given=given)
        await self._say(begins.model_copy(update={"texts": texts}))

    def _by_commander(self, verb: str, **args: Any) -> Act:  # noqa: ANN401  any JSON value
        lead = self._input.cast.script.setting.lead
        return Act(after=timedelta(), actor=person_of(lead), verb=verb, args=args)

    async def _say(self, act: Act) -> Verdict:
        self._said += 1
        saying = Saying(
            id=CommandId(f"rehearsal:{self._input.key}:{self._said}"),
            incident=self._input.key,
            verb=act.verb,
            actor=act.actor,
            args=act.args,
            texts=act.texts,
        )
        return await workflow.execute_activity_method(
            RehearsingActivities.say,
            saying,
            activity_id=f"say/{self._said}",
            start_to_close_timeout=_SAID_WITHIN,
        )
