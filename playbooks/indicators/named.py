"""What of an incident's record is an indicator, for a reader: taken from entries as `release` has shown them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.alert import Indicator
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking, strictest
from playbooks.domain.pap import DEFAULT_PAP, Pap, strictest_pap
from playbooks.domain.release import Shown
from playbooks.indicators.lines import read_lines

SLOT = "indicators"
"""The text of an entry that lists them."""


GIVEN = "shared"
"""The text of an entry by which somebody was given what another entry says."""

LISTING = frozenset({Kind.INDICATORS_ADD, Kind.MATERIAL_SHARE})
"""Entries that may have it: what was put in, and what of it was given to who did not have it, whose it stays."""


class Named(BaseModel):
    """An indicator with what bounds it: how far it may go, what may be done with it, whose it is."""

    model_config = ConfigDict(frozen=True)

    indicator: Indicator
    marking: Marking
    pap: Pap = DEFAULT_PAP
    organization: OrganizationCode | None = None
    """Who put it in; None where that is withheld."""
    at: AwareDatetime
    relabelled_at: AwareDatetime | None = None
    """When a stricter label came to hold."""
    entry: str = ""


def named_in(story: Iterable[Shown]) -> tuple[Named, ...]:
    """The indicators of a story, each once: what was said of one several times is bounded by the strictest of it.

    The strictest, since whoever said it more freely may not know why another did not.
    """
    found: dict[Indicator, Named] = {}
    for each in _all(story):
        before = found.get(each.indicator)
        found[each.indicator] = each if before is None else _both(before, each)
    return tuple(found.values())


def _both(first: Named, second: Named) -> Named:
    labels = {
        "marking": strictest(first.marking, second.marking),
        "pap": strictest_pap(first.pap, second.pap),
    }
    if (labels["marking"], labels["pap"]) == (first.marking, first.pap):
        return first
    return first.model_copy(
        update={**labels, "relabelled_at": max(first.relabelled_at or first.at, second.at)}
    )


def _all(story: Iterable[Shown]) -> Iterator[Named]:
    for shown in story:
        slots = shown.slots
        data: dict[str, Any] = slots.get("data") or {}
        given = slots.get("kind") == Kind.MATERIAL_SHARE and "pap" in data
        text = (slots.get("texts") or {}).get(GIVEN if given else SLOT)
        if slots.get("kind") not in LISTING or not text:
            continue
        sources = data.get("source", ()) if given else (slots.get("organization"),)
        for indicator in _lenient(str(text)):
            yield Named(
                indicator=indicator,
                marking=Marking(slots["marking"]),
                pap=Pap(data.get("pap", DEFAULT_PAP)),
                organization=sources[0] if len(sources) == 1 else None,
                at=_moment(slots["at"]),
                entry=shown.id,
            )


def _lenient(text: str) -> tuple[Indicator, ...]:
    """What is recorded was read before; should the reading of lines ever become stricter, old entries do not fail."""
    try:
        return read_lines(text)
    except Malformed:
        return ()


def _moment(at: object) -> datetime:
    return at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
