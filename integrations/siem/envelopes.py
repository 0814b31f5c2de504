"""Envelopes: what vendors, buses and queues put around their alerts, as data.

An element is first asked whether it is an alert itself; only what no format claims is opened. Opening stops after a few
layers, so an envelope in an envelope without end costs nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from integrations.siem.format import Conditions, Format, Paths, at, met, when
from integrations.siem.paths import Item, Json, parsed_string

DEEPEST: Final = 6
MOST_INSIDE: Final = 20_000
"""Alerts taken out of one envelope."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where the alerts lie when `shape` holds. Unless `sure`, it is opened only if a known format is inside."""

    name: str
    inside: Paths
    shape: Conditions = ()
    sure: bool = False


BEFORE_FORMATS: Final = (
    Envelope("Amazon SNS", at("Message"), when("TopicArn", "Message"), sure=True),
    Envelope("Amazon EventBridge", at("detail"), when("detail-type", "detail"), sure=True),
    Envelope(
        "Sentinel playbook trigger", at("object"), when("objectSchemaType", "object.properties"), sure=True
    ),
)
"""Unmistakable ones, opened before any format is asked."""

AFTER_FORMATS: Final = (
    *(
        Envelope(f"{name} (list)", at(name), sure=True)
        for name in (
            "hits.hits",
            "alerts",
            "value",
            "records",
            "Records",
            "findings",
            "Findings",
            "detections",
            "incidents",
        )
    ),
    *(
        Envelope(f"{name} (list)", at(name))
        for name in (
            "reply.alerts",
            "reply.incidents",
            "context.alerts",
            "resources",
            "data",
            "messages",
            "results",
            "events",
            "Events",
            "items",
            "response",
            "data.events",
            "data.alerts",
        )
    ),
    *(
        Envelope(name, at(name))
        for name in (
            "_source",
            "Message",
            "Sns.Message",
            "body",
            "detail",
            "alert",
            "event",
            "Event",
            "incident",
            "payload",
        )
    ),
)
"""Common ones, tried in this order when no format claims the element itself."""

Claim = Callable[[Item], Format | None]


def opened(item: Item, claim: Claim, depth: int = 0) -> Iterator[tuple[Item, Format | None]]:
    """The alerts within an item, each with the format that claims it or None: the item itself when nothing is inside."""
    if depth < DEEPEST:
        inner = _known_envelope(item)
        if inner:
            yield from _each(inner, item, claim, depth)
            return
    form = claim(item)
    if form is None and depth < DEEPEST:
        for envelope in AFTER_FORMATS:
            elements = _elements(envelope, item)
            found = [pair for pair in _each(elements, item, claim, depth)] if elements else []
            if found and (envelope.sure or any(inner_form for _, inner_form in found)):
                yield from found
                return
    yield item, form


def _known_envelope(item: Item) -> list[dict[str, Json]]:
    for envelope in BEFORE_FORMATS:
        if met(envelope.shape, item):
            return _elements(envelope, item)
    return []


def _elements(envelope: Envelope, item: Item) -> list[dict[str, Json]]:
    """The objects at the envelope's place; strings that hold an object are read as one."""
    for place in envelope.inside:
        node: Json = item.body
        for key in place.keys:
            node = node.get(key) if isinstance(node, dict) else None
        node = parsed_string(node) if isinstance(node, str) else node
        nodes = node if isinstance(node, list) else [node]
        read = (parsed_string(one) if isinstance(one, str) else one for one in nodes[:MOST_INSIDE])
        return [one for one in read if isinstance(one, dict)]
    return []


def _each(
    elements: list[dict[str, Json]], item: Item, claim: Claim, depth: int
) -> Iterator[tuple[Item, Format | None]]:
    for element in elements:
        yield from opened(Item(element, (item.body, *item.around)), claim, depth + 1)
