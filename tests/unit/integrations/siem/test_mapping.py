from datetime import UTC, datetime
from pathlib import Path

import pytest

from integrations.siem.mapping import read_mapping
from integrations.siem.reading import read_body
from integrations.siem.registry import FORMATS
from playbooks.domain.alert import AlertSeverity, AlertStatus, IndicatorKind
from playbooks.domain.errors import Malformed

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
DOCS = Path(__file__).parents[4] / "docs" / "alerts.md"
MAPPING = """
name: acme-edr
product: Acme EDR
when: [acme.version = 1|2]
title: [acme.name, acme.rule]
severity: {at: acme.level, bands: {0: low, 50: high}, top: 100}
status: {at: acme.state, words: {Done: resolved}}
test: acme.mode = drill
hosts: acme.machine
indicators: {ip_address: acme.peer}
"""
BODY = b'{"acme":{"version":1,"rule":"X","level":70,"state":"done","mode":"drill","machine":["a"],"peer":"8.8.8.8"}}'


def test_a_new_tool_needs_a_file_and_no_code() -> None:
    (alert,) = read_body(None, BODY, NOW, (read_mapping(MAPPING), *FORMATS)).alerts
    assert (alert.format, alert.title, alert.severity) == ("acme-edr", "X", AlertSeverity.HIGH)
    assert alert.status is AlertStatus.RESOLVED
    assert alert.is_test
    assert alert.affected.hosts == ("a",)
    assert alert.indicators[0].kind is IndicatorKind.IP_ADDRESS


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (
            b'{"msg":"x","date":"2026-11-21","time":"04:05:06","tz":"+0100"}',
            datetime(2026, 11, 21, 3, 5, 6, tzinfo=UTC),
        ),
        (b'{"msg":"x","date":"2026-11-21","time":"04:05:06","zone":"+0100"}', None),
    ],
)
def test_a_day_and_a_time_of_day_in_two_members_are_one_time_if_all_of_them_are_there(
    body: bytes, at: datetime | None
) -> None:
    form = read_mapping("name: firewall\nproduct: Firewall\ntitle: msg\nevent_at: date + time + tz")
    (alert,) = read_body("firewall", body, NOW, (form, *FORMATS)).alerts
    assert alert.event_at == at


def test_without_a_shape_a_mapping_is_for_sources_that_name_it() -> None:
    formats = (
        read_mapping("name: plain\nproduct: Plain\ntitle: t\nseverity: {at: s, words: {1: critical}}"),
        *FORMATS,
    )
    assert read_body(None, b'{"t":"x"}', NOW, formats).alerts[0].format == "unknown"
    (alert,) = read_body("plain", b'{"t":"x","s":1}', NOW, formats).alerts
    assert (alert.format, alert.severity) == ("plain", AlertSeverity.CRITICAL)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [", "not YAML"),
        ("[]", "the file"),
        ("name: x", "product"),
        ("name: X Y\nproduct: y\ntitle: t", "name"),
        ("name: x\nproduct: y\ntitle: a..b", "is not a path"),
        ("name: x\nproduct: y\ntitle: t\nhost: h", "host"),
        ("name: x\nproduct: y\ntitle: t\nseverity: {at: s, words: {a: awful}}", "severity"),
        ("name: x\nproduct: y\ntitle: 7", "title"),
        ("name: x\nproduct: y\ntitle: t\nwhen: ['!acme', ^.acme]", "when is wrong: name a member"),
        ("name: x\nproduct: y\ntitle: t\nindicators: {ip: a}", "indicators"),
    ],
)
def test_a_mapping_that_is_wrong_says_where(text: str, says: str) -> None:
    with pytest.raises(Malformed) as caught:
        read_mapping(text)
    assert says in caught.value.sentence


def test_the_mapping_in_the_documentation_works() -> None:
    text = (
        DOCS.read_text(encoding="utf-8")
        .split("```yaml\n# mappings/", 1)[1]
        .split("\n", 1)[1]
        .split("```", 1)[0]
    )
    assert read_mapping(text).name


def test_the_documentation_names_every_format() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [form.name for form in FORMATS if f"`{form.name}`" not in text] == []
