"""What a format is: data that says by what an alert of it is known and where in it each thing stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from integrations.siem.paths import Item, Path, path, paths, scalars
from playbooks.domain.alert import AlertSeverity, AlertStatus, IndicatorKind

UNKNOWN, INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL = AlertSeverity

Paths = tuple[Path, ...]

at: Final = paths
"""`at("a.b", "c")`: the places where a thing may stand; the first that has it wins, or all count where many are wanted."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something stands at a place, or one of some texts does (case matters not)."""

    place: Path
    values: frozenset[str]
    absent: bool

    def holds(self, item: Item) -> bool:
        """Whether it does in this item."""
        found = self.place.find(item)
        if self.values:
            return (
                any(text.strip().casefold() in self.values for node in found for text in scalars(node))
                != self.absent
            )
        return bool(found) != self.absent


Conditions = tuple[Condition, ...]


def condition(text: str) -> Condition:
    """`a.b` something is there; `a.b = x|y` one of these is; a `!` before it: not so. Raises ValueError for a bad path."""
    place, equals, values = text.removeprefix("!").partition(" = ")
    wanted = frozenset(value.strip().casefold() for value in values.split("|")) if equals else frozenset()
    return Condition(path(place), wanted, text.startswith("!"))


def when(*texts: str) -> Conditions:
    """All of these conditions."""
    return tuple(condition(text) for text in texts)


def met(conditions: Conditions, item: Item) -> bool:
    """Whether all of the conditions hold."""
    return all(one.holds(item) for one in conditions)


@dataclass(frozen=True, slots=True)
class Scale:
    """A vendor's severity scale: words, or numbers from `top` downwards in bands. What is off the scale is unknown."""

    name: str
    places: Paths
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


@dataclass(frozen=True, slots=True)
class Format:
    """A vendor's alert as data. `shapes`: it is of this format when all conditions of one shape hold.

    Times, ids and texts: the first place that has one. Hosts and the like: all places count.
    """

    name: str
    product: str
    documentation: str
    shapes: tuple[Conditions, ...]
    title: Paths
    aliases: tuple[str, ...] = ()
    product_name: Paths = ()
    source_id: Paths = ()
    correlation_uid: Paths = ()
    description: Paths = ()
    rule_id: Paths = ()
    rule_name: Paths = ()
    event_at: Paths = ()
    detected_at: Paths = ()
    severity: tuple[Scale, ...] = ()
    status: Paths = ()
    statuses: Mapping[str, AlertStatus] = field(default_factory=dict)
    test: tuple[Conditions, ...] = ()
    organization: Paths = ()
    hosts: Paths = ()
    users: Paths = ()
    ip_addresses: Paths = ()
    files: Paths = ()
    hashes: Paths = ()
    processes: Paths = ()
    cloud_resources: Paths = ()
    from_ip_addresses: Paths = ()
    from_hosts: Paths = ()
    from_users: Paths = ()
    tactics: Paths = ()
    techniques: Paths = ()
    indicators: tuple[tuple[IndicatorKind, Paths], ...] = ()
    link: Paths = ()

    def claims(self, item: Item) -> bool:
        """Whether the item is an alert of this format, by its shape."""
        return any(met(shape, item) for shape in self.shapes)
