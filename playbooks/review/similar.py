"""Past incidents like this one, by a measure that is stated: the Jaccard index over what is known of both."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from playbooks.domain.ids import IncidentKey

_SHOWN: Final = 5
_LEAST: Final = 0.2
_LOOKED_AT: Final = 200
_WORD: Final = re.compile(r"\w{4,}")
_WORDS: Final = "word"


class Trait(NamedTuple):
    """Something that two incidents may have in common."""

    kind: str
    name: str


class Similar(NamedTuple):
    """An incident, how like it is, and what both share."""

    key: IncidentKey
    likeness: float
    """From 0 to 1: traits of both over traits of either."""
    shared: tuple[str, ...]


def traits(
    *, title: str, incident_class: str, parties: Iterable[str], playbooks: Iterable[str]
) -> frozenset[Trait]:
    """What an incident is compared by: class, organizations, playbooks, and the words of its title."""
    return frozenset(
        (
            Trait("class", incident_class),
            *(Trait("organization", party) for party in parties),
            *(Trait("playbook", name) for name in playbooks),
            *(Trait(_WORDS, word) for word in _WORD.findall(title.casefold())),
        )
    )


def likeliest(
    mine: frozenset[Trait], others: Iterable[tuple[IncidentKey, frozenset[Trait]]]
) -> tuple[IncidentKey, ...]:
    """Those worth a look at their titles, from what else is known of them: the most alike first, a few hundred at most.

    Each stands where it would if its title held every word of mine and no other, so none that is alike is left out
    before one that is less so; those that stand alike keep their order.
    """
    words = frozenset(each for each in mine if each.kind == _WORDS)
    bounds = [
        (len(mine & (theirs | words)) / len(mine | theirs), key) for key, theirs in others if mine | theirs
    ]
    worth = [(bound, key) for bound, key in bounds if bound >= _LEAST]
    return tuple(key for _, key in sorted(worth, key=lambda each: -each[0])[:_LOOKED_AT])


def similar(
    mine: frozenset[Trait], others: Iterable[tuple[IncidentKey, frozenset[Trait]]]
) -> tuple[Similar, ...]:
    """The most alike first; those that share little are left out."""
    return tuple(sorted(_alike(mine, others), key=lambda each: (-each.likeness, each.key))[:_SHOWN])


def _alike(
    mine: frozenset[Trait], others: Iterable[tuple[IncidentKey, frozenset[Trait]]]
) -> Iterator[Similar]:
    for key, theirs in others:
        shared, either = mine & theirs, mine | theirs
        if either and len(shared) / len(either) >= _LEAST:
            yield Similar(key, len(shared) / len(either), tuple(sorted(each.name for each in shared)))
