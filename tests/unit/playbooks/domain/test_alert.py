from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from playbooks.domain.alert import AlertSeverity, NormalizedAlert, at_least, one_line, visible
from tests.alert_samples import NOW, an_alert


def test_an_alert_survives_json() -> None:
    alert = an_alert(raw=b"\xff\x00{", affected={"hosts": ["a"]}, tactics=("TA0040",))
    assert NormalizedAlert.model_validate_json(alert.model_dump_json()) == alert


def test_text_is_inert_wherever_it_comes_in() -> None:
    alert = an_alert(title="a\x00b\n\u202ec", description="\x1b[2J", affected={"hosts": ["h\r\nX: y"]})
    assert alert.title == "a␀b c"
    assert alert.description == "␛[2J"
    assert alert.affected.hosts == ("h X: y",)


def test_text_longer_than_it_may_be_ends_in_an_ellipsis() -> None:
    assert one_line("x" * 400) == "x" * 299 + "…"
    assert len(an_alert(description="y" * 9_000).description) == 8_000


def test_printable_text_is_left_alone() -> None:
    assert visible("Größe 警报 👩🏽‍🚒") == "Größe 警报 👩🏽‍🚒"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        an_alert(event_at=datetime(2026, 11, 20))  # noqa: DTZ001  the naive time is the case


def test_it_happened_when_it_happened_else_when_noticed_else_when_received() -> None:
    event, noticed = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)
    assert an_alert(event_at=event, detected_at=noticed).happened_at == event
    assert an_alert(detected_at=noticed).happened_at == noticed
    assert an_alert().happened_at == NOW


def test_unknown_reaches_no_floor() -> None:
    assert not at_least(AlertSeverity.UNKNOWN, AlertSeverity.INFORMATIONAL)
    assert at_least(AlertSeverity.CRITICAL, AlertSeverity.HIGH)
    assert not at_least(AlertSeverity.MEDIUM, AlertSeverity.HIGH)
