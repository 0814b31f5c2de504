"""MISP events. Threat level 1 is high, 4 undefined; attributes marked `to_ids` are the indicators.

After https://www.misp-standard.org/rfc/misp-standard-core.html. An attribute that comes alone is read with what
it says of its event. Galaxies and sightings alone are no events.
"""

from typing import Final

from integrations.siem.format import HIGH, LOW, MEDIUM, Format, Scale, at, when
from integrations.siem.paths import Json
from playbooks.domain.alert import IndicatorKind

_MEANT: Final = {"true", "1"}


def _indicated(body: dict[str, Json]) -> dict[str, Json]:
    """The body with `indicated`: values of attributes meant for detection, by type, composite ones taken apart."""
    holders = [body, *_objects(body.get("Object"))]
    found: dict[str, list[Json]] = {}
    for one in [body, *(attribute for holder in holders for attribute in _objects(holder.get("Attribute")))]:
        meant = str(one.get("to_ids", "")).casefold() in _MEANT and not one.get("deleted")
        for kind, value in _pairs(one) if meant else ():
            found.setdefault(kind, []).append(value)
    return {**body, "indicated": found}


def _objects(node: Json) -> list[dict[str, Json]]:
    return [one for one in node if isinstance(one, dict)] if isinstance(node, list) else []


def _pairs(attribute: dict[str, Json]) -> list[tuple[str, Json]]:
    """Type and value; of a composite (`domain|ip`, `filename|sha256`, `ip-dst|port`) each half by itself."""
    kind, value = str(attribute.get("type", "")), attribute.get("value")
    kinds, values = kind.split("|"), str(value).split("|")
    if len(kinds) == 1 or len(kinds) != len(values):
        return [(kind, value)]
    return [("ip-dst" if one == "ip" else one, half) for one, half in zip(kinds, values, strict=True)]


def _typed(*types: str) -> tuple[str, ...]:
    return tuple(f"indicated.{kind}" for kind in types)


MISP: Final = Format(
    name="misp-event",
    aliases=("misp",),
    product="MISP",
    documentation="https://www.misp-standard.org/rfc/misp-standard-core.html",
    shapes=(
        when("info", "threat_level_id"),
        when("info", "uuid", "Attribute"),
        when("info", "Orgc"),
        when("to_ids", "category", "type", "value"),
    ),
    prepare=_indicated,
    source_id=at("uuid", "id"),
    occurrence=at("timestamp", "publish_timestamp"),
    title=at("info", "Event.info", "^.Event.info", "value"),
    description=at("EventReport.content", "comment", "Tag.name"),
    correlation_uid=at("Event.uuid", "^.Event.uuid"),
    event_at=at("date", "first_seen"),
    detected_at=at("publish_timestamp", "timestamp", "date"),
    severity=(
        Scale(
            "MISP threat level 1 (worst) to 4",
            at("threat_level_id", "Event.threat_level_id", "^.Event.threat_level_id"),
            {"1": HIGH, "2": MEDIUM, "3": LOW},
        ),
    ),
    organization=at("Orgc.name", "Org.name", "Event.Orgc.name", "^.Event.Orgc.name"),
    techniques=at("Tag.name", "Galaxy.GalaxyCluster.value", "Attribute.Tag.name"),
    indicators=(
        (IndicatorKind.IP_ADDRESS, at(*_typed("ip-src", "ip-dst"))),
        (IndicatorKind.DOMAIN, at(*_typed("domain", "hostname"))),
        (IndicatorKind.URL, at(*_typed("url"))),
        (IndicatorKind.EMAIL, at(*_typed("email-src", "email-dst", "email"))),
        (IndicatorKind.FILE_NAME, at(*_typed("filename"))),
        (IndicatorKind.FILE_HASH, at(*_typed("sha512", "sha256", "sha1", "md5", "malware-sample"))),
    ),
    link=at("Event_url"),
)
