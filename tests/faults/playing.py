"""The demo's incident, played to its end by people who do not give up."""

from bot.composition.installation import Installation
from bot.demo.cast import first_acts, last_acts, on_consultation, on_task
from playbooks.domain.case import Case
from playbooks.domain.ids import IncidentKey
from tests.faults.front_end import FrontEnd
from tests.faults.house import until
from tests.faults.settling import settled


class Incident:
    """One incident from alert to close."""

    def __init__(self, muster: Installation, people: FrontEnd) -> None:
        self._muster = muster
        self._people = people
        self.key = IncidentKey("")

    async def play(self) -> IncidentKey:
        """Play it; returns when every workflow of it has ended and everything is integrated."""
        await self.begin()
        await until(self._run_ended, "the playbook's run ends")
        for person, line in last_acts():
            await self._people.say(person, line, self.key)
        await settled(self._muster, self.key)
        return self.key

    async def begin(self) -> None:
        """The alert, its declaration, and what people do first."""
        await self._people.alert()
        self.key = await until(self._declared, "the incident is declared")
        for person, line in first_acts():
            await self._people.say(person, line, self.key)

    async def case(self) -> Case:
        """The whole case as it stands."""
        return await self._muster.cases.case(self.key)

    async def _declared(self) -> IncidentKey | None:
        opened = await self._muster.ledger.incidents()
        if not opened or (await self._muster.cases.case(opened[0].key)).state.declared_at is None:
            return None
        return opened[0].key

    async def _run_ended(self) -> bool:
        case = await self.case()
        if all(run.outcome != "running" for run in case.runs.values()):
            return True
        asked = [act for consultation in case.open_consultations for act in on_consultation(consultation)]
        for person, line in (*asked, *(on_task(task) for task in case.open_tasks)):
            await self._people.say(person, line, self.key)
        return False
