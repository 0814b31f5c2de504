"""MISP events. Threat level 1 is high, 4 undefined; attributes marked `to_ids` are the indicators.

After https://www.misp-standard.org/rfc/misp-standard-core.html. Galaxies and sightings alone are no events.
"""

from typing import Final

from integrations.siem.format import HIGH, LOW, MEDIUM, Format, Scale, at, when
from playbooks.domain.alert import IndicatorKind

_HOLDERS: Final = ("Attribute", "Object.Attribute")


def _typed(*types: str) -> tuple[str, ...]:
    return tuple(f"{holder}[type={kind}].value" for holder in _HOLDERS for kind in types)


MISP: Final = Format(
    name="misp-event",
    aliases=("misp",),
    product="MISP",
    documentation="https://www.misp-standard.org/rfc/misp-standard-core.html",
    shapes=(when("info", "threat_level_id"), when("info", "uuid", "Attribute"), when("info", "Orgc")),
    source_id=at("uuid", "id"),
    occurrence=at("timestamp", "publish_timestamp"),
    title=at("info"),
    description=at("EventReport.content", "Tag.name"),
    event_at=at("date"),
    detected_at=at("publish_timestamp", "timestamp", "date"),
    severity=(
        Scale("MISP threat level 1 (worst) to 4", at("threat_level_id"), {"1": HIGH, "2": MEDIUM, "3": LOW}),
    ),
    organization=at("Orgc.name", "Org.name"),
    techniques=at("Tag.name", "Galaxy.GalaxyCluster.value", "Attribute.Tag.name"),
    indicators=(
        (IndicatorKind.IP_ADDRESS, at(*_typed("ip-src", "ip-dst"))),
        (IndicatorKind.DOMAIN, at(*_typed("domain", "hostname"))),
        (IndicatorKind.URL, at(*_typed("url"))),
        (IndicatorKind.EMAIL, at(*_typed("email-src", "email"))),
        (IndicatorKind.FILE_NAME, at(*_typed("filename"))),
        (IndicatorKind.FILE_HASH, at(*(f"{holder}[to_ids=true].value" for holder in _HOLDERS))),
    ),
    link=at("Event_url"),
)
