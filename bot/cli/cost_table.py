"""Costs as a table for a terminal."""

from collections.abc import Sequence
from typing import Final

from rich.table import Table

from playbooks.domain.circle.retainer import plain
from playbooks.figures.cost import CostLine
from playbooks.texts import Texts
from playbooks.texts.wording import label

_NAMED: Final = ("incident", "organization", "source", "currency")
_COUNTED: Final = ("hours", "amount", "fund", "borne", "waiting", "entries")


def cost_table(lines: Sequence[CostLine], texts: Texts) -> Table | None:
    """A row for each line; a column in which nothing stands is left out, so that a narrow screen holds the others."""
    rows = [_row(line, texts) for line in lines]
    filled = [any(cells) for cells in zip(*rows, strict=True)]
    table = Table()
    for name, is_filled in zip((*_NAMED, *_COUNTED), filled, strict=False):
        if is_filled:
            heading = texts.say(f"cost.column.{name}")
            table.add_column(heading, justify="right" if name in _COUNTED else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell for cell, is_filled in zip(row, filled, strict=True) if is_filled))
    return table if rows else None


def _row(line: CostLine, texts: Texts) -> tuple[str, ...]:
    numbers = (line.hours, line.amount, line.fund, line.borne, line.waiting)
    said = (plain(number) if number else "" for number in numbers)
    source = label(texts, "source_of_cost", line.source)
    return (line.incident, line.organization, source, line.currency, *said, str(len(line.entries)))
