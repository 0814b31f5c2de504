"""An entry as salted slots: each committed to by itself, so that it can be withheld and the rest still proven.

The idea is SD-JWT's (salted disclosures); the canonical form is RFC 8785. `docs/record.md` has the format with
vectors.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import rfc8785

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import EntryId, IncidentKey, OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.merkle import leaf_hash

SLOTS = (
    "kind",
    "at",
    "actor",
    "organization",
    "subject",
    "data",
    "who",
    "texts",
    "marking",
    "audience",
    "cause",
)
"""The slots of every entry, always all of them, in this order; absent is null."""

IDENTIFYING = frozenset(
    {
        *("organization", "to", "lead", "requested_by", "asked", "missing", "connection", "args"),
        *("person", "owner", "named", "asked_by", "was_person"),
        *("task", "origin", "vendor_ref", "url"),
    }
)
"""What among an entry's data tells who takes part: the slot `who` holds it, apart from the slot `data`."""

SALT_BYTES = 16
INSTALLATION = "installation"
"""The tree that holds the heads of all others, and the entries that belong to no incident."""

WITHHELD_ACTOR = Actor(id="", kind=ActorKind.PERSON, organization=OrganizationCode(""))
"""Stands where the author may not be seen, or was erased."""

_SORTED_SLOTS = sorted(SLOTS)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry ready to be stored: its slots' values in canonical form, salts, and what commits to them."""

    id: EntryId
    tree: str
    values: Mapping[str, str]
    salts: Mapping[str, bytes]
    commitments: Mapping[str, bytes]

    @property
    def leaf(self) -> bytes:
        """The leaf's hash in its tree."""
        return leaf_hash(leaf_input(self.id, self.tree, self.commitments))


def b64(raw: bytes) -> str:
    """Base64url without padding (RFC 4648, section 5)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Read `b64`. Raises Malformed for anything it would not write."""
    raw = b""
    with suppress(ValueError):
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(raw) != text:
        raise Malformed(f"“{text[:60]}” is not base64url without padding.", code="bad_base64")
    return raw


def tree_of(incident: IncidentKey | None) -> str:
    """The name of the tree that an incident's entries stand in."""
    return incident or INSTALLATION


def timestamp(at: datetime) -> str:
    """A moment as the record writes it: UTC, whole milliseconds, `2026-11-22T09:30:00.000Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def slot_values(entry: Entry) -> dict[str, Any]:
    """The value of each slot, before canonical form."""
    return {
        "kind": entry.kind,
        "at": timestamp(entry.at),
        "actor": {"id": entry.actor.id, "kind": entry.actor.kind.value, "office": entry.actor.office},
        "organization": entry.actor.organization,
        "subject": entry.subject,
        "data": {name: value for name, value in entry.data.items() if name not in IDENTIFYING},
        "who": {name: value for name, value in entry.data.items() if name in IDENTIFYING},
        "texts": entry.texts,
        "marking": entry.marking.value,
        "audience": list(entry.audience),
        "cause": entry.cause,
    }


def canonical(value: Any) -> str:  # noqa: ANN401  any JSON value
    """The RFC 8785 form. Raises Malformed for what has none, such as a float that is no number."""
    try:
        return rfc8785.dumps(value).decode()
    except rfc8785.CanonicalizationError as error:
        raise Malformed(f"This cannot be recorded: {error}.", code="not_canonical") from error


def commitment(salt: bytes, slot: str, value: str) -> bytes:
    """Commit to one slot: SHA-256 of `[salt, slot, value]`; `value` is already canonical."""
    return sha256(f'["{b64(salt)}","{slot}",{value}]'.encode()).digest()


def split_commitments(joined: bytes) -> dict[str, bytes]:
    """The hashes in the order of SLOTS, by slot."""
    return {slot: joined[at * 32 : at * 32 + 32] for at, slot in enumerate(SLOTS)}


def leaf_input(id: str, tree: str, commitments: Mapping[str, bytes]) -> bytes:
    """What the leaf's hash is taken over: the RFC 8785 form of entry, slots, tree and version."""
    slots = ",".join(f'"{slot}":"{b64(commitments[slot])}"' for slot in _SORTED_SLOTS)
    return f'{{"entry":{canonical(id)},"slots":{{{slots}}},"tree":{canonical(tree)},"v":1}}'.encode()


def seal(entry: Entry, salts: Sequence[bytes]) -> Sealed:
    """Commit to an entry; `salts` are 16 random bytes for each of SLOTS. Raises Malformed."""
    if [len(salt) for salt in salts] != [SALT_BYTES] * len(SLOTS):
        raise Malformed(f"An entry takes {len(SLOTS)} salts of {SALT_BYTES} bytes.", code="bad_salts")
    values = {slot: canonical(value) for slot, value in slot_values(entry).items()}
    by_slot = dict(zip(SLOTS, salts, strict=True))
    commitments = {slot: commitment(by_slot[slot], slot, values[slot]) for slot in SLOTS}
    return Sealed(entry.id, tree_of(entry.incident), values, by_slot, commitments)


def unseal(id: str, tree: str, shown: Mapping[str, Any]) -> Entry:
    """The entry that a reader sees, from the slots shown (parsed); what is withheld or erased is empty."""
    author = shown.get("actor") or {}
    return Entry(
        id=EntryId(id),
        incident=None if tree == INSTALLATION else IncidentKey(tree),
        kind=shown.get("kind") or "",
        at=shown.get("at") or _EPOCH,
        actor=WITHHELD_ACTOR.model_copy(update={"organization": shown.get("organization") or ""})
        if not author
        else Actor(**author, organization=shown.get("organization") or OrganizationCode("")),
        subject=shown.get("subject") or "",
        data={**(shown.get("data") or {}), **(shown.get("who") or {})},
        texts=shown.get("texts") or {},
        marking=_marking(shown.get("marking")),
        audience=shown.get("audience") or (),
        cause=shown.get("cause"),
    )


def _marking(label: object) -> Marking:
    """A label that is not known, or not shown, counts as RED."""
    return next((marking for marking in Marking if marking == label), Marking.RED)
