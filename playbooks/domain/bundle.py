"""The exported bundle: one incident's record, with what its reader may see and proof of the whole.

Self-contained JSON. Offline verification is `verify_bundle`; the format is documented in `docs/record.md`.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from playbooks.domain.heads import Head, SignedHead
from playbooks.domain.slots import INSTALLATION, SLOTS, b64, timestamp, unb64

Bytes = Annotated[
    bytes, BeforeValidator(lambda text: unb64(text) if isinstance(text, str) else text), PlainSerializer(b64)
]
"""Bytes written as base64url without padding."""
Hash = Annotated[Bytes, Field(min_length=32, max_length=32)]
Salt = Annotated[Bytes, Field(min_length=16, max_length=16)]
Slot = Annotated[str, StringConstraints(pattern=f"^({'|'.join(SLOTS)})$")]
Shown = tuple[Salt, Any]
"""A slot's salt and value."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class BundleEntry(_Part):
    """One entry: each slot either shown or withheld; nothing at all when the entry is withheld as a whole."""

    position: int
    entry: str | None = None
    shown: dict[Slot, Annotated[Shown, Field(strict=False)]] = {}
    withheld: dict[Slot, Hash] = {}
    erased: tuple[Slot, ...] = Field(default=(), strict=False)
    """Those of the withheld that nobody can show any more: they were erased by decision."""

    @property
    def is_withheld(self) -> bool:
        """Whether only its place is told."""
        return self.entry is None


class BundleHead(_Part):
    """A head of the incident's tree, or of the installation's log."""

    size: int
    root: Hash
    at: str

    def head(self, tree: str) -> Head:
        """The head that this writes down. Raises ValueError when `at` is no moment as we write it."""
        head = Head.model_validate({"tree": tree, "size": self.size, "root": self.root, "at": self.at})
        if head.at.tzinfo is None or timestamp(head.at) != self.at:
            raise ValueError(f"“{self.at}” is not a moment in UTC with milliseconds")
        return head

    @classmethod
    def of(cls, head: Head) -> "BundleHead":
        """Write down a head."""
        return cls(size=head.size, root=head.root, at=timestamp(head.at))


class LogInclusion(_Part):
    """Proof that the incident's head is a leaf of the installation's log: position from 1, and the path."""

    position: int
    path: tuple[Hash, ...] = Field(strict=False)


class BundleSignature(_Part):
    """The installation's signature under the head of its log."""

    head: BundleHead
    previous: int
    key_id: str
    signature: Bytes
    public_key: Hash

    def signed(self) -> SignedHead:
        """The signed head."""
        return SignedHead(
            head=self.head.head(INSTALLATION),
            previous=self.previous,
            key_id=self.key_id,
            signature=self.signature,
        )


class Witnessed(_Part):
    """A head of the log that witnesses cosigned, and proof that it holds the incident's tree as it then was."""

    checkpoint: str
    """The signed note, cosignatures and all (c2sp.org/tlog-checkpoint)."""
    head: BundleHead
    """The newest head of the incident's tree that the checkpoint holds."""
    log: LogInclusion


class Bundle(_Part):
    """One incident's record as exported."""

    format: Literal["muster-bundle"] = "muster-bundle"
    v: Literal[1] = 1
    tree: str
    entries: tuple[BundleEntry, ...] = Field(strict=False)
    leaves: tuple[Hash, ...] = Field(strict=False)
    """The leaf hash of every entry, in order."""
    heads: tuple[Annotated[tuple[int, Hash], Field(strict=False)], ...] = Field(strict=False)
    """Earlier sizes and roots of the tree; they help to name what is wrong."""
    head: BundleHead
    log: LogInclusion
    signature: BundleSignature
    witnessed: tuple[Witnessed, ...] = Field(default=(), strict=False)

    def to_bytes(self) -> bytes:
        """Compact JSON with sorted keys."""
        written = self.model_dump(exclude_defaults=False)
        for entry in written["entries"]:
            for name in [name for name in ("entry", "shown", "withheld", "erased") if not entry[name]]:
                del entry[name]
        return json.dumps(written, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Bundle":
        """Read a bundle. Raises ValueError for anything else, a key that stands twice included."""
        return cls.model_validate(json.loads(raw, object_pairs_hook=_once))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"“{max(keys, key=keys.count)}” stands twice")
    return dict(pairs)
