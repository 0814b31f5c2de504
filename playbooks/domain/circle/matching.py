"""Two organizations with the same attack find each other: how far a match of two open incidents has come, on each side.

Neither side is told anything of the other before both have agreed (document 001: no duplicated work; 004, §7: opt in).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind

QUESTIONS_A_DAY: Final = 3
"""Of one incident: whoever puts guesses into her incident to see what is asked learns little by it."""
DAY: Final = timedelta(hours=24)


class Standing(StrEnum):
    """How far it has come."""

    ASKED = "asked"
    AGREED = "agreed"
    INTRODUCED = "introduced"


class Match(BaseModel):
    """One match, as this incident knows of it. Its id is the same on both sides and tells neither of the other."""

    model_config = ConfigDict(frozen=True)

    id: str
    asked_at: AwareDatetime
    standing: Standing = Standing.ASKED
    organization: OrganizationCode | None = None
    other: IncidentKey | None = None
    """Who and what it is, once both agreed."""


def may_ask(matches: Mapping[str, Match], at: datetime) -> bool:
    """Whether one more question may be put to an incident at this moment."""
    return sum(each.asked_at > at - DAY for each in matches.values()) < QUESTIONS_A_DAY


MATCH_KINDS: Final = (Kind.MATCH_AGREE, Kind.MATCH_INTRODUCE)


def asked(matches: Mapping[str, Match], entry: Entry) -> dict[str, Match]:
    """After a question that is about a match."""
    id = str(entry.data["match"])
    return {**matches, id: matches.get(id) or Match(id=id, asked_at=entry.at)}


def evolve_matches(matches: Mapping[str, Match], entry: Entry) -> dict[str, Match]:
    """After one more entry of these kinds; a reader who was not told of the question knows nothing of what follows."""
    match = matches.get(str(entry.data["match"]))
    if match is None:
        return dict(matches)
    change: dict[str, object] = {"standing": Standing.AGREED}
    if entry.kind == Kind.MATCH_INTRODUCE:
        change = {
            "standing": Standing.INTRODUCED,
            "organization": OrganizationCode(entry.data["organization"]),
            "other": IncidentKey(entry.data["other"]),
        }
    return {**matches, match.id: match.model_copy(update=change)}
