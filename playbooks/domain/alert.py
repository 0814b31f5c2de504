"""The normalized alert: what every vendor's alert becomes before anybody judges it.

Shaped after OCSF's Detection Finding (class 2004, https://schema.ocsf.io): the words are OCSF's where it has
them (severity, status, `correlation_uid`), flattened to what responders ask: what, when, how bad, who and
what is touched, where from, how, and where to look further. All text is data: it is made inert (`inert`), its
length is bounded, and nothing here knows of markup; whoever renders it escapes it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from playbooks.domain.inert import harmless

UNKNOWN_FORMAT: Final = "unknown"
"""The format of an alert that no reader claims; its severity is unknown and its raw body is kept."""

_LINE, _LABEL, _TEXT, _MANY = 300, 1_000, 8_000, 100


class AlertSeverity(StrEnum):
    """How bad, on our scale (OCSF `severity_id` 1 to 5, 0 unknown). Unknown stays unknown, never guessed."""

    UNKNOWN = "unknown"
    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class AlertStatus(StrEnum):
    """What this arrival says: the alert is new, something about it changed, or its source calls it over."""

    NEW = "new"
    UPDATE = "update"
    RESOLVED = "resolved"


class IndicatorKind(StrEnum):
    """What kind of trace an indicator is; the words are those of STIX 2.1 cyber-observables, shortened."""

    IP_ADDRESS = "ip_address"
    DOMAIN = "domain"
    URL = "url"
    EMAIL = "email"
    FILE_HASH = "file_hash"
    FILE_NAME = "file_name"
    OTHER = "other"


def visible(text: str) -> str:
    """The text made inert, quickly: only lines with something unprintable are looked at by character."""
    if text.isprintable():
        return text
    return "\n".join(line if line.isprintable() else harmless(line) for line in text.split("\n"))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def one_line(text: str, limit: int = _LINE) -> str:
    """Visible text on one line, white space run together; what is longer than `limit` ends in an ellipsis."""
    if len(text) <= limit and text.isprintable() and "  " not in text:
        return text.strip()
    return _cut(" ".join(visible(text[: limit * 8]).split()), limit)


def _label(text: str) -> str:
    return one_line(text, _LABEL)


def _text(text: str) -> str:
    return _cut(visible(text[: _TEXT + 1]).strip(), _TEXT)


Line = Annotated[str, AfterValidator(one_line)]
"""One line of at most 300 characters, for people to read."""

Label = Annotated[str, AfterValidator(_label)]
"""A name, an id, an address, a command line: one line of at most 1,000 characters."""

Text = Annotated[str, AfterValidator(_text)]
"""Text of several lines, at most 8,000 characters."""

Labels = Annotated[tuple[Label, ...], Field(max_length=_MANY)]
"""At most 100 labels, in the order of the source."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")


class Indicator(_Frozen):
    """A trace of the attack that others may look for."""

    kind: IndicatorKind
    value: Label


class Affected(_Frozen):
    """Who and what is touched."""

    hosts: Labels = ()
    users: Labels = ()
    ip_addresses: Labels = ()
    files: Labels = ()
    hashes: Labels = ()
    processes: Labels = ()
    cloud_resources: Labels = ()


class Origin(_Frozen):
    """Where it came from, as the source tells it."""

    ip_addresses: Labels = ()
    hosts: Labels = ()
    users: Labels = ()


class NormalizedAlert(_Frozen):
    """One alert of any source in Muster's words: made by `integrations.siem`, judged by `routing`.

    `source_id` is the vendor's own id; where it gives none, the hash of the raw body stands in and
    `source_id_is_hash` says so. `occurrence` tells one firing or update under that id from the next.
    `event_at` is when it first happened, `detected_at` when the source noticed, `received_at` when it reached
    us; a zero or impossible time is None. `raw` is the alert's own bytes: exact when it came as a document of
    its own (alone, in an array, on a line), re-serialized when it was taken out of an envelope.
    """

    format: Label
    product: Label
    source_id: Label
    source_id_is_hash: bool = False
    occurrence: Label | None = None
    correlation_uid: Label | None = None
    title: Line
    description: Text = ""
    rule_id: Label | None = None
    rule_name: Line | None = None
    event_at: AwareDatetime | None = None
    detected_at: AwareDatetime | None = None
    received_at: AwareDatetime
    severity: AlertSeverity = AlertSeverity.UNKNOWN
    vendor_severity: Label = ""
    vendor_scale: Label = ""
    status: AlertStatus = AlertStatus.NEW
    is_test: bool = False
    organization: Label | None = None
    affected: Affected = Affected()
    origin: Origin = Origin()
    tactics: Labels = ()
    techniques: Labels = ()
    indicators: Annotated[tuple[Indicator, ...], Field(max_length=_MANY)] = ()
    link: Label | None = None
    raw: bytes = Field(repr=False)
    raw_sha256: str

    @property
    def happened_at(self) -> datetime:
        """The best time there is: when it happened, else when it was noticed, else when it reached us."""
        return self.event_at or self.detected_at or self.received_at


_RANK: Final = {severity: rank for rank, severity in enumerate(AlertSeverity)}


def at_least(severity: AlertSeverity, floor: AlertSeverity) -> bool:
    """Whether a severity reaches a floor. Unknown reaches none: not knowing is no reason to act alone."""
    return _RANK[severity] >= _RANK[floor]
