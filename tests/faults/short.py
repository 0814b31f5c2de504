"""A short incident with a playbook of the tests' own, played in this process by one person at the desk."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from bot.commands.desk import Speaker
from bot.composition.installation import Installation
from bot.demo.cast import on_consultation, on_task
from playbooks.domain.actor import Actor
from playbooks.domain.case import Case
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import CommandId, IncidentKey, PersonId
from tests.faults.house import until
from tests.faults.settling import settled

PLAYBOOK = Path(__file__).with_name("short.yaml").read_bytes()
COMMANDER = PersonId("unhcr-ciso")


class ShortIncident:
    """Declared, worked on and closed."""

    def __init__(self, muster: Installation, name: str) -> None:
        self._muster = muster
        self._name = name
        self.said: dict[CommandId, Verdict] = {}
        self.key = IncidentKey("")

    async def play(self) -> IncidentKey:
        """Play it; returns when every workflow of it has ended and everything is integrated."""
        await self.begin()
        await self.work()
        await self.close()
        return self.key

    def over(self, muster: Installation) -> Self:
        """The same incident, reached through another installation."""
        self._muster = muster
        return self

    async def begin(self) -> None:
        """Declare it, with the playbook."""
        person = self._muster.directory.person(COMMANDER)
        declare = Command(
            id=CommandId(f"test:{self._name}/declare"),
            verb="declare",
            actor=Actor.of(person),
            args={"severity": "high", "playbook": "short"},
            texts={"title": "A suspicion"},
            received_at=datetime.now(UTC),
        )

        async def judged() -> Verdict:
            return await self._muster.gateway.submit(declare)

        self.said[declare.id] = verdict = await until(judged, "it is declared")
        assert verdict.outcome is Outcome.DONE, verdict
        assert verdict.incident is not None
        self.key = verdict.incident

    async def work(self) -> None:
        """Answer and do what the playbook asks, until its run has ended."""
        await until(self._run_ended, "the playbook's run ends")

    async def close(self) -> None:
        """Close it and wait until everything has ended."""
        await self.say("phase respond")
        await self.say("phase recover")
        await self.say("close")
        await settled(self._muster, self.key)

    async def case(self) -> Case:
        """The whole case as it stands."""
        return await self._muster.cases.case(self.key)

    async def say(self, line: str) -> None:
        """Say a line at the desk, the same command until there is a verdict; fails when it is refused."""
        speaker = Speaker(
            person=self._muster.directory.person(COMMANDER),
            incident=self.key,
            command_id=CommandId(f"test:{self._name}/{len(self.said)}"),
            received_at=datetime.now(UTC),
        )

        async def judged() -> Verdict:
            reply = await self._muster.desk.hear(f"/incident {line}", speaker)
            if reply.verdict is None:
                raise Unavailable(f"“{line}” was not judged: {reply.document}")
            return reply.verdict

        self.said[speaker.command_id] = verdict = await until(judged, f"“{line}” is judged")
        assert verdict.outcome is Outcome.DONE, f"“{line}”: {verdict}"

    async def _run_ended(self) -> bool:
        case = await self.case()
        if case.runs and all(run.outcome != "running" for run in case.runs.values()):
            return True
        asked = [act for consultation in case.open_consultations for act in on_consultation(consultation)]
        for _person, line in (*asked, *(on_task(task) for task in case.open_tasks)):
            await self.say(line)
        return False
