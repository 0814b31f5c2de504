"""Indicators as a MISP event (misp-standard core format), by `pymisp`, both ways.

TLP and PAP are tags of MISP's taxonomies of these names. A label decides MISP's own `distribution`, never wider: RED
and AMBER+STRICT stay with the organization that brings the event in, AMBER with its MISP's community, GREEN goes to
connected communities, CLEAR to all.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pymisp import MISPAttribute, MISPEvent
from pymisp.exceptions import PyMISPError

from integrations.exchange.sheet import Received, Sheet, gathered
from playbooks.domain.alert import Indicator, IndicatorKind
from playbooks.domain.classification import check_not_classified
from playbooks.domain.errors import Malformed
from playbooks.domain.labels import parse_marking
from playbooks.domain.marking import DEFAULT_MARKING, Marking, strictest
from playbooks.domain.pap import DEFAULT_PAP, Pap, parse_pap, strictest_pap
from playbooks.indicators.lines import indicator
from playbooks.indicators.named import Named

_DISTRIBUTION: Final = {
    Marking.CLEAR: 3,
    Marking.GREEN: 2,
    Marking.AMBER: 1,
    Marking.AMBER_STRICT: 0,
    Marking.RED: 0,
}
_HASHES: Final = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_TYPES: Final = {
    IndicatorKind.IP_ADDRESS: "ip-dst",
    IndicatorKind.DOMAIN: "domain",
    IndicatorKind.URL: "url",
    IndicatorKind.EMAIL: "email-src",
    IndicatorKind.FILE_NAME: "filename",
    IndicatorKind.OTHER: "other",
}
_KINDS: Final = {
    **dict.fromkeys(("ip-src", "ip-dst"), IndicatorKind.IP_ADDRESS),
    **dict.fromkeys(("domain", "hostname"), IndicatorKind.DOMAIN),
    **dict.fromkeys(("url", "uri"), IndicatorKind.URL),
    **dict.fromkeys(("email-src", "email-reply-to"), IndicatorKind.EMAIL),
    **dict.fromkeys(_HASHES.values(), IndicatorKind.FILE_HASH),
    "filename": IndicatorKind.FILE_NAME,
}
"""Not among them: `email-dst`, `target-*` and the like, which name whom an attack hit."""
_WITH_PORT: Final = ("ip-src|port", "ip-dst|port", "hostname|port")
_NO_ATTRIBUTION: Final = "tlp:ex:chr"
"""The Chatham House Rule, beside whatever label there is."""
_UNDEFINED, _INITIAL = 4, 0


def write_misp(sheet: Sheet) -> bytes:
    """The event, as JSON. It is not published: whoever brings it in decides that."""
    event = MISPEvent()
    event.uuid = str(sheet.id("event", *(each.indicator.value for each in sheet.indicators)))
    event.info = f"Indicators of {sheet.incident}" if sheet.incident else "Indicators from the circle"
    event.distribution = _DISTRIBUTION[sheet.marking]
    event.threat_level_id = _UNDEFINED
    event.analysis = _INITIAL
    event.published = False
    event.set_date(sheet.made_at.date())
    event.add_tag(sheet.marking.value.lower())
    for each in sheet.indicators:
        _attribute(event, sheet, each)
    written = json.loads(event.to_json())
    name = sheet.organization or "An organization of the circle"
    written["Orgc"] = {"name": name, "uuid": str(sheet.id("identity", name))}
    return json.dumps({"Event": written}, ensure_ascii=False, indent=2).encode()


def _attribute(event: MISPEvent, sheet: Sheet, named: Named) -> None:
    kind, value = named.indicator.kind, named.indicator.value
    made = event.add_attribute(
        _HASHES[len(value)] if kind is IndicatorKind.FILE_HASH else _TYPES[kind],
        value,
        uuid=str(sheet.id("attribute", kind.value, value)),
        to_ids=kind is not IndicatorKind.OTHER,
        distribution=_DISTRIBUTION[named.marking],
        timestamp=int(sheet.moment(named).timestamp()),
    )
    attribute = made[0] if isinstance(made, list) else made
    attribute.add_tag(named.marking.value.lower())
    attribute.add_tag(named.pap.value)


def read_misp(content: bytes) -> Received:
    """The indicators of an event, by their labels: attributes for detection (`to_ids`) of a kind that is known.

    Raises Malformed, and Refused for foreign classification.
    """
    event = _event(content)
    tags = _tags(event)
    check_not_classified(str(event.get("info", "")), *tags)
    found: list[tuple[Marking, Pap, Indicator]] = []
    left_out = 0
    for attribute, above in _attributes(event, tags):
        own = (*above, *_tags(attribute))
        check_not_classified(str(attribute.get("comment", "")), *own)
        values = tuple(_values(attribute))
        left_out += 0 if values else 1
        found += [(_tlp(own), _pap(own), value) for value in values]
    return gathered(found, left_out)


def _event(content: bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        raise Malformed("This is no JSON, hence no MISP event.", code="no_misp") from None
    event = given.get("Event", given) if isinstance(given, Mapping) else None
    if not isinstance(event, Mapping) or "info" not in event:
        raise Malformed("This is no MISP event: it has no `info`.", code="no_misp")
    return event


def _attributes(
    event: Mapping[str, Any], tags: tuple[str, ...]
) -> Iterator[tuple[Mapping[str, Any], tuple[str, ...]]]:
    """Each attribute, and the tags of what it stands in."""
    for each in _listed(event.get("Attribute")):
        yield each, tags
    for thing in _listed(event.get("Object")):
        for each in _listed(thing.get("Attribute")):
            yield each, tags


def _listed(given: object) -> list[Mapping[str, Any]]:
    return [each for each in given if isinstance(each, Mapping)] if isinstance(given, list) else []


def _tags(thing: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(each.get("name", "")) for each in _listed(thing.get("Tag")))


def _tlp(tags: Iterable[str]) -> Marking:
    """The strictest of the tags; TLP 1.0's `tlp:white` reads as CLEAR, a label that is not known as RED."""
    known = [
        _label(tag) for tag in tags if tag.casefold().startswith("tlp:") and tag.casefold() != _NO_ATTRIBUTION
    ]
    return strictest(*known) if known else DEFAULT_MARKING


def _label(tag: str) -> Marking:
    try:
        return parse_marking(tag)
    except Malformed:
        return Marking.RED


def _pap(tags: Iterable[str]) -> Pap:
    known = [parse_pap(tag) for tag in tags if tag.casefold().startswith("pap:")]
    return strictest_pap(*known) if known else DEFAULT_PAP


def _values(attribute: Mapping[str, Any]) -> Iterator[Indicator]:
    """What it names; nothing where it is not for detection, was deleted, or is of another kind."""
    try:
        known = MISPAttribute()
        known.from_dict(**attribute)
    except (PyMISPError, TypeError, ValueError, KeyError):
        return
    if not known.to_ids or getattr(known, "deleted", False):
        return
    type, value = str(known.type), str(known.value)
    if type in _WITH_PORT:
        type, value = type.split("|", maxsplit=1)[0], value.rpartition("|")[0]
    try:
        for one, said in zip(type.split("|"), value.split("|"), strict=True):
            if one.startswith("ip") or one in _KINDS:
                yield indicator(_KINDS.get(one, IndicatorKind.IP_ADDRESS), said)
    except (Malformed, ValueError):
        return
