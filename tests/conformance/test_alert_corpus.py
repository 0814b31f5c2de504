"""Every alert of the published corpora is read without a fault, and as what it is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from integrations.siem.claims import format_named
from integrations.siem.reading import read_body
from integrations.siem.registry import FORMATS
from playbooks.domain.alert import UNKNOWN_FORMAT, AlertSeverity, NormalizedAlert
from playbooks.domain.grouping import delivery_key, fingerprint, group_key

pytestmark = pytest.mark.conformance

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
ALSO = {
    "grafana-alert": {"alertmanager-webhook"},
    "microsoft-graph-security-alert": {"microsoft-365-defender-alert-evidence"},
}
"""Folders whose files are partly in another format of the same family."""

NO_ALERTS = (
    "thehive-case-template/",
    "thehive/thehive4-test-Observable",
    "sigma-zircolite/",
    "misp-event/galaxy",
    "misp-event/sighting",
    "graylog/keep-graylog-event_definition",
    "grafana-alert/keep-",
    "prometheus-alert/keep-",
    "elastalert/oncall-",
)
"""Definitions, templates, observables and excerpts without a shape of their own: never guessed."""


def read(path: Path) -> tuple[NormalizedAlert, ...]:
    result = read_body(None, path.read_bytes(), NOW)
    assert not result.set_aside
    assert result.alerts
    return result.alerts


@pytest.fixture
def corpus(shared: Path) -> list[Path]:
    return sorted(path for path in (shared / "corpora" / "alerts").rglob("*") if path.is_file())


def test_every_file_gives_alerts_with_a_title_a_key_and_possible_times(corpus: list[Path]) -> None:
    for path in corpus:
        for alert in read(path):
            assert alert.title.strip(), path
            assert alert.source_id, path
            assert all(key(alert) for key in (delivery_key, fingerprint, group_key)), path
            assert all(at is None or at.year > 1990 for at in (alert.event_at, alert.detected_at)), path
            assert alert.model_dump_json(), path


def test_every_file_is_recognised_as_its_format_and_what_is_none_is_not(corpus: list[Path]) -> None:
    for path in corpus:
        folder = path.parent.name
        none = any(part in path.as_posix() for part in NO_ALERTS)
        allowed = {UNKNOWN_FORMAT} if none else {folder} | ALSO.get(folder, set())
        assert {alert.format for alert in read(path)} <= allowed, path


def test_every_folder_names_a_format(corpus: list[Path]) -> None:
    nameless = {path.parent.name for path in corpus if format_named(path.parent.name, FORMATS) is None}
    assert nameless <= {"thehive-case-template"}


def test_severities_stand_where_the_files_say_and_samples_are_marked(corpus: list[Path]) -> None:
    said = {"critical": "Critical-Sev", "high": "High-Sev", "medium": "Medium-Sev", "low": "Low-Severity"}
    for path in corpus:
        for alert in read(path):
            for severity, mark in said.items():
                assert mark not in path.name or alert.severity == severity, path
            assert alert.is_test or "As-Sample" not in path.name, path
            assert not alert.is_test or "decoy" not in path.name, path


def test_unknown_formats_have_no_severity_and_keep_their_bodies(corpus: list[Path]) -> None:
    for path in corpus:
        for alert in read(path):
            if alert.format == UNKNOWN_FORMAT:
                assert alert.severity is AlertSeverity.UNKNOWN, path
                assert alert.raw in path.read_bytes(), path
