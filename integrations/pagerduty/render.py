"""Document to the payload of an event (PD-CEF): the summary is what a telephone shows and reads out."""

from typing import Any, Final

from playbooks.domain.document import Banner, Document, plain
from playbooks.domain.incident import Severity

_LONGEST_SUMMARY: Final = 1024
_LONGEST_TEXT: Final = 100_000
"""An event may have 512 KB; a character may have four bytes."""
_SEVERITIES: Final = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "info",
}
_SOURCE: Final = "muster"
"""PagerDuty wants to know what has the problem; that would tell more than the document does."""


def payload(document: Document, severity: Severity) -> dict[str, Any]:
    """The marking and the title as the summary; the whole document, as bare characters, as its details."""
    marked = plain(Document(blocks=tuple(block for block in document.blocks if isinstance(block, Banner))))
    return {
        "summary": _within(_LONGEST_SUMMARY, " ".join(f"{marked} {document.title}".split())),
        "severity": _SEVERITIES[severity],
        "source": _SOURCE,
        "custom_details": {"text": _within(_LONGEST_TEXT, plain(document))},
    }


def _within(most: int, text: str) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
