"""The figures for managers, over what one reader may see."""

import asyncio
from datetime import date
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict

from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.marking import strictest
from playbooks.domain.release import Reader
from playbooks.figures.board import board
from playbooks.figures.chart import Chart
from playbooks.figures.noise import AlertGroups
from playbooks.ports.listing import Wanted, Which
from playbooks.ports.views import Listing, Views

PAGE: Final = 50
"""Incidents behind a figure on one page."""


class Noise(Protocol):
    """What of the groups of alerts this needs."""

    async def tally(
        self, organization: OrganizationCode, since: date | None, until: date | None
    ) -> list[AlertGroups]:
        """An organization's groups, counted by source, status and incident."""
        ...


class Figures(BaseModel):
    """All charts, and how what is made of them is marked."""

    model_config = ConfigDict(frozen=True)

    charts: tuple[Chart, ...]
    marking: str
    """The strictest of the incidents'; empty where there are none."""

    def behind(self, figure: str) -> frozenset[IncidentKey]:
        """The incidents behind one figure, `severity.high`; none for one that is not there."""
        chart, _, name = figure.partition(".")
        return frozenset(
            key
            for each in self.charts
            if each.name == chart
            for row in each.rows
            if row.name == name
            for key in row.incidents
        )


class FigureReading:
    """Counts over what its reader may have of each incident."""

    def __init__(self, views: Views, noise: Noise) -> None:
        self._views = views
        self._noise = noise

    async def figures(
        self, reader: Reader, *, since: date | None = None, until: date | None = None
    ) -> Figures:
        """The board over the incidents declared on these days, UTC, both inclusive."""
        facts = await self._views.facts(reader)
        groups = await self._noise.tally(reader.organization, since, until) if reader.organization else []
        charts = await asyncio.to_thread(board, facts, groups, since=since, until=until)
        marking = strictest(*(each.marking for each in facts)).value if facts else ""
        return Figures(charts=charts, marking=marking)

    async def behind(self, reader: Reader, found: Figures, figure: str, page: int) -> Listing:
        """A page of the incidents behind one figure, the newest first."""
        keys = found.behind(figure)
        if not keys:
            return Listing((), 0)
        return await self._views.listed(reader, Wanted(which=Which.ALL, most=PAGE, page=page), keys)
