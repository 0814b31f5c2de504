import json
import time
from datetime import UTC, datetime

import pytest

from integrations.siem import reading
from integrations.siem.documents import MOST_BAD
from integrations.siem.reading import ReadResult, read_body
from playbooks.domain.alert import UNKNOWN_FORMAT, AlertSeverity, AlertStatus

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
ALERT = {"schema": "muster-alert/1", "id": "a-1", "title": "Something", "severity": "high"}


def read(body: bytes | object, source: str | None = None) -> ReadResult:
    return read_body(source, body if isinstance(body, bytes) else json.dumps(body).encode(), NOW)


def alert_with(**members: object) -> dict[str, object]:
    return {**ALERT, **members}


def test_one_object_is_one_alert_with_its_exact_bytes() -> None:
    body = b'  {"schema": "muster-alert/1",  "title": "Something"}\n'
    (alert,) = read(body).alerts
    assert alert.raw == body.strip()
    assert alert.source_id == alert.raw_sha256
    assert alert.source_id_is_hash


def test_an_array_gives_its_elements_in_their_order_each_with_its_own_bytes() -> None:
    result = read(b'[{"schema":"muster-alert/1","title":"1"} , {"schema":"muster-alert/1","title":"2"}]')
    assert [alert.title for alert in result.alerts] == ["1", "2"]
    assert result.alerts[1].raw == b'{"schema":"muster-alert/1","title":"2"}'


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n", b"\x1e"])
def test_lines_of_json_are_alerts(end: bytes) -> None:
    body = end.join(json.dumps(alert_with(title=f"{number}")).encode() for number in range(3))
    assert [alert.title for alert in read(body).alerts] == ["0", "1", "2"]


@pytest.mark.parametrize("bad", [b"{bad}", b'{"a":', b'{"a":"x', b"null", b"7", b"true", b"{}", b'"x'])
def test_one_bad_line_never_loses_the_others(bad: bytes) -> None:
    good = json.dumps(ALERT).encode()
    result = read(good + b"\n" + bad + b"\n" + good)
    assert len(result.alerts) == 2
    (aside,) = result.set_aside
    assert aside.position == 2
    assert aside.raw.strip() == bad
    assert aside.reason.endswith(".")


@pytest.mark.parametrize(
    "bad", [b"{bad}", b"{bad", b'{"a":[1,2}', b"null", b"7", b"nope", b'{"a" "b"}', b"{}"]
)
def test_one_bad_element_never_loses_the_others(bad: bytes) -> None:
    good = json.dumps(ALERT).encode()
    result = read(b"[" + good + b"," + bad + b"," + good + b"]")
    assert [alert.source_id for alert in result.alerts] == ["a-1", "a-1"]
    assert result.set_aside
    assert result.set_aside[0].raw.startswith(bad[:4])


def test_what_is_cut_off_is_set_aside_and_what_is_whole_is_read() -> None:
    good = json.dumps(ALERT).encode()
    result = read(b"[" + good + b"," + good[:20])
    assert len(result.alerts) == 1
    assert "cut off" in result.set_aside[-1].reason


@pytest.mark.parametrize("body", [b"", b"  \n", b"[]", b"[[],[]]", b"\xef\xbb\xbf"])
def test_a_body_without_an_alert_says_so(body: bytes) -> None:
    result = read(body)
    assert not result.alerts
    assert "no alert" in result.set_aside[0].reason


def test_byte_order_marks_are_no_part_of_the_body() -> None:
    text = json.dumps(ALERT)
    for body in (
        b"\xef\xbb\xbf" + text.encode(),
        text.encode("utf-16"),
        b"\xff\xfe" + text.encode("utf-16-le"),
    ):
        assert [alert.source_id for alert in read(body).alerts] == ["a-1"]


def test_bytes_that_are_no_text_are_shown_as_such_and_kept_as_they_were() -> None:
    body = b'{"schema":"muster-alert/1","title":"a\xff\xfeb"}'
    (alert,) = read(body).alerts
    assert alert.title == "a\ufffd\ufffdb"
    assert alert.raw == body


def test_lone_halves_of_characters_become_harmless() -> None:
    (alert,) = read(b'{"schema":"muster-alert/1","title":"a\\ud800b","id":"\\udfff"}').alerts
    assert alert.title == "a\ufffdb"
    assert alert.model_dump_json()


def test_control_and_reordering_characters_act_nowhere() -> None:
    (alert,) = read(alert_with(title="a\x00b\x1b[31m\u202egnp.exe\x7f", description="one\r\ntwo\x07")).alerts
    assert all(character.isprintable() for character in alert.title)
    assert alert.description.splitlines()[0] == "one"
    assert "\x07" not in alert.description


def test_raw_control_characters_in_strings_are_forgiven() -> None:
    (alert,) = read(b'{"schema":"muster-alert/1","title":"a\tb\x01"}').alerts
    assert alert.title.startswith("a b")


def test_names_of_every_script_and_markup_come_through_as_they_are() -> None:
    title = "تنبيه 警报 предупреждение <b>&amp;</b> <!channel> [x](http://e.example) ⚠️"
    (alert,) = read(alert_with(title=title)).alerts
    assert alert.title == title


def test_numbers_too_large_are_no_error() -> None:
    (alert,) = read(
        b'{"schema":"muster-alert/1","title":"t","severity":1e999,"id":' + b"9" * 6_000 + b"}"
    ).alerts
    assert alert.severity is AlertSeverity.UNKNOWN
    assert len(alert.source_id) < 100


def test_what_is_no_number_in_json_is_nothing() -> None:
    (alert,) = read(b'{"schema":"muster-alert/1","title":"t","severity":NaN,"event_at":-Infinity}').alerts
    assert alert.severity is AlertSeverity.UNKNOWN
    assert alert.event_at is None


def test_of_a_member_given_twice_the_last_counts() -> None:
    (alert,) = read(b'{"schema":"muster-alert/1","title":"first","title":"second"}').alerts
    assert alert.title == "second"


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"alerts":[', b'{"data":{"data":'])
def test_nesting_without_end_costs_nothing(opening: bytes) -> None:
    began = time.process_time()
    for body in (opening * 100_000, opening * 300):
        result = read(body)
        assert result.set_aside or result.alerts
    assert time.process_time() - began < 5


def test_deep_but_whole_nesting_is_an_alert() -> None:
    body = b'{"schema":"muster-alert/1","title":"t","x":' + b"[" * 400 + b"]" * 400 + b"}"
    assert read(body).alerts[0].title == "t"


def test_rubbish_without_end_is_set_aside_in_bounded_time() -> None:
    began = time.process_time()
    for piece in (b"{", b"[{,", b'{"a":[1,', b'"', b"\\", b"}\n{", b'[{"a":"', b"[{},", b",]", b"1 "):
        result = read(piece * (300_000 // len(piece)))
        assert 0 < len(result.set_aside) <= MOST_BAD + 1
    assert time.process_time() - began < 20


def test_text_is_bounded() -> None:
    (alert,) = read(
        alert_with(
            title="t" * 100_000, description="d" * 100_000, affected={"hosts": [f"h{n}" for n in range(1000)]}
        )
    ).alerts
    assert len(alert.title) <= 300
    assert len(alert.description) <= 8_000
    assert len(alert.affected.hosts) <= 100


def test_a_body_too_large_is_set_aside_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    result = read(ALERT)
    assert not result.alerts
    assert "larger than" in result.set_aside[0].reason


def test_more_alerts_than_a_body_may_hold_are_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ALERTS", 2)
    assert not read([ALERT] * 2).set_aside
    result = read([ALERT] * 3)
    assert len(result.alerts) == 2
    assert "send fewer" in result.set_aside[0].reason


@pytest.mark.parametrize(
    "body", [{"a": 1}, {"title": "Hello", "severity": "critical"}, {"severity": 5}, "some words"]
)
def test_an_unknown_format_is_kept_raw_and_nothing_is_guessed(body: object) -> None:
    (alert,) = read(body).alerts
    assert alert.format == UNKNOWN_FORMAT
    assert alert.severity is AlertSeverity.UNKNOWN
    assert alert.status is AlertStatus.NEW
    assert json.loads(alert.raw) == body
    assert alert.title


def test_an_unknown_body_from_a_named_source_says_which() -> None:
    (alert,) = read({"a": 1}, "acme-box").alerts
    assert "acme-box" in alert.title


def test_a_source_that_names_the_generic_format_needs_no_schema() -> None:
    (alert,) = read({"title": "Hello", "severity": "critical"}, "generic").alerts
    assert (alert.format, alert.severity) == ("generic", AlertSeverity.CRITICAL)


def test_a_source_that_sends_another_known_format_is_read_as_that() -> None:
    (alert,) = read(ALERT, "wazuh").alerts
    assert alert.format == "generic"


@pytest.mark.parametrize(
    "envelope",
    [
        lambda inner: {"alerts": [inner]},
        lambda inner: {"value": [inner]},
        lambda inner: {"hits": {"total": 1, "hits": [{"_id": "1", "_source": inner}]}},
        lambda inner: {
            "Type": "Notification",
            "TopicArn": "t",
            "MessageId": "m",
            "Message": json.dumps(inner),
        },
        lambda inner: {"detail-type": "x", "source": "y", "detail": inner},
        lambda inner: {"Records": [{"body": json.dumps(inner)}]},
        lambda inner: {"Records": [{"Sns": {"Message": json.dumps(inner)}}]},
        lambda inner: json.dumps(json.dumps(inner)),
        lambda inner: [[inner]],
        lambda inner: {"data": [inner]},
        lambda inner: {"payload": inner},
        lambda inner: {"records": [json.dumps(inner)]},
    ],
)
def test_envelopes_are_opened(envelope: object) -> None:
    assert callable(envelope)
    (alert,) = read(envelope(ALERT)).alerts
    assert (alert.format, alert.source_id) == ("generic", "a-1")


def test_one_bad_element_in_an_envelope_never_loses_the_others() -> None:
    result = read({"alerts": [ALERT, 7, None, {"x": 1}, ALERT]})
    assert [alert.format for alert in result.alerts] == ["generic", UNKNOWN_FORMAT, "generic"]


def test_an_object_that_only_looks_like_an_envelope_stays_whole() -> None:
    (alert,) = read({"name": "x", "data": [{"y": 1}], "event": {"z": 2}}).alerts
    assert b'"name"' in alert.raw
