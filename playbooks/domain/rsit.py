"""The Reference Security Incident Taxonomy: what kind of incident it is."""

from typing import Final

RSIT_CLASSES: Final = (
    "abusive-content",
    "malicious-code",
    "information-gathering",
    "intrusion-attempts",
    "intrusions",
    "availability",
    "information-content-security",
    "fraud",
    "vulnerable",
    "other",
    "test",
)
"""The classes of the Reference Security Incident Taxonomy, version 1003 (ENISA, TF-CSIRT)."""
