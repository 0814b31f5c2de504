"""Amounts as files state them: hours and money as decimals, spans in minutes."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

Hours = Annotated[Decimal, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Money = Annotated[Decimal, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]
Minutes = Annotated[int, Field(strict=True, ge=1, le=366 * 24 * 60)]
