"""Trying a format: how a body would be understood."""

from datetime import datetime
from pathlib import Path

from bot.intake.own_formats import mapping_in
from integrations.siem.claims import format_named
from integrations.siem.format import Format
from integrations.siem.reading import ReadResult, read_body


def understood(source: str, body: bytes, received_at: datetime, formats: tuple[Format, ...]) -> ReadResult:
    """Read a body as intake would: in a format by name, by a mapping file, or by shape with `auto`.

    Raises Malformed for a mapping file that cannot be read.
    """
    if Path(source).is_file():
        mapping = mapping_in(Path(source))
        return read_body(mapping.name, body, received_at, (mapping, *formats))
    return read_body(None if source == "auto" else source, body, received_at, formats)


def is_known(source: str, formats: tuple[Format, ...]) -> bool:
    """Whether `source` is a file, `auto` or the name of a format."""
    return source == "auto" or Path(source).is_file() or format_named(source, formats) is not None
