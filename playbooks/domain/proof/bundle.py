"""The exported bundle: one incident's record, with what its reader may see and proof of the whole.

Lines of JSON that are written and read one after another, however many there are. A line that shows a slot is, byte for
byte, what is hashed to commit to it. Offline verification is `verify_bundle`; the format is documented in
`docs/record.md`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from playbooks.domain.proof.heads import Head, SignedHead
from playbooks.domain.proof.slots import INSTALLATION, b64, canonical, timestamp, unb64
from playbooks.domain.saying import Faulty, saying

Bytes = Annotated[
    bytes, BeforeValidator(lambda text: unb64(text) if isinstance(text, str) else text), PlainSerializer(b64)
]
"""Bytes written as base64url without padding."""
Hash = Annotated[Bytes, Field(min_length=32, max_length=32)]

_LONGEST = 1 << 24
"""Bytes; no entry is as long, and whoever reads one holds it whole."""
_OBJECT = b"\n{"


class BadLine(Faulty, ValueError):
    """A line of a bundle is none; `fault` says why."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class BundleHead(_Part):
    """A head of the incident's tree, or of the installation's log."""

    size: int
    root: Hash
    at: str

    def head(self, tree: str) -> Head:
        """The head that this writes down. Raises ValueError when `at` is no moment as we write it."""
        head = Head.model_validate({"tree": tree, "size": self.size, "root": self.root, "at": self.at})
        if head.at.tzinfo is None or timestamp(head.at) != self.at:
            raise BadLine(saying("proof.line.moment", typed=self.at))
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


class Anchor(_Part):
    """A head of the log that somebody outside saw, and proof that it holds the incident's tree as it then was."""

    checkpoint: str
    head: BundleHead
    """The newest head of the incident's tree that the checkpoint holds."""
    log: LogInclusion


class Witnessed(Anchor):
    """One that witnesses cosigned: `checkpoint` is the signed note, cosignatures and all (c2sp.org/tlog-checkpoint)."""


class Stamped(Anchor):
    """One that a time stamping authority stamped: `checkpoint` is the text that it stamped."""

    authority: str
    """Its address, as the installation knows it."""
    response: Bytes
    """Its answer: a TimeStampResp of RFC 3161 in DER."""


class Opening(_Part):
    """The first line: what of the incident's record follows, under which head, and who signed it."""

    format: Literal["muster-bundle"] = "muster-bundle"
    v: Literal[2] = 2
    tree: str
    head: BundleHead
    log: LogInclusion
    signature: BundleSignature
    witnessed: tuple[Witnessed, ...] = Field(default=(), strict=False)
    stamped: tuple[Stamped, ...] = Field(default=(), strict=False)

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """Every head that was seen outside."""
        return (*self.witnessed, *self.stamped)

    def lines(self) -> Iterator[bytes]:
        """The line."""
        yield _written(self.model_dump())


class EntryLine(_Part):
    """An entry's own line: where it stands, and what of it is not shown; no more where it is withheld as a whole."""

    position: int
    leaf: str
    """Its leaf hash, in base64url."""
    entry: str | None = None
    withheld: dict[str, str] = Field(default_factory=dict)
    """Commitments in base64url, by slot."""
    erased: tuple[str, ...] = Field(default=(), strict=False)
    """Those of the withheld that nobody can show any more: they were erased by decision."""


@dataclass(slots=True)
class BundleEntry:
    """One entry, with a disclosure for each slot that is shown."""

    said: EntryLine
    shown: list[bytes] = field(default_factory=list)

    def lines(self) -> Iterator[bytes]:
        """The entry's line, and one for each slot that is shown."""
        yield _written(self.said.model_dump(exclude_defaults=True))
        for each in self.shown:
            yield each + b"\n"


class BundleRoot(_Part):
    """An earlier head: the tree's root when it had as many entries as stand before it. It only helps to say where."""

    size: int
    root: Hash

    def lines(self) -> Iterator[bytes]:
        """The line."""
        yield _written(self.model_dump())


Item: TypeAlias = BundleEntry | BundleRoot


def read_opening(chunks: Iterable[bytes]) -> Opening:
    """The first line of a bundle; `chunks` are pieces of its file. Raises ValueError, or Malformed, for another."""
    for line, _ in _objects(chunks):
        return Opening.model_validate(_read(line))
    raise BadLine(saying("proof.line.empty"))


def read_items(chunks: Iterable[bytes]) -> Iterator[Item]:
    """What follows the opening, one after another. Raises ValueError, or Malformed, where it is none of a bundle."""
    opened = False
    for line, shown in _objects(chunks):
        said = _read(line)
        if opened and "root" not in said:
            yield BundleEntry(EntryLine.model_validate(said), shown)
        elif shown:
            raise BadLine(saying("proof.line.slot"))
        elif opened:
            yield BundleRoot.model_validate(said)
        opened = True


def _objects(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, list[bytes]]]:
    """Each line that is an object, with the lines up to the next. Cut at objects: quicker than at every line."""
    rest, first = b"\n", True
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(_OBJECT)
        if first and whole:
            first = False
            if whole.pop(0):
                raise BadLine(saying("proof.line.opening"))
        if len(rest) > _LONGEST:
            raise BadLine(saying("proof.line.endless"))
        for each in whole:
            line, *shown = each.split(b"\n")
            yield line, shown
    if first or rest[-1:] != b"\n":
        raise BadLine(saying("proof.line.cut_off"))
    line, *shown, _ = rest.split(b"\n")
    yield line, shown


def _read(line: bytes) -> dict[str, Any]:
    """An object without its bracket."""
    text = f"{{{line.decode()}"
    said: dict[str, Any]
    said, end = _JSON.raw_decode(text)
    if end != len(text):
        raise BadLine(saying("proof.line.longer"))
    return said


def _written(said: Mapping[str, Any]) -> bytes:
    return f"{canonical(said)}\n".encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) != len(pairs):
        keys = [key for key, _ in pairs]
        raise BadLine(saying("proof.line.twice", typed=max(keys, key=keys.count)))
    return said


_JSON = json.JSONDecoder(object_pairs_hook=_once)
