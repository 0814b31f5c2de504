"""Jira's webhooks, Cloud and Data Center: issues changed, commented, attached to, deleted; signed with HMAC-SHA256.

After https://developer.atlassian.com/cloud/jira/platform/webhooks/: the signature stands in `X-Hub-Signature` (WebSub),
and `X-Atlassian-Webhook-Identifier` is the same when a delivery is repeated.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from integrations.jira.files import ref_of
from integrations.jira.remarks import words
from playbooks.domain.errors import Malformed, Refused
from playbooks.domain.evidence import file_name
from playbooks.ports.notices import Happening, Notice

_SIGNATURE: Final = "x-hub-signature"
_DELIVERY: Final = "x-atlassian-webhook-identifier"
_TOLD: Final = ("status", "priority", "assignee", "project", "Key")
"""Fields whose change is told; `project` and `Key` change when an issue is moved."""


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _User(_Lenient):
    accountId: str = ""  # noqa: N815  Jira's own name
    name: str = ""

    @property
    def account(self) -> str:
        """Cloud has ids, Data Center names."""
        return self.accountId or self.name


class _Issue(_Lenient):
    key: str


class _Item(_Lenient):
    field: str
    to: str | None = None
    fromString: str | None = None  # noqa: N815  Jira's own name
    toString: str | None = None  # noqa: N815  as above


class _Changelog(_Lenient):
    items: tuple[_Item, ...] = ()


class _Comment(_Lenient):
    id: str = ""
    author: _User | None = None
    body: Any = ""


class _Attachment(_Lenient):
    id: str
    filename: str = ""
    author: _User | None = None


class _Delivery(_Lenient):
    webhookEvent: str  # noqa: N815  Jira's own name
    timestamp: int
    issue: _Issue | None = None
    user: _User | None = None
    changelog: _Changelog = _Changelog()
    comment: _Comment | None = None
    attachment: _Attachment | None = None


class JiraNotices:
    """The notices of one webhook of a Jira, for the issues of its project."""

    def __init__(self, secret: SecretStr, own_account: str = "") -> None:
        """`own_account` is Muster's: what it did itself is no news."""
        self._secret = secret
        self._own = own_account

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[Notice, ...]:
        """See the port."""
        self._check(headers.get(_SIGNATURE, ""), body)
        try:
            delivery = _Delivery.model_validate_json(body)
            at = datetime.fromtimestamp(delivery.timestamp / 1000, UTC)
        except (ValidationError, ValueError, OverflowError, OSError):
            raise Malformed("The body is no event of a Jira webhook.") from None
        if delivery.issue is None:
            return ()
        id = headers.get(_DELIVERY) or hashlib.sha256(body).hexdigest()[:32]
        return tuple(
            notice
            for notice in _notices(delivery, delivery.issue.key, id, at)
            if not self._own or notice.account != self._own
        )

    def _check(self, signature: str, body: bytes) -> None:
        made = hmac.new(self._secret.get_secret_value().encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature.strip().encode(), f"sha256={made}".encode()):
            raise Refused("The signature does not fit the body.", code="wrong_signature")


def _notices(delivery: _Delivery, issue: str, id: str, at: datetime) -> tuple[Notice, ...]:
    account = delivery.user.account if delivery.user else ""
    match delivery.webhookEvent:
        case "jira:issue_deleted":
            return (Notice(id=id, happening=Happening.TICKET_DELETED, ref=issue, account=account, at=at),)
        case "comment_created":
            return _commented(delivery, issue, id, at)
        case "attachment_created":
            file = delivery.attachment
            who = file.author.account if file and file.author else account
            return (_attached(file.id, file.filename, issue, who, at),) if file else ()
        case "jira:issue_updated":
            return (*_changed(delivery, issue, id, account, at), *_added(delivery, issue, account, at))
        case _:
            return ()


def _changed(delivery: _Delivery, issue: str, id: str, account: str, at: datetime) -> Iterator[Notice]:
    return (
        Notice(
            id=f"{id}/{number}",
            happening=Happening.TICKET_CHANGED,
            ref=(item.fromString or issue) if item.field == "Key" else issue,
            account=account,
            at=at,
            was=f"{item.field}: {item.fromString or 'none'}",
            now=f"{item.field}: {item.toString or 'none'}",
        )
        for number, item in enumerate(delivery.changelog.items)
        if item.field in _TOLD
    )


def _added(delivery: _Delivery, issue: str, account: str, at: datetime) -> Iterator[Notice]:
    """Files that were attached: Data Center tells of them here alone, and Cloud here alone to what issue."""
    for item in delivery.changelog.items:
        if item.field == "Attachment" and item.to:
            yield _attached(item.to, item.toString or "", issue, account, at)


def _attached(id: str, name: str, issue: str, account: str, at: datetime) -> Notice:
    """Named by the attachment, whichever event tells of it."""
    return Notice(
        id=ref_of(id),
        happening=Happening.TICKET_ATTACHED,
        ref=issue,
        account=account,
        at=at,
        remark=ref_of(id),
        words=file_name(name),
    )


def _commented(delivery: _Delivery, issue: str, id: str, at: datetime) -> tuple[Notice, ...]:
    comment = delivery.comment
    if comment is None:
        return ()
    account = comment.author.account if comment.author else ""
    return (
        Notice(
            id=f"comment/{comment.id}" if comment.id else id,
            happening=Happening.TICKET_COMMENTED,
            ref=issue,
            account=account,
            at=at,
            remark=comment.id,
            words=words(comment.body),
        ),
    )
