"""What a vendor allows when nobody can tell whether an attempt acted."""

from datetime import timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Means(StrEnum):
    """How a second attempt can be kept from being a second effect."""

    KEYED = "keyed"
    """The vendor takes our id, or the act sets a state: the same again is nothing."""
    FINDABLE = "findable"
    """What was done can be looked up by our id, once the vendor's search has caught up."""
    BLIND = "blind"
    """Neither: a second attempt may be a second effect."""


class How(BaseModel):
    """The means, and for FINDABLE how long the vendor's search may lag behind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    means: Means
    lag: timedelta = timedelta()


KEYED = How(means=Means.KEYED)
BLIND = How(means=Means.BLIND)


def findable(after: timedelta) -> How:
    """Findable once `after` has passed."""
    return How(means=Means.FINDABLE, lag=after)
