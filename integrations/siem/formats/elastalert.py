"""ElastAlert 2: what it writes of an alert (its status index); its HTTP post is whatever the rule chose.

After https://elastalert2.readthedocs.io; a severity counts where the rule's author sends one in words.
"""

from typing import Final

from integrations.siem.format import WORDS, Format, Scale, at, when

ELASTALERT: Final = Format(
    name="elastalert",
    aliases=("elastalert2",),
    product="ElastAlert",
    documentation="https://elastalert2.readthedocs.io/en/latest/elastalert_status.html",
    shapes=(when("rule_name", "match_body"), when("rule_name", "alert_sent")),
    named_shapes=(when("message"), when("rule_name"), when("@timestamp")),
    source_id=at("match_body._id", "aggregate_id", "_id"),
    occurrence=at("match_time"),
    title=at("rule_name", "alert_subject", "message"),
    description=at("match_body.message", "alert_text", "message"),
    rule_id=at("rule_name"),
    rule_name=at("rule_name"),
    event_at=at("match_time", "match_body.@timestamp", "@timestamp"),
    detected_at=at("alert_time"),
    severity=(Scale("stated by the rule", at("severity", "match_body.severity"), WORDS),),
    test=(when("message = This alert was sent by user for demonstration purposes"),),
    hosts=at("match_body.host.name", "host.name", "match_body.hostname"),
    users=at("match_body.user.name", "user.name"),
    from_ip_addresses=at("match_body.source.ip", "source.ip"),
)
