"""What shared service providers offer: the list is document 003's; clocks and rates are an installation's own."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from playbooks.domain.amounts import Minutes, Money
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.membership import Membership
from playbooks.texts import load_texts


class Service(BaseModel):
    """One service of the catalogue."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    provider: OrganizationCode
    entitled: tuple[Membership, ...] = tuple(Membership)
    """The standing in the community that entitles to it."""
    answer_minutes: Minutes | None = None
    """How long the provider has to accept or decline; None where nothing is promised."""
    sets_off_alerts: bool = False
    """Its work looks like an attack: a simulation, a test."""
    rate: Money | None = None
    """For an hour."""
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    """ISO 4217, of the rate."""

    @model_validator(mode="after")
    def _rate_has_a_currency(self) -> Self:
        if (self.rate is None) != (not self.currency):
            raise ValueError(load_texts().say("file.service.rate"))
        return self
