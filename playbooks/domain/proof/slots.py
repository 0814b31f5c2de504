"""An entry as salted slots: each committed to by itself, so that it can be withheld and the rest still proven.

The idea is SD-JWT's (salted disclosures); the canonical form is RFC 8785. `docs/record.md` has the format with
vectors.
"""

from base64 import urlsafe_b64decode
from binascii import b2a_base64
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from json import JSONEncoder
from json.encoder import encode_basestring
from operator import itemgetter
from struct import Struct
from typing import Any

import rfc8785

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import EntryId, IncidentKey, OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.proof.merkle import leaf_hash

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
        *("awaited", "source", "agreement", "statement"),
        *("person", "owner", "named", "asked_by", "was_person", "was_organization"),
        *("office", "led_by", "station", "receiver", "policy"),
        *("fields", "before", "after"),
        *("moved_to", "task", "origin", "vendor_ref", "url", "listing", "other", "said_in", "also"),
    }
)
"""What among an entry's data tells who takes part: the slot `who` holds it, apart from the slot `data`."""

SALT_BYTES = 16
HASH_BYTES = 32
INSTALLATION = "installation"
"""The tree that holds the heads of all others, and the entries that belong to no incident."""

WITHHELD_ACTOR = Actor(id="", kind=ActorKind.PERSON, organization=OrganizationCode(""))
"""Stands where the author may not be seen, or was erased."""

_NAMES = tuple(slot.encode() for slot in SLOTS)
_BY_NAME = itemgetter(*sorted(range(len(SLOTS)), key=SLOTS.__getitem__))
_SLOTS_WRITTEN = b",".join(b'"%b":"%%b"' % slot.encode() for slot in sorted(SLOTS))
_SALTS = Struct("22s2x" * len(SLOTS))
_HASHES = Struct("43sx" * len(SLOTS))
"""Each in base64url, without what it was filled up with."""
_RAW = {width: Struct(f"{width}s" * len(SLOTS)) for width in (SALT_BYTES, HASH_BYTES)}
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_JSON = JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
_EMPTY = {dict: "{}", list: "[]", type(None): "null"}
"""Most slots of most entries are empty."""
_EXACT = 2**53 - 1
"""The whole numbers that every reader of JSON has exactly (RFC 8785, section 3.2.2.3)."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry ready to be stored: its slots' values in canonical form, salts, and what commits to them."""

    id: EntryId
    tree: str
    values: Mapping[str, str]
    salts: bytes
    """Sixteen bytes for each of SLOTS, one after another."""
    commitments: bytes
    """A hash for each of SLOTS, one after another."""

    @property
    def leaf(self) -> bytes:
        """The leaf's hash in its tree."""
        return leaf_hash(leaf_input(self.id, self.tree, self.commitments))


def b64(raw: bytes) -> str:
    """Base64url without padding (RFC 4648, section 5)."""
    return b2a_base64(raw, newline=False).translate(_URL_SAFE).rstrip(b"=").decode()


def _in_base64(joined: bytes, width: int) -> bytes:
    """Pieces of one length in base64url at once, each filled up to a multiple of three bytes by zeros."""
    fill = bytes(-width % 3)
    return b2a_base64(fill.join((*split(joined, width), b"")), newline=False).translate(_URL_SAFE)


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
    if isinstance(value, str) and value.isascii():
        return encode_basestring(value)
    if not value and type(value) in _EMPTY:
        return _EMPTY[type(value)]
    if _is_plain(value):
        text = _JSON.encode(value)
        with suppress(UnicodeEncodeError):  # half of a character has no form, and rfc8785 says so
            text.encode()
            return text
    try:
        return rfc8785.dumps(value).decode()
    except rfc8785.CanonicalizationError as error:
        raise Malformed(f"This cannot be recorded: {error}.", code="not_canonical") from error


def _is_plain(value: object) -> bool:
    """Whether the quick encoder writes the RFC 8785 form: no fractions, no large numbers, names in ASCII."""
    if isinstance(value, str) or value is None or value is True or value is False:
        return True
    if isinstance(value, dict):
        return all(
            isinstance(name, str) and name.isascii() and _is_plain(each) for name, each in value.items()
        )
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return type(value) is int and -_EXACT <= value <= _EXACT


def disclosure(salt: bytes, slot: bytes, value: str) -> bytes:
    """What shows a slot, and is hashed to commit to it: `[salt, slot, value]`; `value` is canonical."""
    return b'["%b","%b",%b]' % (salt, slot, value.encode())


def disclosures(salts: bytes, values: Iterable[str | None]) -> list[bytes | None]:
    """The disclosure of each of SLOTS, in their order; None where the value is gone."""
    written = _SALTS.unpack(_in_base64(salts, SALT_BYTES))
    return [
        None if value is None else disclosure(salt, slot, value)
        for salt, slot, value in zip(written, _NAMES, values, strict=True)
    ]


def commitment(salt: bytes, slot: str, value: str) -> bytes:
    """Commit to one slot: SHA-256 of its disclosure."""
    return sha256(disclosure(b64(salt).encode(), slot.encode(), value)).digest()


def commitments(shown: Iterable[bytes]) -> bytes:
    """The hashes of an entry's disclosures, one after another."""
    return b"".join([sha256(each).digest() for each in shown])


def split(joined: bytes, width: int) -> tuple[bytes, ...]:
    """Salts or hashes that stand one after another, in the order of SLOTS; what is not as long is worth nothing."""
    if len(joined) != width * len(SLOTS):
        joined = bytes(width * len(SLOTS))
    return _RAW[width].unpack(joined)


def leaf_input(id: str, tree: str, commitments: bytes) -> bytes:
    """What the leaf's hash is taken over: the RFC 8785 form of entry, slots, tree and version.

    `commitments` are those of SLOTS, one after another.
    """
    slots = _SLOTS_WRITTEN % _BY_NAME(_HASHES.unpack(_in_base64(commitments, HASH_BYTES)))
    return b'{"entry":%b,"slots":{%b},"tree":%b' % (canonical(id).encode(), slots, _ending(tree))


@lru_cache(maxsize=1024)
def _ending(tree: str) -> bytes:
    return f'{canonical(tree)},"v":1}}'.encode()


def seal(entry: Entry, salts: bytes) -> Sealed:
    """Commit to an entry; `salts` are 16 random bytes for each of SLOTS, one after another. Raises Malformed."""
    if len(salts) != SALT_BYTES * len(SLOTS):
        raise Malformed(f"An entry takes {len(SLOTS)} salts of {SALT_BYTES} bytes.", code="bad_salts")
    values = {slot: canonical(value) for slot, value in slot_values(entry).items()}
    shown = [each for each in disclosures(salts, values.values()) if each is not None]
    return Sealed(entry.id, tree_of(entry.incident), values, salts, commitments(shown))


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
