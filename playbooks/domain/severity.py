"""How bad an incident is."""

from enum import StrEnum


class Severity(StrEnum):
    """How bad the incident is for its parties; an alert's severity is not the incident's (ISO/IEC 27035-1)."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
