"""Costs in a terminal."""

from decimal import Decimal

from bot.cli.cost_table import cost_table
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.figures.cost import CostLine
from playbooks.texts import load_texts

HOURS = CostLine.model_validate(
    {
        "incident": IncidentKey("INC-2026-0001"),
        "organization": OrganizationCode("UNHCR"),
        "source": "own",
        "currency": "",
        "hours": Decimal(3),
        "entries": ("e1",),
    }
)


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    table = cost_table([HOURS], load_texts())
    assert table is not None
    assert [str(column.header) for column in table.columns] == [
        "Incident",
        "Organization",
        "Work of",
        "Hours",
        "Entries",
    ]
    paid = HOURS.model_copy(update={"currency": "USD", "amount": Decimal(100)})
    both = cost_table([HOURS, paid], load_texts())
    assert both is not None
    assert len(both.columns) == 8, "with the currency, the cost, and what is borne of it"


def test_no_costs_are_no_table() -> None:
    assert cost_table([], load_texts()) is None
