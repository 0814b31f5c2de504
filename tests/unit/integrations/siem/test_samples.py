"""Every format read from samples written after its documentation, and compared with what a person says of them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from integrations.siem.reading import read_body
from integrations.siem.registry import FORMATS
from playbooks.domain.alert import NormalizedAlert

SAMPLES = Path(__file__).parents[3] / "samples" / "alerts"
EXPECTED: dict[str, list[dict[str, Any]]] = YAML(typ="safe").load(SAMPLES / "expected.yaml")
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def told(alert: NormalizedAlert, field: str) -> object:
    if field == "indicators":
        return [f"{indicator.kind} {indicator.value}" for indicator in alert.indicators]
    value: object = alert
    for part in field.split("."):
        value = getattr(value, part)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_read_as_a_person_reads_it(name: str) -> None:
    result = read_body(None, (SAMPLES / name).read_bytes(), NOW)
    assert not result.set_aside
    assert len(result.alerts) == len(EXPECTED[name])
    for alert, expected in zip(result.alerts, EXPECTED[name], strict=True):
        assert {field: told(alert, field) for field in expected} == expected


@pytest.mark.parametrize("name", EXPECTED)
def test_naming_the_source_changes_nothing_of_what_its_shape_tells(name: str) -> None:
    body = (SAMPLES / name).read_bytes()
    assert read_body(name.partition("/")[0], body, NOW) == read_body(None, body, NOW)


def test_every_format_has_a_sample() -> None:
    seen = {alert["format"] for alerts in EXPECTED.values() for alert in alerts}
    assert seen == {form.name for form in FORMATS}


def test_every_sample_is_expected_something_of() -> None:
    assert {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*.json")} == set(EXPECTED)
