"""Indicators as a STIX 2.1 bundle (OASIS, stix-v2.1-os), by the `stix2` library, both ways.

Out: one `indicator` each, with a pattern that compares one thing, marked by TLP 2.0 and PAP. In: indicators whose
pattern names values that are bad each by itself (comparisons by `=`, joined by OR). Whatever needs more than one to be
seen together, or stands in the bundle as mere observation, is left out and counted.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import stix2
from stix2.exceptions import STIXError

from integrations.exchange.sheet import Received, Sheet, gathered
from integrations.exchange.stix_markings import (
    TLP_2,
    Fault,
    Labels,
    named_so,
    pap_definition,
    pap_id,
    tlp_definition,
)
from playbooks.domain.alert import Indicator, IndicatorKind
from playbooks.domain.classification import check_not_classified
from playbooks.domain.errors import IncidentError, Malformed
from playbooks.domain.marking import Marking
from playbooks.domain.pap import Pap
from playbooks.indicators.lines import indicator
from playbooks.indicators.named import Named

_COMPARED: Final = re.compile(
    r"(?P<type>[a-z0-9-]{1,50}):(?P<path>[\w.'-]{1,80})\s{0,5}=\s{0,5}'(?P<value>(?:[^'\\]|\\.){1,2000})'"
)
_ALONE: Final = re.compile(r"(?:[\s\[\]()]|OR|0)*")
"""What may stand between comparisons that are each enough; `0` stands for one of them."""
_LONGEST: Final = 100_000
_MOST: Final = 100_000
_HASHES: Final = {32: "MD5", 40: "'SHA-1'", 64: "'SHA-256'", 128: "'SHA-512'"}
_PATHS: Final = {
    IndicatorKind.IP_ADDRESS: "ipv4-addr:value",
    IndicatorKind.DOMAIN: "domain-name:value",
    IndicatorKind.URL: "url:value",
    IndicatorKind.EMAIL: "email-addr:value",
    IndicatorKind.FILE_NAME: "file:name",
}
_KINDS: Final = {
    "ipv4-addr": IndicatorKind.IP_ADDRESS,
    "ipv6-addr": IndicatorKind.IP_ADDRESS,
    "domain-name": IndicatorKind.DOMAIN,
    "url": IndicatorKind.URL,
    "email-addr": IndicatorKind.EMAIL,
    "email-message": IndicatorKind.EMAIL,
}


def write_stix(sheet: Sheet) -> bytes:
    """The bundle, as JSON. What has no pattern in STIX (kind `other`) is left out."""
    known = [(each, pattern) for each in sheet.indicators if (pattern := _pattern(each.indicator))]
    markings = sorted({each.marking for each, _ in known} | {sheet.marking}, key=lambda one: one.strictness)
    paps = sorted({each.pap for each, _ in known}, key=lambda one: one.strictness)
    authors = {name: _author(sheet, name) for name in {_source(sheet, each) for each, _ in known}}
    objects = [
        *(stix2.parse(tlp_definition(each)) for each in markings),
        *(stix2.parse(pap_definition(each)) for each in paps),
        *(authors[name] for name in sorted(authors)),
        *(_indicator(sheet, each, pattern, authors[_source(sheet, each)].id) for each, pattern in known),
    ]
    bundle = stix2.v21.Bundle(
        id=f"bundle--{sheet.id('bundle', *(each.id for each in objects))}", objects=objects
    )
    return str(bundle.serialize(pretty=True)).encode()


def _source(sheet: Sheet, named: Named) -> str:
    """Whose it is, for people; of what is unnamed nobody's."""
    return "An organization of the circle" if sheet.is_unnamed else named.organization or sheet.organization


def _author(sheet: Sheet, name: str) -> Any:  # noqa: ANN401  stix2 has no types
    return stix2.v21.Identity(
        id=f"identity--{sheet.id('identity', name)}",
        created=sheet.day,
        modified=sheet.day,
        name=name,
        identity_class="unknown" if sheet.is_unnamed else "organization",
        object_marking_refs=[TLP_2[sheet.marking]],
    )


def _indicator(sheet: Sheet, named: Named, pattern: str, author: str) -> Any:  # noqa: ANN401  as above
    at = sheet.moment(named)
    said = (named.indicator.kind.value, named.indicator.value)
    return stix2.v21.Indicator(
        id=f"indicator--{sheet.id('indicator', *said)}",
        created=at,
        modified=sheet.version(named),
        valid_from=at,
        name=named.indicator.value,
        pattern=pattern,
        pattern_type="stix",
        indicator_types=["malicious-activity"],
        created_by_ref=author,
        object_marking_refs=[TLP_2[named.marking], pap_id(named.pap)],
        **({"external_references": [_reference(sheet.incident)]} if sheet.incident else {}),
    )


def _reference(incident: str) -> dict[str, str]:
    return {"source_name": "incident", "external_id": incident}


def _pattern(found: Indicator) -> str:
    value = found.value.replace("\\", "\\\\").replace("'", "\\'")
    path = _PATHS.get(found.kind, "")
    if found.kind is IndicatorKind.IP_ADDRESS and ":" in value:
        path = "ipv6-addr:value"
    if found.kind is IndicatorKind.FILE_HASH:
        path = f"file:hashes.{_HASHES[len(value)]}"
    return f"[{path} = '{value}']" if path else ""


def read_stix(content: bytes) -> Received:
    """The indicators of a bundle, by their labels. Raises Malformed, and Refused for foreign classification."""
    return _read_objects(_objects(content), _raised)


def read_collected(objects: Iterable[Mapping[str, Any]]) -> Received:
    """The same of what a collection of many holds: what a bundle is refused for is named here, and the rest read."""
    broken: dict[str, None] = {}
    read = _read_objects(objects, lambda _error, id: broken.setdefault(id))
    return read.model_copy(update={"broken": tuple(broken)})


def _raised(error: IncidentError, _id: str) -> None:
    raise error


def _read_objects(objects: Iterable[Mapping[str, Any]], fault: Fault) -> Received:
    listed = tuple(objects)
    labels = Labels((each for each in listed if each.get("type") == "marking-definition"), fault)
    found: list[tuple[Marking, Pap, Indicator]] = []
    left_out = 0
    for each in listed:
        if each.get("type") in ("marking-definition", "identity", "bundle", "extension-definition"):
            continue
        try:
            values, refs = _values_of(each)
            labels.check(refs)
        except IncidentError as error:
            fault(error, named_so(each))
            continue
        left_out += 0 if values else 1
        found += [(labels.tlp(refs), labels.pap(refs), value) for value in values]
    return gathered(found, left_out)


def _values_of(found: Mapping[str, Any]) -> tuple[tuple[Indicator, ...], tuple[str, ...]]:
    """What an object names as bad, and its markings. Raises Malformed and Refused."""
    if not found.get("type"):
        raise Malformed("An object has no type.", code="no_stix")
    if found["type"] == "indicator":
        _check(found)
    check_not_classified(str(found.get("name", "")), str(found.get("description", "")))
    values = _values(found)
    return values, _refs(found) if values else ()


def _objects(content: bytes) -> list[Mapping[str, Any]]:
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        raise Malformed("This is no JSON, hence no STIX 2.1 bundle.", code="no_stix") from None
    objects = given.get("objects", [given]) if isinstance(given, Mapping) else given
    if not isinstance(objects, list) or not all(
        isinstance(each, Mapping) and each.get("type") for each in objects
    ):
        raise Malformed("This is no STIX 2.1 bundle: it lists no objects with a type.", code="no_stix")
    if len(objects) > _MOST:
        raise Malformed(f"This bundle has more than {_MOST:,} objects; bring it in by parts.", code="no_stix")
    return objects


def _check(found: Mapping[str, Any]) -> None:
    try:
        stix2.parse(dict(found), allow_custom=True)
    except (STIXError, ValueError, TypeError, KeyError, AttributeError) as error:
        said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise Malformed(f"{named_so(found)} is no indicator of STIX: {said}.", code="no_stix") from None


def _refs(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Its markings, and those of any of its properties: the strictest of them bounds the whole."""
    whole = found.get("object_marking_refs") or ()
    granular = found.get("granular_markings") or ()
    parts = (each.get("marking_ref") for each in granular if isinstance(each, Mapping))
    return tuple(str(each) for each in (*whole, *parts) if each)


def _values(found: Mapping[str, Any]) -> tuple[Indicator, ...]:
    """What its pattern compares, where each is enough by itself, it was not revoked and is of STIX's own language."""
    pattern = found.get("pattern")
    if found.get("type") != "indicator" or not isinstance(pattern, str) or len(pattern) > _LONGEST:
        return ()
    if found.get("pattern_type", "stix") != "stix" or found.get("revoked"):
        return ()
    if not _ALONE.fullmatch(_COMPARED.sub("0", pattern)):
        return ()
    try:
        read = tuple(map(_read, _COMPARED.finditer(pattern)))
    except Malformed:
        return ()
    return tuple(each for each in read if each is not None) if None not in read else ()


def _read(compared: re.Match[str]) -> Indicator | None:
    kind, path = compared["type"], compared["path"]
    value = re.sub(r"\\(.)", r"\1", compared["value"])
    if kind in _KINDS and path in ("value", "from_ref.value", "sender_ref.value"):
        return indicator(_KINDS[kind], value)
    if kind == "file" and path.startswith("hashes."):
        return indicator(IndicatorKind.FILE_HASH, value)
    if kind == "file" and path == "name":
        return indicator(IndicatorKind.FILE_NAME, value)
    return None
