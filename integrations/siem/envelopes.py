"""Envelopes: what vendors, buses and queues put around their alerts, as data.

An element is first asked whether it is an alert itself; only what no format claims is opened. Opening stops
after a few layers, so an envelope in an envelope without end costs nothing.
"""

import re
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from integrations.siem.format import Conditions, Format, met, when
from integrations.siem.mail import SCHEMA as MAIL_SCHEMA
from integrations.siem.paths import Item, Json, parsed_string

DEEPEST: Final = 6
_BASE64_OBJECT = re.compile(r"^(?:ey|ew|W3|WyJ|H4sI)[A-Za-z0-9+/\r\n]+=*$")
"""How `{"`, `{` and a line break, `[{` and `["` begin in base64, and what gzip compressed."""
_GZIP: Final = b"\x1f\x8b"
_MOST_PLAIN: Final = 32 * 1024 * 1024

MOST_LOOKS: Final = 5
"""Elements looked at to see whether a common name is an envelope here."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Alerts lie `inside` when `shape` holds. Unless `sure`, it is opened only if a known format is there."""

    inside: str
    shape: Conditions = ()
    sure: bool = False
    many: bool = False
    """Only a list counts: the same name for one object means something else."""


UNMISTAKABLE: Final = (
    Envelope("Message", when("TopicArn", "Message"), sure=True),
    Envelope("detail", when("detail-type", "detail"), sure=True),
    Envelope("object", when("objectSchemaType", "object.properties"), sure=True),
    Envelope("Attribute", when("Attribute.uuid", "Event.info")),
    Envelope("json", when(f"schema = {MAIL_SCHEMA}")),
)
"""Opened before any format is asked: Amazon SNS, Amazon EventBridge, the trigger of a Sentinel playbook; an attribute
that MISP publishes beside its event; a mail only where it carries an alert of a known format."""

_LISTS: Final = "hits.hits alerts value records Records findings Findings detections incidents"
_LISTS_IF_KNOWN: Final = (
    "reply.alerts reply.incidents context.alerts data.events data.alerts data.items "
    "resources data messages results Results events Events items response.Attribute response "
    "logEvents MetricAlarms CompositeAlarms tables SearchResult.tables SearchResults.tables data.SearchResults.tables"
)
_ONES_IF_KNOWN: Final = (
    "_source fields Message Sns.Message body detail object alert event Event incident reply.incident alarmData "
    "message.data kinesis.data awslogs.data Attribute payload data result message log _raw event.original"
)

COMMON: Final = (
    *(Envelope(name, sure=True, many=True) for name in _LISTS.split()),
    *(Envelope(name, many=True) for name in _LISTS_IF_KNOWN.split()),
    *(Envelope(name) for name in _ONES_IF_KNOWN.split()),
)
"""Tried in this order when no format claims the element itself: searches, batches, queues, web hooks."""

Claim = Callable[[Item], Format | None]
Opened = Iterator[tuple[Item, Format | None]]


def opened(item: Item, claim: Claim, depth: int = 0) -> Opened:
    """The alerts within an item, or the item itself, each with the format that claims it or None."""
    form = None
    envelope = _first(UNMISTAKABLE, item, claim, depth) if depth < DEEPEST else None
    if envelope is None:
        form = claim(item)
        envelope = _first(COMMON, item, claim, depth) if form is None and depth < DEEPEST else None
    if envelope is None:
        yield item, form
    else:
        for element in _elements(envelope, item):
            yield from opened(_within(item, element), claim, depth + 1)


def _first(envelopes: Iterable[Envelope], item: Item, claim: Claim, depth: int) -> Envelope | None:
    """The first envelope that this is: by its shape, and unless it is sure by what its first element holds."""
    for envelope in envelopes:
        elements = _elements(envelope, item) if met(envelope.shape, item) else []
        if elements and (envelope.sure or _holds_known(_within(item, elements[0]), claim, depth + 1)):
            return envelope
    return None


def _holds_known(item: Item, claim: Claim, depth: int) -> bool:
    return any(form is not None for _, form in islice(opened(item, claim, depth), MOST_LOOKS))


def _within(item: Item, element: dict[str, Json]) -> Item:
    return Item(element, (item.body, *item.around))


def _elements(envelope: Envelope, item: Item) -> list[dict[str, Json]]:
    """The objects at the envelope's place; strings that hold an object are read as one, tables as their rows."""
    node: Json = item.body
    for key in envelope.inside.split("."):
        node = node.get(key) if isinstance(node, dict) else None
    node = _held(node)
    if envelope.many and not isinstance(node, list):
        return []
    nodes = node if isinstance(node, list) else [node]
    read = (_held(one) for one in nodes)
    return [row for one in read if isinstance(one, dict) for row in _rows(one)]


def _held(node: Json) -> Json:
    """What a string holds as JSON: plain, in base64 (Google Pub/Sub, Amazon Kinesis), or compressed in that (AWS)."""
    if not isinstance(node, str):
        return node
    read = parsed_string(node)
    if read is not node or not _BASE64_OBJECT.match(node):
        return read
    try:
        return parsed_string(_plain(b64decode(node, validate=True)).decode())
    except (ValueError, zlib.error):
        return node


def _plain(held: bytes) -> bytes:
    """Gunzipped where it is compressed. Raises ValueError for more than a body may hold."""
    if not held.startswith(_GZIP):
        return held
    opening = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    plain = opening.decompress(held, _MOST_PLAIN)
    if not opening.eof:
        raise ValueError("It holds too much, or its end is missing.")
    return plain


def _rows(table: dict[str, Json]) -> list[dict[str, Json]]:
    """The rows of a table as objects (Azure Log Analytics: names in `columns`, values in `rows`); else itself."""
    columns, rows = table.get("columns"), table.get("rows")
    if not isinstance(columns, list) or not isinstance(rows, list):
        return [table]
    names = [str(column.get("name")) if isinstance(column, dict) else str(column) for column in columns]
    return [dict(zip(names, row, strict=False)) for row in rows if isinstance(row, list)]
