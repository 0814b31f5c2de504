"""Comparing incidents by keyed hashes of their indicators, so that a match shows without showing what matches.

HMAC-SHA-256 (RFC 2104) with a key of the circle: whoever lacks it learns nothing from a hash, and whoever holds it
can guess (the values are few). What is common is left out by a list that ships, and by how many incidents have it.
"""

import hmac
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from playbooks.domain.alert import Indicator, IndicatorKind
from playbooks.domain.ids import IncidentKey
from playbooks.indicators.lines import read_lines
from playbooks.indicators.unnamed import unnamed_indicators

COMPARED: Final = 500
"""Of an incident, the newest: a list of guesses goes no further."""
COMMON_FROM: Final = 5
"""What as many incidents have tells nothing of two of them."""
ENOUGH: Final = 2
_WEIGHTS: Final = {
    IndicatorKind.FILE_HASH: 2,
    IndicatorKind.URL: 2,
    IndicatorKind.DOMAIN: 2,
    IndicatorKind.EMAIL: 2,
    IndicatorKind.IP_ADDRESS: 1,
}
"""A hash or a name is one attacker's; an address is shared by whoever is hosted there, so it takes two. A file's
name is anybody's, and counts for nothing."""
_MANY, _SEVERAL = 10, 3


class Token(NamedTuple):
    """The keyed hash of an indicator, and how much it tells."""

    hash: bytes
    weight: int


class Alike(NamedTuple):
    """Two incidents that show the same attack: the id is the same whichever stands first."""

    id: str
    one: IncidentKey
    other: IncidentKey
    band: str
    """`few`, `several` or `many`: a number would tell more than is needed."""


def tokens(indicators: Iterable[Indicator], key: bytes, domains: Collection[str] = ()) -> frozenset[Token]:
    """What is compared of an incident: what tells of its attacker and is not common. `domains` are the circle's."""
    telling = (each for each in unnamed_indicators(indicators, domains) if each.kind in _WEIGHTS)
    return frozenset(
        Token(_keyed(key, f"{each.kind.value}|{each.value}"), _WEIGHTS[each.kind])
        for each in telling
        if not is_common(each)
    )


def alike(incidents: Mapping[IncidentKey, Collection[Token]], key: bytes) -> tuple[Alike, ...]:
    """The pairs that have enough in common, in the order of their keys."""
    spread = Counter(token for held in incidents.values() for token in set(held))
    holders: dict[Token, list[IncidentKey]] = {}
    for incident in sorted(incidents):
        for token in set(incidents[incident]):
            if 1 < spread[token] < COMMON_FROM:
                holders.setdefault(token, []).append(incident)
    shared: dict[tuple[IncidentKey, IncidentKey], list[Token]] = {}
    for token, keys in holders.items():
        for pair in combinations(keys, 2):
            shared.setdefault(pair, []).append(token)
    return tuple(
        Alike(match_id(one, other, key), one, other, _band(len(held)))
        for (one, other), held in sorted(shared.items())
        if sum(token.weight for token in held) >= ENOUGH
    )


def match_id(one: IncidentKey, other: IncidentKey, key: bytes) -> str:
    """`M-` and sixteen digits: the same for both, and to be made by nobody without the key."""
    first, second = sorted((one, other))
    return f"M-{_keyed(key, f'match|{first}|{second}').hex()[:16]}"


def is_common(indicator: Indicator) -> bool:
    """Whether the list that ships names it, or a domain that it lies in."""
    host = indicator.value.rpartition("@")[2]
    if indicator.kind is IndicatorKind.URL:
        host = urlsplit(indicator.value).hostname or ""
        if urlsplit(indicator.value).path.strip("/"):
            return False  # a page of its own on a common service is no common page
    known = _common()
    return indicator.value in known or any(host == each or host.endswith(f".{each}") for each in known)


@cache
def _common() -> frozenset[str]:
    text = (files("playbooks.indicators") / "common.txt").read_text("utf-8")
    return frozenset(each.value for each in read_lines(text))


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")[:16]


def _band(count: int) -> str:
    return "many" if count >= _MANY else "several" if count >= _SEVERAL else "few"
