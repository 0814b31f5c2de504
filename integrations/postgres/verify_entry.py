"""One stored entry against its leaf: slots, salts and commitments."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from psycopg.rows import TupleRow

from integrations.postgres.vault import Vault
from playbooks.domain.errors import Malformed, Unavailable
from playbooks.domain.proof.merkle import leaf_hash
from playbooks.domain.proof.slots import HASH_BYTES, SLOTS, commitments, disclosures, leaf_input, split
from playbooks.domain.proof.verification import Damage
from playbooks.texts import load_texts


class Stored(NamedTuple):
    """What the tables hold of an entry; `tree` is None when `entry` has no such row, `body` when `body` has none."""

    tree: str | None
    commitments: bytes
    body: str | None
    salts: bytes
    values: tuple[str | None, ...]

    @classmethod
    def of(cls, row: TupleRow, vault: Vault) -> "Stored":
        """Read the columns tree and commitments of `entry`, and all of `body`."""
        tree, commitments, body, salts, *values, key = row
        salts = bytes(salts or b"")
        return cls(tree, bytes(commitments or b""), body, salts, _in_clear(vault, body, values, salts, key))


def _in_clear(
    vault: Vault, entry: str, values: Sequence[str | None], salts: bytes, key: bytes | None
) -> tuple[str | None, ...]:
    """What is under lock, opened; what does not open stays as it is, and has no commitment that fits.

    Raises Unavailable where no key is here at all: then nothing can be said of any entry.
    """
    try:
        return vault.open(entry, values, salts, key)
    except Malformed:
        return tuple(values)
    except Unavailable:
        if not vault.ids:
            raise
        return tuple(values)


@dataclass(frozen=True, slots=True)
class EntryDamage:
    """What is wrong with an entry; `leaf` is the one it has as stored, when that may be another entry's."""

    kind: Damage
    detail: str = ""
    leaf: bytes | None = None
    erased: frozenset[str] = frozenset()
    """The slots that are gone, where nothing else is wrong; a decision may have erased them."""


def damage_to(entry: str, leaf: bytes, stored: Stored) -> EntryDamage | None:
    """What is wrong with an entry, given the leaf that stands for it in its tree."""
    if stored.tree is None:
        return EntryDamage(Damage.REMOVED)
    shown = disclosures(stored.salts, stored.values)
    stored_leaf = leaf_hash(leaf_input(entry, stored.tree, stored.commitments))
    there = [each for each in shown if each is not None]
    if stored_leaf == leaf and len(there) == len(SLOTS) and commitments(there) == stored.commitments:
        return None
    committed = split(stored.commitments, HASH_BYTES)
    from_slots = [
        old if each is None else sha256(each).digest() for each, old in zip(shown, committed, strict=True)
    ]
    altered = [slot for slot, was, now in zip(SLOTS, committed, from_slots, strict=True) if was != now]
    if stored_leaf == leaf:
        return _damage_to_slots(stored, altered)
    if leaf_hash(leaf_input(entry, stored.tree, b"".join(from_slots))) == leaf:
        return EntryDamage(Damage.ALTERED_COMMITMENT, _listed(altered))
    return EntryDamage(Damage.ALTERED_ENTRY, leaf=stored_leaf)


def _damage_to_slots(stored: Stored, altered: list[str]) -> EntryDamage | None:
    if stored.body is None:
        return EntryDamage(Damage.REMOVED, load_texts().say("proof.slots_gone"))
    if altered:
        return EntryDamage(Damage.ALTERED_SLOT, _listed(altered))
    erased = [slot for slot, value in zip(SLOTS, stored.values, strict=True) if value is None]
    if not erased:
        return None
    return EntryDamage(Damage.ERASED, _listed(erased), erased=frozenset(erased))


def damage_before_integration(entry: str, stored: Stored) -> EntryDamage | None:
    """What is wrong with an entry that has no leaf yet: its slots against its own commitments."""
    if stored.tree is None:
        return EntryDamage(Damage.REMOVED)
    return damage_to(entry, leaf_hash(leaf_input(entry, stored.tree, stored.commitments)), stored)


def _listed(slots: list[str]) -> str:
    return ", ".join(slots)
