"""A mail (RFC 5322) as a JSON document, so that whatever reads JSON reads it: our `mail` format, or a mapping file.

Nothing in a mail makes this raise. The mail itself goes along as `message`, each byte one character (ISO 8859-1).
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any, Final, Literal

from integrations.siem.paths import Json, parsed_string

SCHEMA: Final = "muster-mail/1"
_MOST_TEXT: Final = 65_536
_MOST_FIELDS: Final = 100
_FIELD = re.compile(r"^[ \t]*([A-Za-z][\w ./-]{0,40}?)[ \t]*[:=][ \t]*(\S.{0,500}?)[ \t]*$", re.MULTILINE)
_GAPS = re.compile(r"[^a-z0-9]+")
_HIDDEN: Final = frozenset({"script", "style", "head", "title"})
_BREAKS: Final = frozenset({"br", "p", "div", "tr", "li", "table", "h1", "h2", "h3"})
_HEAD, _VALUE, _PAIR = "\x1d", "\x1e", 2
_CELLS: Final = {"th": _HEAD, "td": _VALUE}
_CELL: Final = re.compile(rf"([{_HEAD}{_VALUE}]?)([^{_HEAD}{_VALUE}]+)")
_FAULTS: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the standard library raises for headers and parts that are not as they should be."""


def mail_document(raw: bytes) -> dict[str, Json]:
    """A mail's from, to, subject, date, message_id, text, fields, attachments, and the JSON that it carries."""
    document: dict[str, Json] = {"schema": SCHEMA, "message": raw.decode("latin-1")}
    try:
        message = message_from_bytes(raw, _class=EmailMessage, policy=default)
        return _headers(message) | _content(message) | document
    except _FAULTS:
        return document


def _headers(message: EmailMessage) -> dict[str, Json]:
    found = {
        "from": _header(message, "From"),
        "to": _header(message, "To"),
        "subject": _header(message, "Subject"),
        "message_id": _header(message, "Message-ID"),
        "date": _date(_header(message, "Date")),
        "auto_submitted": _header(message, "Auto-Submitted"),
    }
    return {name: value for name, value in found.items() if value}


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name) or "").strip()
    except _FAULTS:
        return ""


def _date(text: str) -> str:
    try:
        return parsedate_to_datetime(text).isoformat()
    except _FAULTS:
        return ""


def _content(message: EmailMessage) -> dict[str, Json]:
    text = _text(message)[:_MOST_TEXT]
    parts = list(_attachments(message))
    document: dict[str, Json] = {
        "text": text,
        "fields": _fields(text),
        "attachments": [{"name": name, "type": kind} for name, kind, _ in parts],
    }
    if carried := [
        found for found in (parsed_string(one) for one in (text, *_json(parts))) if _is_json(found)
    ]:
        document["json"] = [each for one in carried for each in (one if isinstance(one, list) else [one])]
    return document


def _is_json(found: Json) -> bool:
    return isinstance(found, dict | list) and bool(found)


def _json(parts: list[tuple[str, str, Any]]) -> Iterator[str]:
    for name, kind, content in parts:
        if kind.endswith("json") or name.casefold().endswith(".json"):
            yield content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)


def _attachments(message: EmailMessage) -> Iterator[tuple[str, str, Any]]:
    """Name, type and content of each attachment; a mail in a mail has no content here."""
    for part in message.iter_attachments() if message.is_multipart() else ():
        try:
            content = "" if part.is_multipart() else part.get_content()
        except _FAULTS:
            content = ""
        yield part.get_filename() or "", part.get_content_type(), content


def _text(message: EmailMessage) -> str:
    """The body for people: plain where it says something, else the words of the HTML."""
    plain = _body(message, "plain")
    return plain or _words(_body(message, "html")).strip()


def _body(message: EmailMessage, kind: Literal["plain", "html"]) -> str:
    body = message.get_body(preferencelist=(kind,))
    if body is None:
        return ""
    try:
        text = str(body.get_content())
    except _FAULTS:
        payload = body.get_payload(decode=True)
        text = payload.decode("latin-1") if isinstance(payload, bytes) else ""
    return text.replace("\r\n", "\n").strip()


def _fields(text: str) -> dict[str, str]:
    """Lines of the form `Name: value`, by their names in small letters with `_` for what is no letter or digit."""
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(text)[:_MOST_FIELDS]:
        fields.setdefault(_GAPS.sub("_", name.casefold()).strip("_"), value)
    return fields


class _Words(HTMLParser):
    """The words of HTML, line by line; the cells of a table's row are told apart by `_CELL`, headings by `_HEAD`."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN
        if tag in _BREAKS:
            self.pieces.append("\n")
        self.pieces.append(_CELLS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def _words(html: str) -> str:
    words = _Words()
    words.feed(html[: _MOST_TEXT * 4])
    words.close()
    lines = map(_row, "".join(words.pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _row(line: str) -> str:
    """A line of words; a table's row of a name and its value as `Name: value`, as plain mails have it."""
    cells = [(kind, " ".join(words.split())) for kind, words in _CELL.findall(line)]
    said = [(kind, words) for kind, words in cells if words]
    if len(said) == len([kind for kind, _ in said if kind]) == _PAIR and said[1][0] == _VALUE:
        return f"{said[0][1].rstrip(': ')}: {said[1][1]}"
    return " ".join(words for _, words in said)
