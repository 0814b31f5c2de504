"""A figure: what was measured, beside what it is compared with, both in the same run."""

from collections.abc import Iterable, Sequence
from statistics import median

from pydantic import BaseModel, ConfigDict


class Figure(BaseModel):
    """One line of the table. `value` and `reference` are medians over the rounds, in the same unit."""

    model_config = ConfigDict(frozen=True)

    benchmark: str
    what: str
    value: float
    unit: str
    """`.../s` is a rate; everything else is a span or a cost."""
    beside: str = ""
    """What it is compared with; empty for a figure that stands alone."""
    reference: float | None = None
    rounds: int = 1
    times: float | None = None
    """How many times what it is compared with it costs: the median over the rounds. 1 is as cheap."""

    @property
    def is_rate(self) -> bool:
        """Whether more is better."""
        return self.unit.endswith("/s")


def alone(benchmark: str, what: str, unit: str, values: Sequence[float]) -> Figure:
    """A figure without comparison: the median of these."""
    return Figure(benchmark=benchmark, what=what, value=median(values), unit=unit, rounds=len(values))


def compared(
    benchmark: str, what: str, unit: str, beside: str, rounds: Iterable[tuple[float, float]]
) -> Figure:
    """A figure from rounds of (measured, reference); each round's ratio is of neighbours in time."""
    pairs = list(rounds)
    figure = alone(benchmark, what, unit, [value for value, _ in pairs])
    costs = [reference / value if figure.is_rate else value / reference for value, reference in pairs]
    reference = median(reference for _, reference in pairs)
    return figure.model_copy(update={"beside": beside, "reference": reference, "times": median(costs)})


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    head = ("what", "measured", "beside", "reference", "times the cost", "rounds")
    rows = [head, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    return "\n".join((lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]))


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        f"{figure.benchmark}: {figure.what}",
        f"{_short(figure.value)} {figure.unit}",
        figure.beside,
        "" if figure.reference is None else f"{_short(figure.reference)} {figure.unit}",
        "" if figure.times is None else f"{figure.times:.2f}",
        str(figure.rounds),
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
