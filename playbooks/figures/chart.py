"""A chart: rows of figures, each with the incidents behind it. Pages draw it, files list it: one shape for all."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from playbooks.domain.ids import IncidentKey


class Unit(StrEnum):
    """What a number counts."""

    NUMBER = "number"
    MINUTES = "minutes"
    PERCENT = "percent"


class Measure(BaseModel):
    """One column of a chart's numbers."""

    model_config = ConfigDict(frozen=True)

    name: str
    """A code; the catalogue says it as `measure.<name>`."""
    unit: Unit = Unit.NUMBER
    drawn: bool = True
    """Whether it is in the picture, or in the table alone."""


class Row(BaseModel):
    """One figure, or several of the same incidents."""

    model_config = ConfigDict(frozen=True)

    name: str
    """A code: `high`, `WFP`, `2026-11`; for its words see the chart's `labels`."""
    values: tuple[int | float | None, ...]
    """In the order of the chart's measures; None where there is nothing to count."""
    incidents: tuple[IncidentKey, ...] = ()
    """The incidents behind it."""


class Chart(BaseModel):
    """Figures that belong together; title and definition stand in the catalogue as `figures.<name>`."""

    model_config = ConfigDict(frozen=True)

    name: str
    measures: tuple[Measure, ...]
    rows: tuple[Row, ...]
    labels: str = ""
    """Which words of the catalogue the rows' codes have: `severity` for `severity.high`; empty: the code itself."""
    upright: bool = False
    """Columns along a time axis, rather than bars one below the other."""
    stacked: bool = False
    defined: bool = False
    """Whether each row has a definition of its own, `figures.<chart>.<row>.means`."""
