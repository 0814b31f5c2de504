"""PagerDuty's webhooks, version 3: one event each, signed with HMAC-SHA256 over the body as it came.

After https://developer.pagerduty.com/docs/webhooks-overview and /webhooks-signatures. An event speaks of the page by
`incident_key`, which is the deduplication key of the event that triggered it: our effect's id. One of a note or of a
responder names PagerDuty's own id of the incident alone.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, SecretStr, ValidationError

from integrations.pagerduty.responding import MARK
from playbooks.domain.errors import Malformed, Refused
from playbooks.ports.notices import Happening, Notice

_SIGNATURE: Final = "x-pagerduty-signature"
_HAPPENINGS: Final = {
    "incident.acknowledged": Happening.PAGE_ACKNOWLEDGED,
    "incident.unacknowledged": Happening.PAGE_UNACKNOWLEDGED,
    "incident.delegated": Happening.PAGE_REASSIGNED,
    "incident.escalated": Happening.PAGE_REASSIGNED,
    "incident.reassigned": Happening.PAGE_REASSIGNED,
    "incident.resolved": Happening.PAGE_RESOLVED,
    "incident.annotated": Happening.PAGE_NOTED,
    "incident.responder.added": Happening.PAGE_RESPONDED,
    "incident.responder.replied": Happening.PAGE_RESPONDED,
}
_OURS = re.compile(rf"\[{MARK}[0-9a-f]{{16}}\]\s*$|^INC-\d{{4}}-\d+$")
"""How a note of ours ends, and what we ask for help with: what Muster did itself is no news."""


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Reference(_Lenient):
    id: str


class _Event(_Lenient):
    id: str
    event_type: str
    occurred_at: AwareDatetime
    agent: _Reference | None = None
    data: dict[str, Any] = {}


class _Told(_Lenient):
    """What the data of an event may hold: an incident, a note or a responder of one."""

    id: str = ""
    incident_key: str = ""
    incident: _Reference = _Reference(id="")
    user: _Reference | None = None
    content: str = ""
    message: str = ""
    state: str = ""

    @property
    def said(self) -> str:
        return self.content or self.message


class _Delivery(_Lenient):
    event: _Event


class PagerDutyNotices:
    """The notices of one webhook subscription. While its secret is changed PagerDuty signs with both."""

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[Notice, ...]:
        """See the port."""
        self._check(headers.get(_SIGNATURE, ""), body)
        try:
            event = _Delivery.model_validate_json(body).event
        except ValidationError:
            raise Malformed("The body is no event of a PagerDuty webhook, version 3.") from None
        happening, told = _HAPPENINGS.get(event.event_type), _told(event.data)
        if happening is None or not (told.incident_key or told.incident.id) or _OURS.search(told.said):
            return ()
        return (
            Notice(
                id=event.id,
                happening=happening,
                ref=told.incident_key,
                there=told.incident.id,
                account=event.agent.id if event.agent else "",
                at=_whole(event.occurred_at),
                now=_people(happening, event.data, told),
                state=told.state,
                remark=told.id if happening is Happening.PAGE_NOTED else "",
                words=told.content,
            ),
        )

    def _check(self, signatures: str, body: bytes) -> None:
        made = hmac.new(self._secret.get_secret_value().encode(), body, hashlib.sha256).hexdigest()
        given = [each.strip().removeprefix("v1=") for each in signatures.split(",") if "v1=" in each]
        if sum(hmac.compare_digest(each.encode(), made.encode()) for each in given) == 0:
            raise Refused("The signature does not fit the body.", code="wrong_signature")


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _told(data: Mapping[str, Any]) -> _Told:
    try:
        return _Told.model_validate(data)
    except ValidationError:
        return _Told()


def _people(happening: Happening, data: Mapping[str, Any], told: _Told) -> str:
    """The accounts that it is with, or that were asked to help."""
    if happening is Happening.PAGE_RESPONDED:
        return told.user.id if told.user else ""
    return _assignees(data) if happening is Happening.PAGE_REASSIGNED else ""


def _assignees(data: Mapping[str, Any]) -> str:
    listed = data.get("assignees")
    found = [each.get("id") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return ", ".join(each for each in found if isinstance(each, str))
