"""The figures for managers, over what one reader may see."""

from datetime import date
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from playbooks.domain.ids import OrganizationCode
from playbooks.domain.marking import Marking, strictest
from playbooks.domain.release import Reader
from playbooks.figures.board import board
from playbooks.figures.chart import Chart
from playbooks.figures.facts import facts_of
from playbooks.figures.noise import AlertGroups
from playbooks.ports.views import IncidentLine, Views


class Noise(Protocol):
    """What of the groups of alerts this needs."""

    async def tally(
        self, organization: OrganizationCode, since: date | None, until: date | None
    ) -> list[AlertGroups]:
        """An organization's groups, counted by source, status and incident."""
        ...


class Figures(BaseModel):
    """All charts, and the incidents that they may lead to."""

    model_config = ConfigDict(frozen=True)

    charts: tuple[Chart, ...]
    lines: tuple[IncidentLine, ...]

    @property
    def marking(self) -> str:
        """Of what is made from them: the strictest of theirs; empty where there are none."""
        return strictest(*(Marking(line.marking) for line in self.lines)).value if self.lines else ""

    def behind(self, figure: str) -> tuple[IncidentLine, ...]:
        """The incidents behind one figure, `severity.high`; nothing for one that is not there."""
        chart, _, name = figure.partition(".")
        keys = {
            key
            for each in self.charts
            if each.name == chart
            for row in each.rows
            if row.name == name
            for key in row.incidents
        }
        return tuple(line for line in self.lines if line.key in keys)


class FigureReading:
    """Reads each incident as its reader may have it, and counts."""

    def __init__(self, views: Views, noise: Noise) -> None:
        self._views = views
        self._noise = noise

    async def figures(
        self, reader: Reader, *, since: date | None = None, until: date | None = None
    ) -> Figures:
        """The board over the incidents declared on these days, UTC, both inclusive."""
        lines = await self._views.incidents(reader)
        stories = [(line.key, await self._views.story(reader, line.key)) for line in lines]
        facts = [found for key, story in stories if (found := facts_of(key, story)) is not None]
        groups = await self._noise.tally(reader.organization, since, until) if reader.organization else []
        return Figures(charts=board(facts, groups, since=since, until=until), lines=tuple(lines))
