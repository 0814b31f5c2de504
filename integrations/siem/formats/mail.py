"""An alert that came as a mail and carries no alert of a known format: what the mail itself says.

A line `Severity: high` counts, because the tool's author wrote it as such; what a subject sounds like does not.
"""

from typing import Final

from integrations.siem.format import WORDS, Format, Scale, at, when
from integrations.siem.mail import SCHEMA

MAIL: Final = Format(
    name="mail",
    aliases=("email", "e-mail", "smtp"),
    product="Mail",
    documentation="https://www.rfc-editor.org/rfc/rfc5322",
    shapes=(when(f"schema = {SCHEMA}"),),
    product_name=at("from"),
    source_id=at("message_id"),
    title=at("subject"),
    description=at("text"),
    rule_name=at("subject"),
    detected_at=at("date"),
    severity=(Scale("a line `Severity:` of the mail", at("fields.severity"), WORDS),),
    status=at("fields.status"),
    hosts=at("fields.host", "fields.hostname"),
    users=at("fields.user", "fields.username"),
    from_ip_addresses=at("fields.source_ip", "fields.src_ip", "fields.remote_ip"),
)
