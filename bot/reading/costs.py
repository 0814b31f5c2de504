"""What incidents cost, over what one reader may see: what others keep to themselves is in no figure."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from playbooks.domain.marking import Marking, strictest
from playbooks.domain.release import Reader
from playbooks.figures.board import declared_within
from playbooks.figures.cost import CostLine, CostTotal, cost_lines, totals
from playbooks.ports.views import Views


class CostsFound(BaseModel):
    """The lines, their totals, and the strictest marking of the incidents they are of."""

    model_config = ConfigDict(frozen=True)

    lines: tuple[CostLine, ...]
    totals: tuple[CostTotal, ...]
    marking: str


class CostReading:
    """Reads each incident as its reader may have it, and adds up."""

    def __init__(self, views: Views) -> None:
        self._views = views

    async def costs(
        self, reader: Reader, *, since: date | None = None, until: date | None = None
    ) -> CostsFound:
        """The costs of the incidents declared on these days, UTC, both inclusive."""
        chosen = [
            line
            for line in await self._views.incidents(reader)
            if declared_within(line.declared_at, since, until)
        ]
        states = [(await self._views.case(reader, line.key)).state for line in chosen]
        lines = cost_lines(states)
        marking = strictest(*(Marking(line.marking) for line in chosen)).value if chosen else ""
        return CostsFound(lines=lines, totals=totals(lines), marking=marking)
