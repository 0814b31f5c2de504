"""STIX 2.1: bundles, and objects that can stand alone. They carry no severity.

After https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html. A bundle is one alert, named by its
weightiest object. Values compared in indicator patterns (section 9) are read as indicators: equality only, no
interpretation of the rest.
"""

import re
from typing import Final

from integrations.siem.format import Format, at, when
from integrations.siem.paths import Json
from playbooks.domain.alert import IndicatorKind

_COMPARED = re.compile(r"([a-z0-9-]{1,50}):([A-Za-z_.'\"0-9-]{1,80})\s{0,5}=\s{0,5}'((?:[^'\\]|\\.){1,500})'")
_LONGEST: Final = 20_000
_BY_WEIGHT: Final = (
    "incident",
    "report",
    "sighting",
    "campaign",
    "indicator",
    "malware",
    "intrusion-set",
    "threat-actor",
    "attack-pattern",
    "grouping",
    "note",
    "course-of-action",
)
_OBJECTS: Final = ("objects", "objects.objects")


def _prepared(body: dict[str, Json]) -> dict[str, Json]:
    """The body with `compared`, what its patterns compare, as `{"ipv4-addr": [...], ...}`, and its `author`."""
    inside = body.get("objects")
    objects = [one for one in (inside if isinstance(inside, list) else []) if isinstance(one, dict)]
    found: dict[str, list[str]] = {}
    for one in [body, *objects]:
        pattern = one.get("pattern")
        if isinstance(pattern, str):
            for kind, _, value in _COMPARED.findall(pattern[:_LONGEST]):
                found.setdefault(kind, []).append(value)
    return {**body, "compared": found, "author": _author(objects)}


def _author(objects: list[dict[str, Json]]) -> Json:
    """Who made the weightiest object; other identities of a bundle are whom it is about, victims or attackers."""
    made = {one["type"]: one["created_by_ref"] for one in objects if {"type", "created_by_ref"} <= one.keys()}
    author = next((made[kind] for kind in _BY_WEIGHT if kind in made), None)
    return next((one.get("name") for one in objects if author and one.get("id") == author), None)


def _named(member: str, *types: str) -> tuple[str, ...]:
    return (member, *(f"objects[type={kind}].{member}" for kind in types or _BY_WEIGHT))


def _observed(*types: str) -> tuple[str, ...]:
    inside = tuple(f"objects[type={kind}].value" for kind in types)
    return (*(f"compared.{kind}" for kind in types), *inside)


STIX: Final = Format(
    name="stix21",
    aliases=("stix", "stix-2.1", "taxii"),
    product="STIX",
    documentation="https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html",
    shapes=(
        when("type = bundle", "id ~ bundle--"),
        when(f"type = {'|'.join(_BY_WEIGHT)}", "spec_version", "id"),
        when("objects.spec_version", "objects.id"),
    ),
    prepare=_prepared,
    source_id=at("id", "objects.id"),
    title=at(*_named("name"), *_named("description"), "id"),
    description=at(*_named("description"), "pattern"),
    event_at=at(
        *_named("first_observed", "observed-data"),
        *_named("first_seen", "sighting"),
        *_named("valid_from", "indicator"),
        *_named("created"),
    ),
    detected_at=at(*_named("modified"), *_named("created")),
    resolved=(when("revoked = true"),),
    organization=at("author"),
    techniques=at(
        "external_references.external_id", "objects[type=attack-pattern].external_references.external_id"
    ),
    tactics=at("objects.kill_chain_phases.phase_name", "kill_chain_phases.phase_name"),
    indicators=(
        (IndicatorKind.IP_ADDRESS, at(*_observed("ipv4-addr", "ipv6-addr"))),
        (IndicatorKind.DOMAIN, at(*_observed("domain-name"))),
        (IndicatorKind.URL, at(*_observed("url"))),
        (IndicatorKind.EMAIL, at(*_observed("email-addr"))),
        (
            IndicatorKind.FILE_HASH,
            at("compared.file", "objects[type=file].hashes.SHA-256", "objects[type=file].hashes.MD5"),
        ),
    ),
    link=at("external_references.url", *_named("external_references.url", "incident", "report", "indicator")),
)
