"""What an organization tells of its team, so that others reach and read it rightly: the facts of RFC 2350, section 3.

One fact is changed at a time, by its name and as people type it, whether a file says it or a command.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playbooks.domain.errors import Malformed
from playbooks.domain.labels import parse_marking
from playbooks.domain.marking import Marking
from playbooks.domain.saying import says

_Telephone = Annotated[str, Field(pattern=r"^(\+\d[\d ()-]{5,24})?$")]
_Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Z][A-Z0-9 /-]*$")]


class Route(StrEnum):
    """How a team asks to be called when it matters; what is not connected is no route."""

    PAGER = "pager"
    TELEPHONE = "telephone"
    SLACK = "slack"
    MATRIX = "matrix"
    MAIL = "mail"


class Team(BaseModel):
    """The facts of one team; what is not told is empty. The marks in brackets are the sections of RFC 2350."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    telephone: _Telephone = ""
    """In business hours [3.3.4]."""
    emergency: _Telephone = ""
    """Outside of them."""
    mail: Annotated[str, Field(max_length=200, pattern=r"^([^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+)?$")] = ""
    """Of the team, no person's [3.3.7]."""
    address: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")] = ""
    """Where letters go [3.3.2]."""
    hours: Annotated[
        str, Field(pattern=r"^(24/7|[A-Z][a-z]{2}(-[A-Z][a-z]{2})? \d\d:\d\d-\d\d:\d\d)?$", max_length=30)
    ] = ""
    """Business hours in the organization's time zone [3.3.3, 3.3.11]."""
    openpgp: Annotated[str, Field(pattern=r"^([0-9A-F]{40}|[0-9A-F]{64})?$")] = ""
    """The fingerprint of the team's key [3.3.8]."""
    slack: Annotated[str, Field(pattern=r"^(T[A-Z0-9]{6,20})?$")] = ""
    """The workspace that its people speak from; it proves who they are."""
    matrix: Annotated[str, Field(pattern=r"^([a-z0-9.-]+\.[a-z0-9-]+(:\d{1,5})?)?$", max_length=200)] = ""
    """The server in whose name its people's ids end; it proves who they are."""
    route: Route | None = None
    marking: Marking | None = None
    """Of an incident that its people declare and do not mark [4.2: how information is treated]."""
    labels: dict[_Name, Marking] = {}
    """Labels of its own classification, and what each means here."""
    clearance: Annotated[str, Field(max_length=60, pattern=r"^([\w][\w .,:/()-]*)?$")] = ""
    """Up to which label its people are cleared."""
    services: tuple[Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")], ...] = ()
    """Shared services that it opted in to, by their codes."""

    def read_marking(self, typed: str) -> Marking:
        """A label as its people type it: one of their own, else of TLP 2.0. Raises Malformed or Refused."""
        own = self.labels.get(" ".join(typed.upper().split()))
        return own or parse_marking(typed)


FACTS: Final = (
    *("telephone", "emergency", "mail", "address", "hours", "openpgp", "slack", "matrix"),
    *("route", "marking", "labels", "clearance", "services"),
)
"""Every fact; `takes.<fact>` of the catalogue says what may stand in it."""


def with_fact(team: Team, fact: str, typed: str) -> Team:
    """The team after one fact was told anew; an empty text takes it back. Raises Malformed, Refused or KeyError."""
    try:
        value = _READ.get(fact, str.strip)(typed) if typed.strip() else _EMPTY.get(fact, "")
        return Team.model_validate({**team.model_dump(), fact: value})
    except ValidationError:
        raise Malformed(says("bad_fact", fact=fact, takes=fact), source="RFC 2350") from None


def _listed(typed: str) -> list[str]:
    return [each.strip().casefold() for each in typed.split(",") if each.strip()]


def _labels(typed: str) -> dict[str, Any]:
    pairs = (each.partition("=") for each in typed.split(",") if each.strip())
    return {" ".join(name.upper().split()): parse_marking(means) for name, _, means in pairs}


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "openpgp": lambda typed: re.sub(r"[\s:]", "", typed).upper(),
    "matrix": lambda typed: typed.strip().casefold(),
    "route": lambda typed: typed.strip().casefold(),
    "marking": parse_marking,
    "labels": _labels,
    "services": _listed,
}
_EMPTY: Final[Mapping[str, Any]] = {"route": None, "marking": None, "labels": {}, "services": ()}
