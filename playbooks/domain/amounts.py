"""Amounts as files state them: hours and money as decimals, spans in minutes."""

from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator, Field

HUNDREDTH: Final = Decimal("0.01")


def in_hundredths(amount: Decimal) -> Decimal:
    """The same amount with two decimals, as money is told; one that needs more is left as it is."""
    told = amount.quantize(HUNDREDTH)
    return told if told == amount else amount


Hours = Annotated[Decimal, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Money = Annotated[Decimal, Field(ge=0, le=1_000_000_000, allow_inf_nan=False), AfterValidator(in_hundredths)]
Minutes = Annotated[int, Field(strict=True, ge=1, le=366 * 24 * 60)]
