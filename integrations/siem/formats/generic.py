"""Muster's own format, for whatever can be taught to send it; described in docs/alerts.md."""

from typing import Final

from integrations.siem.format import WORDS, Format, Scale, at, when
from playbooks.domain.alert import IndicatorKind

GENERIC: Final = Format(
    name="generic",
    aliases=("muster", "muster-alert"),
    product="Generic",
    documentation="docs/alerts.md",
    shapes=(when("schema = muster-alert/1"),),
    named_shapes=(when("title"),),
    product_name=at("product"),
    source_id=at("id"),
    correlation_uid=at("correlation"),
    title=at("title"),
    description=at("description"),
    rule_id=at("rule.id"),
    rule_name=at("rule.name"),
    event_at=at("event_at"),
    detected_at=at("detected_at"),
    severity=(Scale("Muster", at("severity"), WORDS),),
    status=at("status"),
    test=(when("test = true"),),
    organization=at("organization"),
    hosts=at("affected.hosts"),
    users=at("affected.users"),
    ip_addresses=at("affected.ip_addresses"),
    files=at("affected.files"),
    hashes=at("affected.hashes"),
    processes=at("affected.processes"),
    cloud_resources=at("affected.cloud_resources"),
    from_ip_addresses=at("origin.ip_addresses"),
    from_hosts=at("origin.hosts"),
    from_users=at("origin.users"),
    tactics=at("tactics"),
    techniques=at("techniques"),
    indicators=tuple((kind, at(f"indicators[kind={kind}].value")) for kind in IndicatorKind),
    link=at("link"),
)
