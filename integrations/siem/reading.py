"""From the bytes of a request to normalized alerts: the one door into this package."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from integrations.siem.claims import Claims, claims
from integrations.siem.documents import MOST_BAD, Document, SetAside, documents
from integrations.siem.envelopes import DEEPEST, opened
from integrations.siem.format import Format
from integrations.siem.normalize import normalize, unknown
from integrations.siem.paths import Item, Json, parsed_string
from integrations.siem.registry import FORMATS
from playbooks.domain.alert import NormalizedAlert

MOST_BYTES: Final = 32 * 1024 * 1024
"""A larger body is set aside unread; intake refuses it earlier with 413."""

MOST_ALERTS: Final = 20_000
"""Alerts read from one body; what follows is set aside and can be sent again in smaller batches."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a body held: the alerts in their order, and what could not be read, each with its reason."""

    alerts: tuple[NormalizedAlert, ...]
    set_aside: tuple[SetAside, ...]


def read_body(
    source_format: str | None, body: bytes, received_at: datetime, formats: tuple[Format, ...] = FORMATS
) -> ReadResult:
    """Read every alert of a request body. Never raises for what a body holds.

    `source_format` is a format's name or alias, if the source states one: it is tried first, and where the
    shape is another format's, that one reads it. `formats` may carry an installation's own mappings before
    the ones that ship. What no format claims becomes an alert of format `unknown`, severity unknown, with its
    raw body.
    """
    if len(body) > MOST_BYTES:
        return ReadResult(
            (), (SetAside(body, f"The body is larger than {MOST_BYTES:,} bytes; send smaller batches.", 1),)
        )
    result = _collected(body, _Reader(source_format, received_at, claims(source_format, formats)))
    if result.alerts or result.set_aside:
        return result
    return ReadResult((), (SetAside(body, "The body holds no alert: it is empty, or an empty list.", 1),))


def _collected(body: bytes, reader: _Reader) -> ReadResult:
    """The first `MOST_ALERTS` alerts and the first `MOST_BAD` bad documents; what is more is said in a sentence."""
    alerts: list[NormalizedAlert] = []
    aside: list[SetAside] = []
    more = 0
    for read in _read_all(body, reader):
        if isinstance(read, SetAside):
            more += len(aside) >= MOST_BAD
            aside += [read] if len(aside) < MOST_BAD else []
        elif len(alerts) < MOST_ALERTS:
            alerts.append(read)
        else:
            aside.append(SetAside(body, f"Only the first {MOST_ALERTS:,} alerts were read; send fewer.", 0))
            break
    if more:
        aside.append(SetAside(body, f"{more:,} more documents of this body could not be read.", 0))
    return ReadResult(tuple(alerts), tuple(aside))


def _read_all(body: bytes, reader: _Reader) -> Iterator[NormalizedAlert | SetAside]:
    for document in documents(body):
        if isinstance(document, SetAside):
            yield document
        else:
            yield from reader.alerts(document)


@dataclass(frozen=True, slots=True)
class _Reader:
    source: str | None
    received_at: datetime
    claim: Claims

    def alerts(self, document: Document) -> Iterator[NormalizedAlert | SetAside]:
        """Everything that lies in one document."""
        for value in _values(document.value):
            if isinstance(value, dict) and value:
                yield from self._object(value, document)
            elif isinstance(value, str) and value.strip():
                yield unknown(document.raw, self.received_at, self.source or "")
            else:
                yield SetAside(
                    document.raw, f"Document {document.position} {_not_an_alert(value)}.", document.position
                )

    def _object(self, value: dict[str, Json], document: Document) -> Iterator[NormalizedAlert]:
        for item, form in opened(Item(value), self.claim):
            raw = document.raw if item.body is document.value else _bytes(item.body, document)
            yield self._alert(item, form, raw)

    def _alert(self, item: Item, form: Format | None, raw: bytes) -> NormalizedAlert:
        if form is None:
            return unknown(raw, self.received_at, self.source or "")
        try:
            return normalize(form, item, raw, self.received_at)
        except (ValueError, TypeError, ArithmeticError, LookupError, RecursionError):
            # A reader's own fault must not lose what was sent: a person sees it, raw.
            return unknown(raw, self.received_at, form.product)


def _values(value: Json, depth: int = 0) -> Iterator[Json]:
    """The value, or its elements if it is a list; a string that holds JSON counts as what it holds."""
    if isinstance(value, str):
        value = parsed_string(value)
    if isinstance(value, list) and depth < DEEPEST:
        for element in value:
            yield from _values(element, depth + 1)
    else:
        yield value


def _not_an_alert(value: Json) -> str:
    if value == {}:
        return "is an empty object: there is nothing to read in it"
    what = "null" if value is None else f"a {type(value).__name__}"
    return f"is no alert but {what}: an alert is a JSON object"


def _bytes(body: dict[str, Json], document: Document) -> bytes:
    """An alert taken out of its envelope, as JSON again; where that cannot be, the document it came in."""
    try:
        return json.dumps(body, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return document.raw
