"""What PagerDuty and Jira tell by webhook, as their documentation describes it: whose it is, and what it says."""

import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from integrations.jira.notices import JiraNotices
from integrations.pagerduty.notices import PagerDutyNotices
from integrations.pagerduty.responding import mark
from playbooks.domain.errors import Malformed, Refused
from playbooks.domain.ids import EffectId
from playbooks.ports.notices import Happening, Notice

SECRET, NEXT = "a-secret-of-the-webhook", "the-secret-after-it"
PAGE = "unhcr/pager/INC-2026-0001/page.trigger/severity-critical"
AT = datetime(2026, 11, 22, 9, 0, 0, 169_000, tzinfo=UTC)


def digest(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def page_event(event_type: str, **data: Any) -> bytes:
    event = {
        "id": "01EVENT",
        "event_type": event_type,
        "resource_type": "incident",
        "occurred_at": "2026-11-22T09:00:00.169Z",
        "agent": {"id": "PLH1HKV", "summary": "On-call engineer", "type": "user_reference"},
        "client": None,
        "data": {"id": "PGR0VU2", "incident_key": PAGE, "status": "acknowledged", **data},
    }
    return json.dumps({"event": event}).encode()


def told_by_pagerduty(body: bytes, signature: str | None = None) -> tuple[Notice, ...]:
    headers = {"x-pagerduty-signature": f"v1={digest(body)}" if signature is None else signature}
    return PagerDutyNotices(SecretStr(SECRET)).read(headers, body)


def issue_event(event: str, **more: Any) -> bytes:
    user = {"accountId": "5b10a2844c20165700ede21g", "displayName": "An engineer"}
    return json.dumps(
        {
            "timestamp": 1795338000169,
            "webhookEvent": event,
            "user": user,
            "issue": {"id": "10002", "key": "SEC-7", "fields": {"summary": "Ransomware"}},
            **more,
        }
    ).encode()


def told_by_jira(body: bytes, signature: str | None = None, own: str = "") -> tuple[Notice, ...]:
    given = f"sha256={digest(body)}" if signature is None else signature
    headers = {"x-hub-signature": given, "x-atlassian-webhook-identifier": "delivery-1"}
    return JiraNotices(SecretStr(SECRET), own).read(headers, body)


@pytest.mark.parametrize(
    ("event_type", "happening"),
    [
        ("incident.acknowledged", Happening.PAGE_ACKNOWLEDGED),
        ("incident.unacknowledged", Happening.PAGE_UNACKNOWLEDGED),
        ("incident.reassigned", Happening.PAGE_REASSIGNED),
        ("incident.escalated", Happening.PAGE_REASSIGNED),
        ("incident.resolved", Happening.PAGE_RESOLVED),
    ],
)
def test_what_happens_to_a_page_is_told_by_the_key_it_was_triggered_with(
    event_type: str, happening: Happening
) -> None:
    (notice,) = told_by_pagerduty(page_event(event_type))
    assert (notice.id, notice.happening, notice.ref) == ("01EVENT", happening, PAGE)
    assert (notice.account, notice.at) == ("PLH1HKV", AT)


def test_whom_a_page_went_to_is_told() -> None:
    body = page_event("incident.reassigned", assignees=[{"id": "PTUXL6G"}, {"id": "PXPGF42"}, 7])
    assert told_by_pagerduty(body)[0].now == "PTUXL6G, PXPGF42"


def of_the_page(event_type: str, **data: Any) -> bytes:
    """As the documentation shows notes and responders: the page by PagerDuty's own id, without our key."""
    event = json.loads(page_event(event_type))
    event["event"]["data"] = {"incident": {"id": "PGR0VU2", "type": "incident_reference"}, **data}
    return json.dumps(event).encode()


def test_a_note_on_a_page_is_told_with_its_words_and_ours_is_not() -> None:
    note = {"id": "P2LA89X", "content": "Failing over to Rome", "trimmed": False, "type": "incident_note"}
    (notice,) = told_by_pagerduty(of_the_page("incident.annotated", **note))
    assert (notice.happening, notice.ref, notice.there) == (Happening.PAGE_NOTED, "", "PGR0VU2")
    assert (notice.words, notice.remark) == ("Failing over to Rome", "P2LA89X")
    ours = note | {"content": f"Failing over\n[{mark(EffectId('e'))}]"}
    assert told_by_pagerduty(of_the_page("incident.annotated", **ours)) == ()


@pytest.mark.parametrize(("event", "state"), [("added", "pending"), ("replied", "declined")])
def test_who_is_asked_to_help_with_a_page_and_how_she_answers_is_told(event: str, state: str) -> None:
    responder = {"user": {"id": "PVMGSML"}, "message": "Please help", "state": state}
    (notice,) = told_by_pagerduty(of_the_page(f"incident.responder.{event}", **responder))
    assert (notice.happening, notice.there) == (Happening.PAGE_RESPONDED, "PGR0VU2")
    assert (notice.now, notice.state) == ("PVMGSML", state)
    ours = responder | {"message": "INC-2026-0001"}
    assert told_by_pagerduty(of_the_page("incident.responder.added", **ours)) == ()


@pytest.mark.parametrize("event_type", ["incident.priority_updated", "service.updated", "pagey.ping"])
def test_what_does_not_concern_a_page_is_passed_over(event_type: str) -> None:
    assert told_by_pagerduty(page_event(event_type)) == ()


def test_while_its_secret_is_changed_pagerduty_signs_with_both() -> None:
    body = page_event("incident.resolved")
    assert told_by_pagerduty(body, f"v1={digest(body, NEXT)},v1={digest(body)}")


def test_a_ticket_that_changed_tells_each_change_that_matters() -> None:
    items = [
        {"field": "status", "fromString": "To Do", "toString": "Done"},
        {"field": "labels", "fromString": "", "toString": "x"},
        {"field": "assignee", "fromString": None, "toString": "An engineer"},
    ]
    status, assignee = told_by_jira(issue_event("jira:issue_updated", changelog={"items": items}))
    assert (status.ref, status.was, status.now) == ("SEC-7", "status: To Do", "status: Done")
    assert (assignee.was, assignee.now) == ("assignee: none", "assignee: An engineer")
    assert status.id != assignee.id
    assert status.at == AT


def test_a_ticket_that_was_moved_is_told_under_the_key_that_we_know() -> None:
    items = [{"field": "Key", "fromString": "OLD-1", "toString": "SEC-7"}]
    (moved,) = told_by_jira(issue_event("jira:issue_updated", changelog={"items": items}))
    assert (moved.ref, moved.now) == ("OLD-1", "Key: SEC-7")


def test_a_comment_brings_its_words_and_its_author() -> None:
    comment = {"author": {"accountId": "5b10"}, "body": "The mailbox is restored."}
    (notice,) = told_by_jira(issue_event("comment_created", comment=comment))
    assert (notice.happening, notice.account, notice.words) == (
        Happening.TICKET_COMMENTED,
        "5b10",
        "The mailbox is restored.",
    )


def test_a_deleted_ticket_is_told_and_what_muster_did_itself_is_not() -> None:
    (notice,) = told_by_jira(issue_event("jira:issue_deleted"))
    assert notice.happening is Happening.TICKET_DELETED
    assert told_by_jira(issue_event("jira:issue_deleted"), own="5b10a2844c20165700ede21g") == ()
    assert told_by_jira(issue_event("jira:issue_created")) == ()


@pytest.mark.parametrize(
    "signature", ["", "v1=", "sha256=", "v1=00", f"sha256={'0' * 64}", f"v1={'0' * 64}", "ü"]
)
def test_a_signature_that_does_not_fit_is_refused_before_anything_is_read(signature: str) -> None:
    with pytest.raises(Refused):
        told_by_pagerduty(b"no json", signature)
    with pytest.raises(Refused):
        told_by_jira(b"no json", signature)


@given(
    body=st.binary(max_size=200)
    | st.builds(
        lambda value: json.dumps(value).encode(),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=5),
            lambda inner: st.dictionaries(
                st.sampled_from(["event", "issue", "timestamp", "webhookEvent"]), inner
            ),
        ),
    )
)
def test_any_signed_body_is_read_or_refused_and_nothing_else(body: bytes) -> None:
    for told in (told_by_pagerduty, told_by_jira):
        with suppress(Malformed):
            told(body)


def test_a_file_attached_to_an_issue_is_told_once_whichever_event_tells_of_it() -> None:
    item = {
        "field": "Attachment",
        "fieldId": "attachment",
        "from": None,
        "to": "10010",
        "toString": "a/b.log",
    }
    (changed,) = told_by_jira(issue_event("jira:issue_updated", changelog={"items": [item]}))
    file = {"id": "10010", "filename": "a/b.log", "author": {"accountId": "5b10a2844c20165700ede21g"}}
    (created,) = told_by_jira(issue_event("attachment_created", attachment=file))
    assert changed == created
    assert (changed.happening, changed.ref, changed.remark) == (
        Happening.TICKET_ATTACHED,
        "SEC-7",
        "attachment/10010",
    )
    assert (changed.account, changed.words) == ("5b10a2844c20165700ede21g", "a b.log")
    removed = item | {"from": "10010", "to": None, "fromString": "a/b.log", "toString": None}
    assert told_by_jira(issue_event("jira:issue_updated", changelog={"items": [removed]})) == ()


def test_a_file_of_no_issue_and_one_that_muster_attached_are_passed_over() -> None:
    file = {"id": "10010", "filename": "b.log", "author": {"accountId": "5b10a2844c20165700ede21g"}}
    body = json.loads(issue_event("attachment_created", attachment=file))
    del body["issue"]
    assert told_by_jira(json.dumps(body).encode()) == ()
    ours = issue_event("attachment_created", attachment=file)
    assert told_by_jira(ours, own="5b10a2844c20165700ede21g") == ()
