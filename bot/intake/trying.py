"""Trying a format: how a body would be understood."""

from datetime import datetime
from pathlib import Path

from integrations.siem.mapping import read_mapping
from integrations.siem.reading import ReadResult, read_body
from integrations.siem.registry import FORMATS


def understood(source: str, body: bytes, received_at: datetime) -> ReadResult:
    """Read a body as intake would: in a format by name, by a mapping file, or by shape with `auto`.

    Raises Malformed for a mapping file that cannot be read.
    """
    if Path(source).is_file():
        mapping = read_mapping(Path(source).read_text("utf-8"))
        return read_body(mapping.name, body, received_at, (mapping, *FORMATS))
    return read_body(None if source == "auto" else source, body, received_at)
