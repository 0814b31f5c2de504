"""Envelopes: what vendors, buses and queues put around their alerts, as data.

An element is first asked whether it is an alert itself; only what no format claims is opened. Opening stops
after a few layers, so an envelope in an envelope without end costs nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from integrations.siem.format import Conditions, Format, met, when
from integrations.siem.mail import SCHEMA as MAIL_SCHEMA
from integrations.siem.paths import Item, Json, parsed_string

DEEPEST: Final = 6
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
    Envelope("json", when(f"schema = {MAIL_SCHEMA}")),
)
"""Opened before any format is asked: Amazon SNS, Amazon EventBridge, the trigger of a Sentinel playbook; a mail only
where it carries an alert of a known format."""

_LISTS: Final = "hits.hits alerts value records Records findings Findings detections incidents"
_LISTS_IF_KNOWN: Final = (
    "reply.alerts reply.incidents context.alerts data.events data.alerts "
    "resources data messages results events Events items response"
)
_ONES_IF_KNOWN: Final = (
    "_source Message Sns.Message body detail object alert event Event incident payload data"
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
    """The objects at the envelope's place; strings that hold an object are read as one."""
    node: Json = item.body
    for key in envelope.inside.split("."):
        node = node.get(key) if isinstance(node, dict) else None
    node = parsed_string(node) if isinstance(node, str) else node
    if envelope.many and not isinstance(node, list):
        return []
    nodes = node if isinstance(node, list) else [node]
    read = (parsed_string(one) if isinstance(one, str) else one for one in nodes)
    return [one for one in read if isinstance(one, dict)]
