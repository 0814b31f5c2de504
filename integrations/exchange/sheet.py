"""What goes out and what came in, whichever the format."""

import hashlib
from datetime import datetime
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.alert import Indicator
from playbooks.domain.marking import Marking
from playbooks.domain.pap import Pap
from playbooks.indicators.named import Named

_OURS = UUID("5d1f2b7e-0c0a-5f0e-9c55-7d3a5e6f4b21")
"""Our name space for ids: the same thing has the same id in every file that we write."""


class Sheet(BaseModel):
    """Indicators for a reader. `incident` and `organization` are empty where nobody may be named."""

    model_config = ConfigDict(frozen=True)

    indicators: tuple[Named, ...]
    marking: Marking
    """The strictest of them: of the whole."""
    made_at: AwareDatetime
    incident: str = ""
    organization: str = ""
    """Who hands it out, by name."""

    @property
    def is_unnamed(self) -> bool:
        """Nothing in it tells whose it is."""
        return not self.organization

    def moment(self, named: Named) -> datetime:
        """Since when it is known; of what is unnamed the day it goes out, since an hour would tell of an incident."""
        return self.day if self.is_unnamed else named.at

    def version(self, named: Named) -> datetime:
        """Since when it is as it is: a stricter label makes a new version of it, for whoever has the old."""
        return self.day if self.is_unnamed else named.relabelled_at or named.at

    @property
    def day(self) -> datetime:
        """When the day began on which it was made, UTC."""
        return self.made_at.replace(hour=0, minute=0, second=0, microsecond=0)

    def id(self, *parts: str) -> UUID:
        """An id that is the same for the same; of what is unnamed the values alone go into it."""
        return made_id(self.incident, self.organization, *parts)


class Brought(BaseModel):
    """Indicators that came in with one pair of labels: one entry of the record."""

    model_config = ConfigDict(frozen=True)

    marking: Marking
    pap: Pap
    indicators: tuple[Indicator, ...]


class Received(BaseModel):
    """What a file brought, and how many things in it are no indicators that can be taken in."""

    model_config = ConfigDict(frozen=True)

    brought: tuple[Brought, ...]
    left_out: int = 0
    broken: tuple[str, ...] = ()
    """What could not be read or may not be taken in, by its id, where the rest was taken all the same."""


def made_id(*parts: str) -> UUID:
    """A UUID of version 5 in our name space."""
    return uuid5(_OURS, hashlib.sha256("\x1f".join(parts).encode()).hexdigest())


def gathered(found: list[tuple[Marking, Pap, Indicator]], left_out: int) -> Received:
    """By their labels, each indicator once, in the order of coming."""
    groups: dict[tuple[Marking, Pap], dict[Indicator, None]] = {}
    for marking, pap, indicator in found:
        groups.setdefault((marking, pap), {})[indicator] = None
    brought = tuple(
        Brought(marking=marking, pap=pap, indicators=tuple(each)) for (marking, pap), each in groups.items()
    )
    return Received(brought=brought, left_out=left_out)
