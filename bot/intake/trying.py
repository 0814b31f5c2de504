"""Trying a format: how a body would be understood."""

from datetime import datetime

from integrations.siem.reading import ReadResult, read_body


def understood(source_format: str, body: bytes, received_at: datetime) -> ReadResult:
    """Read a body as intake would; `auto` recognizes the format by shape."""
    return read_body(None if source_format == "auto" else source_format, body, received_at)
