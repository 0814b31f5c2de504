"""What others wrote on an issue: Data Center's text, or the words of Cloud's tree; nothing of it acts anywhere."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from playbooks.domain.seen import Remark

LONGEST: Final = 8_000
_BLOCKS: Final = frozenset({"paragraph", "heading", "listItem", "codeBlock", "hardBreak"})


def remark(comment: Mapping[str, Any]) -> Remark:
    """A comment as the REST API has it."""
    return Remark(
        id=str(comment["id"]),
        account=account_in(comment.get("author")),
        at=datetime.fromisoformat(comment["created"]),
        words=words(comment.get("body", "")),
    )


def account_in(user: Mapping[str, Any] | None) -> str:
    """Cloud has ids, Data Center names; empty for nobody."""
    return str((user or {}).get("accountId") or (user or {}).get("name") or "")


def words(body: object) -> str:
    """What is said in a comment; of a tree the texts, each block on a line of its own."""
    said = body if isinstance(body, str) else "".join(_texts(body))
    return said[:LONGEST].strip()


def _texts(node: object) -> Iterator[str]:
    if not isinstance(node, Mapping):
        return
    if isinstance(node.get("text"), str):
        yield node["text"]
    for each in node.get("content") or ():
        yield from _texts(each)
    if node.get("type") in _BLOCKS:
        yield "\n"
