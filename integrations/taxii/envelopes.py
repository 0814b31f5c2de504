"""Envelopes (§3.7): objects together, none larger than the server takes, and what a status says of them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Object = Mapping[str, Any]

_AROUND: Final = len(b'{"objects":[]}')
_LONGEST_REASON: Final = 200
_NAMED: Final = 20


@dataclass(frozen=True)
class Envelopes:
    """As many as it takes, and what is in none since it is too large by itself."""

    contents: tuple[bytes, ...]
    too_large: tuple[str, ...]


def enveloped(objects: Iterable[Object], most: int) -> Envelopes:
    """Envelopes of `most` bytes at most, in the order of the objects."""
    written = [(str(each.get("id", "")), _written(each)) for each in objects]
    fits = [content for _, content in written if len(content) + _AROUND <= most]
    too_large = tuple(id for id, content in written if len(content) + _AROUND > most)
    return Envelopes(tuple(_put_together(fits, most)), too_large)


def _put_together(contents: Sequence[bytes], most: int) -> Iterator[bytes]:
    held: list[bytes] = []
    size = _AROUND
    for content in contents:
        if held and size + len(content) + 1 > most:
            yield b'{"objects":[' + b",".join(held) + b"]}"
            held, size = [], _AROUND
        held.append(content)
        size += len(content) + 1
    if held:
        yield b'{"objects":[' + b",".join(held) + b"]}"


def _written(found: Object) -> bytes:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class Tally:
    """What became of objects that were sent, envelope by envelope."""

    taken: int = 0
    present: int = 0
    pending: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    """By the object's id, what the server says of it."""
    unnamed: int = 0
    """Refused as well, and the server does not say which."""

    def add(self, status: Mapping[str, Any]) -> None:
        """Count what a status resource says (§4.3)."""
        self.taken += _count(status, "success_count")
        self.pending += _count(status, "pending_count")
        failures = status.get("failures")
        named = [each for each in failures if isinstance(each, Mapping)] if isinstance(failures, list) else []
        self.refused |= {str(each.get("id", ""))[:100]: _plain(each.get("message")) for each in named}
        self.unnamed += max(_count(status, "failure_count") - len(named), 0)

    def settle(self, there: Iterable[str]) -> None:
        """Take from the refused what the collection has in this version already."""
        for id in there:
            self.present += self.refused.pop(id, None) is not None

    @property
    def is_refused(self) -> bool:
        """The collection took none of it and has none of it."""
        return not (self.taken or self.present or self.pending)

    @property
    def said(self) -> dict[str, str]:
        """Counted, for people; what was refused object by object with the server's reasons."""
        counts = {"taken": self.taken, "present": self.present, "pending": self.pending}
        reasons = [f"{id}: {reason}" for id, reason in list(self.refused.items())[:_NAMED]]
        beyond = len(self.refused) - len(reasons) + self.unnamed
        refused = "\n".join([*reasons, *([f"+ {beyond}"] if beyond else [])])
        return {name: str(count) for name, count in counts.items() if count} | (
            {"refused": refused} if refused else {}
        )


def _count(status: Mapping[str, Any], name: str) -> int:
    found = status.get(name)
    return max(found, 0) if isinstance(found, int) and not isinstance(found, bool) else 0


def _plain(reason: object) -> str:
    """A server's words, on one line."""
    said = "".join(each if each.isprintable() else " " for each in str(reason or ""))
    return said[:_LONGEST_REASON].strip() or "no reason given"
