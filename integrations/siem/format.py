"""What a format is: data that says by what an alert of it is known and where in it each thing stands."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from integrations.siem.paths import Item, Json, Path, Place, path, places, scalars
from playbooks.domain.alert import AlertSeverity, AlertStatus, IndicatorKind

UNKNOWN, INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL = AlertSeverity

Places = tuple[Place, ...]
_CONDITION = re.compile(r" ([=~]) ")

at: Final = places
"""`at("a.b", "c")`: where a thing may stand. The first that has it wins; of hosts and the like all count."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something stands at a place, or is one of some texts, or contains one of them (case matters not)."""

    place: Path
    values: tuple[str, ...] = ()
    contained: bool = False
    absent: bool = False

    @property
    def asks_for(self) -> Path | None:
        """The place in the alert itself that has something if this holds; None if it asks for none there."""
        return None if self.absent or self.place.outer else self.place

    def holds(self, item: Item) -> bool:
        """Whether it does in this item."""
        found = self.place.find(item)
        if not self.values:
            return bool(found) != self.absent
        texts = (text.strip().casefold() for node in found for text in scalars(node))
        return any(self._fits(text) for text in texts) != self.absent

    def _fits(self, text: str) -> bool:
        return any(value in text for value in self.values) if self.contained else text in self.values


Conditions = tuple[Condition, ...]


def condition(text: str) -> Condition:
    """Read a condition. Raises ValueError for a bad path.

    `a.b` something is there; `a.b = x|y` it is one of these; `a.b ~ x|y` it contains one; `!` before it: not
    so.
    """
    bare = text.removeprefix("!")
    where, sign, values = _CONDITION.split(bare, maxsplit=1) if _CONDITION.search(bare) else (bare, "", "")
    wanted = tuple(value.strip().casefold() for value in values.split("|")) if sign else ()
    return Condition(path(where), wanted, contained=sign == "~", absent=text.startswith("!"))


def when(*texts: str) -> Conditions:
    """All of these conditions."""
    return tuple(condition(text) for text in texts)


def met(conditions: Conditions, item: Item) -> bool:
    """Whether all of the conditions hold."""
    return all(one.holds(item) for one in conditions)


@dataclass(frozen=True, slots=True)
class Scale:
    """A vendor's severity scale: words, or numbers in bands up to `top`. What is off the scale is unknown."""

    name: str
    places: Places
    words: Mapping[str, AlertSeverity] = field(default_factory=dict)
    bands: tuple[tuple[float, AlertSeverity], ...] = ()
    """Lower bounds ascending; below the first and above `top` the scale says nothing."""
    top: float = float("inf")
    when: Conditions = ()

    def severity(self, text: str) -> AlertSeverity:
        """What the scale says of a value as the vendor wrote it."""
        word = self.words.get(text.strip().casefold())
        return word if word is not None else self._band(text)

    def _band(self, text: str) -> AlertSeverity:
        if not self.bands:
            return UNKNOWN
        try:
            number = float(text)
        except ValueError:
            return UNKNOWN
        reached = [severity for floor, severity in self.bands if number >= floor]
        return reached[-1] if reached and number <= self.top else UNKNOWN


WORDS: Final[Mapping[str, AlertSeverity]] = MappingProxyType(
    {
        "informational": INFORMATIONAL,
        "information": INFORMATIONAL,
        "info": INFORMATIONAL,
        "low": LOW,
        "medium": MEDIUM,
        "moderate": MEDIUM,
        "high": HIGH,
        "critical": CRITICAL,
    }
)
"""The words on which vendors agree. A format adds its own only after its documentation."""

STATUSES: Final[Mapping[str, AlertStatus]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("new", "open", "active", "firing", "triggered", "alerting", "alarm"), AlertStatus.NEW
        ),
        **dict.fromkeys(
            (
                "update",
                "updated",
                "acknowledged",
                "in progress",
                "inprogress",
                "in_progress",
                "in-progress",
                "investigating",
            ),
            AlertStatus.UPDATE,
        ),
        **dict.fromkeys(
            ("resolved", "closed", "ok", "recovered", "dismissed", "remediated"), AlertStatus.RESOLVED
        ),
    }
)
"""Vendors' words for where an alert stands; a format overrides what it means otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """A vendor's alert as data.

    `shapes`: it is of this format when all conditions of one shape hold. `named_shapes` are too common to
    tell a format by; they count when the source itself names it. Times, ids and texts: the first place that
    has one. Hosts and the like: all places count. `occurrence` tells one firing of a standing alert, or one
    update, from the next.
    """

    name: str
    product: str
    documentation: str
    shapes: tuple[Conditions, ...]
    title: Places
    aliases: tuple[str, ...] = ()
    product_name: Places = ()
    named_shapes: tuple[Conditions, ...] = ()
    prepare: Callable[[dict[str, Json]], dict[str, Json]] | None = None
    """For what no path can say: adds members to the body, purely."""
    source_id: Places = ()
    occurrence: Places = ()
    correlation_uid: Places = ()
    description: Places = ()
    rule_id: Places = ()
    rule_name: Places = ()
    event_at: Places = ()
    detected_at: Places = ()
    severity: tuple[Scale, ...] = ()
    status: Places = ()
    statuses: Mapping[str, AlertStatus | None] = field(default_factory=dict)
    """The vendor's words where they differ from `STATUSES`; None: this word says nothing, look further."""
    resolved: tuple[Conditions, ...] = ()
    test: tuple[Conditions, ...] = ()
    organization: Places = ()
    hosts: Places = ()
    users: Places = ()
    ip_addresses: Places = ()
    files: Places = ()
    hashes: Places = ()
    processes: Places = ()
    cloud_resources: Places = ()
    from_ip_addresses: Places = ()
    from_hosts: Places = ()
    from_users: Places = ()
    tactics: Places = ()
    techniques: Places = ()
    indicators: tuple[tuple[IndicatorKind, Places], ...] = ()
    link: Places = ()

    def claims(self, item: Item, *, named: bool = False) -> bool:
        """Whether the item is an alert of this format, by its shape; `named` when its source says so."""
        shapes = self.shapes + self.named_shapes if named else self.shapes
        return any(met(shape, item) for shape in shapes)
