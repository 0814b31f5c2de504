"""Falco: events as it prints them, or as Falcosidekick sends them.

After https://falco.org/docs/outputs/formatting/ and
https://falco.org/docs/concepts/rules/basic-elements/#priority; priorities are syslog's.
"""

from typing import Final

from integrations.siem.format import CRITICAL, HIGH, INFORMATIONAL, LOW, MEDIUM, Format, Scale, at, when
from integrations.siem.paths import Json

_PRIORITIES: Final = {
    "emergency": CRITICAL,
    "alert": CRITICAL,
    "critical": CRITICAL,
    "error": HIGH,
    "warning": MEDIUM,
    "notice": LOW,
    "informational": INFORMATIONAL,
    "info": INFORMATIONAL,
    "debug": INFORMATIONAL,
}


def _contained(body: dict[str, Json]) -> dict[str, Json]:
    """The body without the container `host`, by which Falco says that there was none."""
    fields = body.get("output_fields")
    if not isinstance(fields, dict) or fields.get("container.id") != "host":
        return body
    return {**body, "output_fields": {key: fields[key] for key in fields if key != "container.id"}}


FALCO: Final = Format(
    name="falco",
    aliases=("falcosidekick",),
    product="Falco",
    documentation="https://falco.org/docs/concepts/rules/basic-elements/#priority",
    shapes=(when("output_fields", "priority", "rule"), when("output", "priority", "rule", "time")),
    prepare=_contained,
    source_id=at("uuid"),
    title=at("rule"),
    description=at("output"),
    rule_id=at("rule"),
    rule_name=at("rule"),
    event_at=at("time", "output_fields.evt.time"),
    detected_at=at("time"),
    severity=(Scale("Falco: Debug to Emergency", at("priority"), _PRIORITIES),),
    test=(when("rule = Test rule", "output ~ falcosidekick"),),
    hosts=at("hostname", "output_fields.evt.hostname"),
    users=at("output_fields.user.name"),
    files=at("output_fields.fd.name"),
    processes=at("output_fields.proc.cmdline", "output_fields.proc.name"),
    ip_addresses=at("output_fields.fd.sip"),
    cloud_resources=at(
        "output_fields.k8s.pod.name", "output_fields.container.id", "output_fields.container.image.repository"
    ),
    from_ip_addresses=at("output_fields.fd.cip", "output_fields.ka.sourceips"),
    tactics=at("tags"),
    techniques=at("tags"),
)
