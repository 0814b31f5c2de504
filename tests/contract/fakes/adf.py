"""What Jira Cloud refuses in a tree of the Atlassian Document Format, as far as Muster uses it."""

from collections.abc import Iterator
from typing import Any

_TOP = {"heading", "paragraph", "bulletList"}
_INLINE = {"text", "hardBreak"}
_WITHIN = {"heading": _INLINE, "paragraph": _INLINE, "bulletList": {"listItem"}, "listItem": {"paragraph"}}
_MARKS = {"strong", "code", "link"}


def faults_of(tree: Any) -> list[str]:
    """Every fault; none for a tree that Cloud takes."""
    if not isinstance(tree, dict) or (tree.get("type"), tree.get("version")) != ("doc", 1):
        return ["no document"]
    return [fault for node in tree["content"] for fault in _node(node, _TOP)]


def _node(node: dict[str, Any], allowed: set[str]) -> Iterator[str]:
    kind = node.get("type")
    if kind not in allowed:
        yield f"{kind} may not stand here"
    elif kind == "text":
        yield from _text(node)
    elif kind in _WITHIN:
        if kind in {"bulletList", "listItem"} and not node["content"]:
            yield f"{kind} is empty"
        for child in node["content"]:
            yield from _node(child, _WITHIN[kind])


def _text(node: dict[str, Any]) -> Iterator[str]:
    if not node.get("text"):
        yield "text is empty"
    marks = {mark["type"] for mark in node.get("marks", ())}
    if not marks <= _MARKS or ("code" in marks and marks - {"code", "link"}):
        yield f"marks {marks}"
