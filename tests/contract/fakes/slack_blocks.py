"""What Slack's reference says of blocks: an answer, a message or a view that breaks it is refused."""

import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

LONGEST_VIEW = 250_000
_LONGEST = {"header": 150, "button": 75, "label": 2000, "section": 3000}
_TYPES = {"actions", "context", "divider", "header", "input", "rich_text", "section"}
_RICH = {"rich_text_list", "rich_text_preformatted", "rich_text_quote", "rich_text_section"}
_ELEMENTS = {"broadcast", "channel", "date", "emoji", "link", "text", "user", "usergroup"}


def faults(blocks: list[Json]) -> list[str]:
    """What is wrong with these blocks, in Slack's terms; nothing where it would take them."""
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    doubled = ["a block id twice"] if len(ids) != len(set(ids)) else []
    return [*doubled, *(fault for block in blocks for fault in _block(block))]


def _block(block: Json) -> Iterator[str]:
    kind = block.get("type")
    if kind not in _TYPES:
        yield f"no block: {kind}"
    if not 0 < len(block.get("block_id", "x")) <= 255:
        yield "a block id that is too long"
    match kind:
        case "header":
            yield from _text(block["text"], _LONGEST["header"])
        case "section":
            yield from _text(block["text"], _LONGEST["section"])
        case "input":
            yield from _text(block["label"], _LONGEST["label"])
            yield from _element(block["element"])
        case "actions":
            yield from _actions(block["elements"])
        case "rich_text":
            yield from _rich(block["elements"])


def _text(text: Json, longest: int) -> Iterator[str]:
    if text["type"] not in {"plain_text", "mrkdwn"} or not 0 < len(text["text"]) <= longest:
        yield f"a text of {len(text['text'])} where {longest} fit"


def _actions(elements: list[Json]) -> Iterator[str]:
    if not 0 < len(elements) <= 25:
        yield f"{len(elements)} elements in a row"
    ids = [each["action_id"] for each in elements]
    if len(ids) != len(set(ids)) or any(len(id) > 255 for id in ids):
        yield "action ids that are the same or too long"
    for each in elements:
        yield from _text(each["text"], _LONGEST["button"])
        if len(each.get("value", "")) > 2000:
            yield "a value that is too long"


def _element(element: Json) -> Iterator[str]:
    kind = element["type"]
    if not 0 < len(element["action_id"]) <= 255:
        yield "an action id that is too long"
    if kind == "plain_text_input":
        longest = element.get("max_length", 3000)
        if not 0 < longest <= 3000 or len(element.get("initial_value", "")) > longest:
            yield "more in a field than it takes"
        return
    options = element["options"]
    if not 0 < len(options) <= (10 if kind == "checkboxes" else 100):
        yield f"{len(options)} options"
    for option in options:
        yield from _text(option["text"], 75)
        if not 0 < len(option["value"]) <= 150:
            yield "an option's value that is too long"
    if "initial_option" in element and element["initial_option"] not in options:
        yield "chosen what is no option"


def _rich(elements: list[Json]) -> Iterator[str]:
    if not elements:
        yield "an empty block"
    for each in elements:
        if each["type"] not in _RICH or not each["elements"]:
            yield f"nothing in {each['type']}"
        parts = each["elements"]
        if each["type"] == "rich_text_list":
            yield from _rich(parts)
            continue
        for part in parts:
            if part["type"] not in _ELEMENTS or part.get("text") == "":
                yield f"no element: {part['type']}"


def view_faults(view: Json, kind: str) -> list[str]:
    """The same of a view: its titles, its blocks, what it remembers, its size."""
    titles = [view[name] for name in ("title", "submit", "close") if name in view]
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    broken = (
        (view["type"] != kind, "another kind of view"),
        (kind == "modal" and "title" not in view, "no title"),
        (not all(0 < len(title["text"]) <= 24 for title in titles), "a title that is too long"),
        (len(view["blocks"]) > 100, "too many blocks"),
        (len(view.get("private_metadata", "")) > 3000, "too much to remember"),
        (len(view.get("callback_id", "")) > 255, "a callback id that is too long"),
        (bool(inputs) and "submit" not in view, "nothing to send it with"),
        (len(json.dumps(view)) > LONGEST_VIEW, "a view that is too large"),
    )
    return [*(fault for is_so, fault in broken if is_so), *faults(view["blocks"])]
