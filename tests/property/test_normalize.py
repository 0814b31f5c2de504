"""Reading is total: whatever comes in, alerts come out or bytes are set aside; nothing raises and nothing is lost."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.siem.documents import documents
from integrations.siem.format import Format
from integrations.siem.paths import Path as Place
from integrations.siem.reading import read_body
from integrations.siem.registry import FORMATS
from playbooks.domain.alert import UNKNOWN_FORMAT, AlertSeverity, NormalizedAlert
from playbooks.domain.grouping import delivery_key, fingerprint, group_key

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
SAMPLES = sorted((Path(__file__).parents[1] / "samples" / "alerts").rglob("*.json"))
TEXT = st.text(st.characters(), max_size=20)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXT
    | st.sampled_from(["", "critical", "0", "[{"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def sound(alert: NormalizedAlert) -> None:
    assert alert.title
    assert len(alert.title) <= 300
    assert alert.title.isprintable() or any(ord(character) > 127 for character in alert.title)
    assert "\x00" not in alert.model_dump_json()
    assert all((delivery_key(alert), fingerprint(alert), group_key(alert)))
    assert alert.format != UNKNOWN_FORMAT or alert.severity is AlertSeverity.UNKNOWN
    assert NormalizedAlert.model_validate_json(alert.model_dump_json()) == alert


@given(st.binary(max_size=300))
def test_no_bytes_make_reading_fail(body: bytes) -> None:
    result = read_body(None, body, NOW)
    assert result.alerts or result.set_aside
    for alert in result.alerts:
        sound(alert)


@given(
    st.lists(
        st.sampled_from(["{", "}", "[", "]", ",", ":", '"', "\\", "a", "1", "\n", '{"a":1}', '"b":', "null"]),
        max_size=40,
    )
)
def test_no_scrambled_json_makes_reading_fail_or_lose_a_byte(parts: list[str]) -> None:
    body = "".join(parts).encode()
    kept = b"".join(part.raw for part in documents(body))
    assert Counter(kept) <= Counter(body)
    assert set(Counter(body) - Counter(kept)) <= set(b"[],\n")


@given(JSON)
def test_no_json_makes_reading_fail(value: Any) -> None:
    for alert in read_body(None, json.dumps(value).encode(), NOW).alerts:
        sound(alert)


def places(form: Format) -> list[Place]:
    fields = (getattr(form, name) for name in form.__slots__)
    return [
        place for field in fields if isinstance(field, tuple) for place in field if isinstance(place, Place)
    ]


def put(body: dict[str, Any], place: Place, value: Any) -> None:
    keys = [ways[0][0] for ways in place.ways]
    for key in keys[:-1]:
        child = body.setdefault(key, {})
        if not isinstance(child, dict):
            return
        body = child
    body[keys[-1]] = value


@settings(max_examples=300)
@given(st.sampled_from(FORMATS), st.data())
def test_no_format_fails_on_anything_where_it_looks(form: Format, data: st.DataObject) -> None:
    body: dict[str, Any] = {}
    shape = data.draw(st.sampled_from(form.shapes))
    for condition in shape:
        if not condition.absent and not condition.place.outer:
            put(body, condition.place, condition.values[0] if condition.values else data.draw(JSON))
    for place in data.draw(st.lists(st.sampled_from(places(form)), max_size=8)):
        put(body, place, data.draw(JSON))
    for alert in read_body(form.name, json.dumps(body).encode(), NOW).alerts:
        sound(alert)


@settings(max_examples=200)
@given(st.sampled_from(SAMPLES), st.data())
def test_a_damaged_sample_is_still_no_fault(path: Path, data: st.DataObject) -> None:
    body = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at] = data.draw(st.integers(0, 255))
    result = read_body(None, bytes(body), NOW)
    assert result.alerts or result.set_aside
    for alert in result.alerts:
        sound(alert)


@given(st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=4), st.sampled_from(["array", "lines"]))
def test_alerts_sent_together_are_read_as_alone(paths: list[Path], way: str) -> None:
    values = [json.loads(path.read_bytes()) for path in paths]
    dumped = [json.dumps(value) for value in values]
    together = ("[" + ",".join(dumped) + "]") if way == "array" else "\n".join(dumped)
    alone = [alert for value in dumped for alert in read_body(None, value.encode(), NOW).alerts]
    found = read_body(None, together.encode(), NOW).alerts
    unsaid = {"raw", "raw_sha256", "source_id"}
    assert [alert.model_dump(exclude=unsaid) for alert in found] == [
        alert.model_dump(exclude=unsaid) for alert in alone
    ]
