"""Mails as documents: whatever a mail is, it is read, and never raises."""

import json
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.siem.mail import mail_document
from integrations.siem.mapping import read_mapping
from integrations.siem.reading import read_body
from integrations.siem.registry import FORMATS
from playbooks.domain.alert import AlertSeverity, NormalizedAlert

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
DOCS = Path(__file__).parents[4] / "docs" / "alerts.md"
FALCO = (
    '{"rule": "Shell in a container", "priority": "Critical", "output": "x", "time": "2026-11-20T10:00:00Z", \
"output_fields": {}}'
)


def read(raw: bytes) -> tuple[NormalizedAlert, ...]:
    return read_body(None, json.dumps(mail_document(raw)).encode(), NOW).alerts


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


def test_words_of_html_are_read_and_its_scripts_are_not() -> None:
    message = mail(Subject="x")
    message.set_content(
        "<style>p{}</style><p>Host: <b>srv-1</b></p><script>alert(1)</script>", subtype="html"
    )
    (alert,) = read(message.as_bytes())
    assert alert.description == "Host: srv-1"
    assert alert.affected.hosts == ("srv-1",)


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_words_are_read_however_they_are_encoded(encoding: str, charset: str) -> None:
    message = mail(Subject="Défaillance", Date="Fri, 20 Nov 2026 08:00:00 +0100")
    message.set_content("Severity: high\nHost: srv-1\nÉtat: dégradé\n", cte=encoding, charset=charset)
    (alert,) = read(message.as_bytes())
    assert (alert.title, alert.severity, alert.affected.hosts) == ("Défaillance", "high", ("srv-1",))
    assert alert.description == "Severity: high\nHost: srv-1\nÉtat: dégradé"
    assert alert.detected_at == datetime(2026, 11, 20, 7, tzinfo=UTC)


def test_rows_of_two_cells_are_names_and_values_and_headings_are_not() -> None:
    message = mail(Subject="x")
    message.set_content(
        "<table><tr><th>Name</th><th>Value</th></tr><tr><td><b>Severity</b>:</td><td>critical</td></tr>"
        "<tr><th>Host</th><td>srv-1</td></tr><tr><td>Source IP</td><td>203.0.113.5</td></tr>"
        "<tr><td>User</td><td>a</td><td>b</td></tr></table>",
        subtype="html",
    )
    (alert,) = read(message.as_bytes())
    assert (alert.severity, alert.affected.hosts) == ("critical", ("srv-1",))
    assert alert.origin.ip_addresses == ("203.0.113.5",)
    assert alert.affected.users == ()
    assert alert.description is not None
    assert alert.description.startswith("Name Value\nSeverity: critical\n")


def test_a_plain_part_that_says_nothing_is_passed_over_for_the_html() -> None:
    message = mail(Subject="x")
    message.set_content("\n")
    message.add_alternative("<p>Host: srv-1</p>", subtype="html")
    (alert,) = read(message.as_bytes())
    assert alert.affected.hosts == ("srv-1",)


def test_a_mail_is_kept_byte_for_byte() -> None:
    raw = b"Subject: \xff\xfe\r\n\r\n\x00\xe9\r\n"
    assert mail_document(raw)["message"].encode("latin-1") == raw


def test_an_alert_in_an_attachment_is_the_alert() -> None:
    message = mail(Subject="Falco says")
    message.set_content("See the attachment.")
    message.add_attachment(FALCO.encode(), maintype="application", subtype="json", filename="alert.json")
    (alert,) = read(message.as_bytes())
    assert (alert.format, alert.severity) == ("falco", AlertSeverity.CRITICAL)


def test_json_that_nobody_knows_leaves_the_mail_as_the_alert() -> None:
    message = mail(Subject="Something", Message_ID="<1@x>")
    message.set_content('{"odd": 1}')
    (alert,) = read(message.as_bytes())
    assert (alert.format, alert.title, alert.source_id) == ("mail", "Something", "<1@x>")


@pytest.mark.parametrize("subject", ["CRITICAL: ransomware", "[URGENT] priority 1", "Severity: high"])
def test_what_a_subject_sounds_like_is_no_severity(subject: str) -> None:
    message = mail(Subject=subject)
    message.set_content("Look.")
    assert read(message.as_bytes())[0].severity is AlertSeverity.UNKNOWN


def test_the_mapping_of_mails_in_the_documentation_works() -> None:
    text = DOCS.read_text(encoding="utf-8").split("# mappings/house-nas.yaml\n", 1)[1].split("```", 1)[0]
    message = mail(Subject="Volume", From="House NAS <nas@wfp.example.org>")
    message.set_content("Alarm level: red\nVolume server: rome-nas-02\n")
    body = json.dumps(mail_document(message.as_bytes())).encode()
    (alert,) = read_body(None, body, NOW, (read_mapping(text), *FORMATS)).alerts
    assert (alert.format, alert.severity, alert.affected.hosts) == (
        "house-nas",
        AlertSeverity.CRITICAL,
        ("rome-nas-02",),
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"Subject: =?utf-8?q?=ZZ?=\r\nDate: never\r\n\r\n",
        b"Content-Type: text/plain; charset=no-such\r\n\r\nabc",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x",
        b"Content-Transfer-Encoding: base64\r\nContent-Type: text/html\r\n\r\n!!!",
        b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nbody",
        b"From: <<<>>>@@\r\nTo: ,,,;\r\nMessage-ID: <\r\n\r\n",
    ],
)
def test_no_mail_makes_reading_fail(raw: bytes) -> None:
    (alert,) = read(raw)
    assert alert.title
    assert alert.severity is AlertSeverity.UNKNOWN


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"]),
)
def test_whatever_bytes_come_are_one_alert_or_more(raw: bytes, before: bytes) -> None:
    assert read(before + raw)
