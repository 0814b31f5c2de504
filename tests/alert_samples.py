"""Alerts for the tests of grouping and routing."""

from datetime import UTC, datetime
from typing import Any

from playbooks.domain.alert import NormalizedAlert

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def an_alert(**members: Any) -> NormalizedAlert:
    """An alert of the generic format; everything can be said otherwise."""
    plain = {
        "format": "generic",
        "product": "House EDR",
        "source_id": "a-1",
        "title": "Something happened",
        "rule_id": "R-1",
        "received_at": NOW,
        "raw": b"{}",
        "raw_sha256": "0" * 64,
    }
    return NormalizedAlert.model_validate(plain | members)
