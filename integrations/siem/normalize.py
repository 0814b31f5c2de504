"""One item and its format become one normalized alert, whatever stands in the item."""

import hashlib
import ipaddress
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final

from integrations.siem import attack
from integrations.siem.format import STATUSES, UNKNOWN, Format, Places, met
from integrations.siem.paths import MOST, Item, scalars
from integrations.siem.times import instant
from playbooks.domain.alert import (
    UNKNOWN_FORMAT,
    Affected,
    AlertSeverity,
    AlertStatus,
    Indicator,
    IndicatorKind,
    NormalizedAlert,
    Origin,
    one_line,
)

_NOTHING: Final = frozenset(
    {"", "-", "--", "n/a", "na", "none", "null", "unknown", "undefined", "not available", "(null)", "<na>"}
)
_TEST_TITLE = re.compile(r"^\s*\[(?:sample|test)\b[^\]]*\]", re.IGNORECASE)
_HASH = re.compile(
    r"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{128}|[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})(?![0-9a-fA-F])"
)
_LINK = re.compile(r"^https?://[^\s<>\"']+$", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")
_PORT = re.compile(r"^([\w.-]{1,253}):\d{1,5}$")
_EXCERPT: Final = 2_000
_LONGEST_LINK: Final = 1_000


def normalize(form: Format, item: Item, raw: bytes, received_at: datetime) -> NormalizedAlert:
    """Read an item as its format says. Text is cleaned and bounded by the alert's own types."""
    digest = hashlib.sha256(raw).hexdigest()
    if form.prepare is not None:
        item = Item(form.prepare(item.body), item.around)
    source_id = _first(form.source_id, item)
    title = _first(form.title, item) or f"{form.product} alert without a title"
    severity, vendor_severity, vendor_scale = _severity(form, item)
    return NormalizedAlert(
        format=form.name,
        product=_first(form.product_name, item) or form.product,
        source_id=source_id or digest,
        source_id_is_hash=source_id is None,
        occurrence=_first(form.occurrence, item),
        correlation_uid=_first(form.correlation_uid, item),
        title=title,
        description=_first(form.description, item) or "",
        rule_id=_first(form.rule_id, item),
        rule_name=_first(form.rule_name, item),
        event_at=_time(form.event_at, item, received_at),
        detected_at=_time(form.detected_at, item, received_at),
        received_at=received_at,
        severity=severity,
        vendor_severity=vendor_severity,
        vendor_scale=vendor_scale,
        status=_status(form, item),
        is_test=bool(_TEST_TITLE.match(title)) or any(met(conditions, item) for conditions in form.test),
        organization=_first(form.organization, item),
        affected=_affected(form, item),
        origin=_origin(form, item),
        tactics=_once(attack.tactics(_texts(form.tactics, item))),
        techniques=_once(attack.techniques(_texts(form.techniques, item))),
        indicators=_indicators(form.indicators, item),
        link=_link(form.link, item),
        raw=raw,
        raw_sha256=digest,
    )


def unknown(raw: bytes, received_at: datetime, product: str = "") -> NormalizedAlert:
    """An alert that no format claims: for triage, severity unknown, with its raw body. Nothing is guessed."""
    digest = hashlib.sha256(raw).hexdigest()
    source = f" from “{one_line(product, 60)}”" if product else ""
    return NormalizedAlert(
        format=UNKNOWN_FORMAT,
        product=product or UNKNOWN_FORMAT,
        source_id=digest,
        source_id_is_hash=True,
        title=f"Alert{source} in a format that Muster does not know",
        description=raw[:_EXCERPT].decode("utf-8", "replace"),
        received_at=received_at,
        raw=raw,
        raw_sha256=digest,
    )


def _texts(places: Places, item: Item) -> Iterator[str]:
    for place in places:
        for node in place.find(item):
            for text in scalars(node):
                if text.strip().casefold() not in _NOTHING:
                    yield text


def _first(places: Places, item: Item) -> str | None:
    return next(_texts(places, item), None)


def _time(places: Places, item: Item, received_at: datetime) -> datetime | None:
    times = (instant(node, received_at) for place in places for node in place.find(item))
    return next((time for time in times if time is not None), None)


def _severity(form: Format, item: Item) -> tuple[AlertSeverity, str, str]:
    """What the first scale says that says something; else unknown, with what the vendor wrote."""
    seen: tuple[AlertSeverity, str, str] = (UNKNOWN, "", "")
    for scale in form.severity:
        if not met(scale.when, item):
            continue
        for text in _texts(scale.places, item):
            severity = scale.severity(text)
            if severity is not UNKNOWN:
                return severity, text, scale.name
            seen = seen if seen[1] else (UNKNOWN, text, scale.name)
    return seen


def _status(form: Format, item: Item) -> AlertStatus:
    if any(met(conditions, item) for conditions in form.resolved):
        return AlertStatus.RESOLVED
    for text in _texts(form.status, item):
        word = text.strip().casefold()
        for known in (word, *_WORD.findall(word)):
            found = form.statuses[known] if known in form.statuses else STATUSES.get(known)
            if found is not None:
                return found
    return AlertStatus.NEW


def _affected(form: Format, item: Item) -> Affected:
    hosts, addresses = _hosts(_texts(form.hosts, item))
    return Affected(
        hosts=hosts,
        users=_many(form.users, item),
        ip_addresses=_once([*_addresses(_texts(form.ip_addresses, item)), *addresses]),
        files=_many(form.files, item),
        hashes=_once(_hashes(_texts(form.hashes, item))),
        processes=_many(form.processes, item),
        cloud_resources=_many(form.cloud_resources, item),
    )


def _origin(form: Format, item: Item) -> Origin:
    hosts, addresses = _hosts(_texts(form.from_hosts, item))
    return Origin(
        ip_addresses=_once([*_addresses(_texts(form.from_ip_addresses, item)), *addresses]),
        hosts=hosts,
        users=_many(form.from_users, item),
    )


def _hosts(texts: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    """Names and addresses apart, without ports: vendors put an address where a host's name belongs."""
    names: list[str] = []
    addresses: list[str] = []
    for text in texts:
        name = _PORT.sub(r"\1", text.strip())
        found = address(name)
        (addresses if found else names).append(found or name)
    return _once(names), addresses


def _many(places: Places, item: Item) -> tuple[str, ...]:
    return _once(_texts(places, item))


def _addresses(texts: Iterable[str]) -> list[str]:
    found = (address(text.strip()) for text in texts)
    return [one for one in found if one is not None]


@lru_cache(maxsize=4096)
def address(text: str) -> str | None:
    """An IP address in its plain form; None for what is none, and for loopback and 0.0.0.0.

    One of IPv4 that is written into IPv6 (`::ffff:192.0.2.7`, RFC 4291 section 2.5.5.2) is the one of IPv4.
    """
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return None if found.is_loopback or found.is_unspecified else str(found)


def _hashes(texts: Iterable[str]) -> list[str]:
    """Hex digests (MD5, SHA-1, SHA-256, SHA-512) wherever they stand, as in `SHA1=…,MD5=…`."""
    found = (match.casefold() for text in texts for match in _HASH.findall(text[:1000]))
    return [one for one in found if one.strip("0")]


def _indicators(wanted: tuple[tuple[IndicatorKind, Places], ...], item: Item) -> tuple[Indicator, ...]:
    pairs = {
        (kind, text.strip()): None for kind, places in wanted for text in _kept(kind, _texts(places, item))
    }
    return tuple(Indicator(kind=kind, value=value) for kind, value in list(pairs)[:MOST])


def _kept(kind: IndicatorKind, texts: Iterable[str]) -> Iterable[str]:
    if kind is IndicatorKind.IP_ADDRESS:
        return _addresses(texts)
    if kind is IndicatorKind.URL:
        return (
            text for text in texts if not text.strip().startswith("/")
        )  # a path leads nowhere without its host
    return _hashes(texts) if kind is IndicatorKind.FILE_HASH else texts


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once, in order, at most `MOST` of them."""
    return tuple(list(dict.fromkeys(text.strip() for text in texts))[:MOST])


def _link(places: Places, item: Item) -> str | None:
    """A link of the web, never another scheme; too long a one is left out rather than cut."""
    return next(
        (text for text in _texts(places, item) if len(text) <= _LONGEST_LINK and _LINK.match(text)), None
    )
