"""Evidence: a file by its hash, and who has held it since it was taken (ISO/IEC 27037, chain of custody).

The chain is the entries themselves: received, handed over, copied out. What the file holds is kept apart, by hash.
"""

import re
from enum import StrEnum
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.circle.guest import is_vendor
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import EvidenceId, OrganizationCode, PersonId
from playbooks.domain.incident import IncidentState
from playbooks.domain.saying import says

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NOT_IN_NAMES: Final = frozenset('/\\:*?"<>|')
_LONGEST_NAME: Final = 120
_LONGEST_KIND: Final = 8


class Handling(StrEnum):
    """What was done with a piece of evidence."""

    RECEIVED = "received"
    HANDED_OVER = "handed_over"
    COPIED = "copied"
    ERASED = "erased"
    """The file is gone, by decision; that it was there stays."""


_HELD: Final = (Handling.RECEIVED, Handling.HANDED_OVER)


class Custody(BaseModel):
    """One link of the chain: who held it from then on; of a copy, who took one; of an erasure, who approved it."""

    model_config = ConfigDict(frozen=True)

    at: AwareDatetime
    handling: Handling
    person: PersonId
    organization: OrganizationCode
    entry: str


class Evidence(BaseModel):
    """One piece; its name and what it is are words of its first entry."""

    model_config = ConfigDict(frozen=True)

    id: EvidenceId
    sha256: str
    size: int | None = None
    """In bytes; None where whoever named the hash did not say."""
    chain: tuple[Custody, ...]

    @property
    def entry(self) -> str:
        """The entry by which it was received; for a guest, the one by which she was handed it."""
        return self.chain[0].entry

    @property
    def holder(self) -> Custody:
        """Who holds it now."""
        return next(link for link in reversed(self.chain) if link.handling in _HELD)

    def may_be_copied_by(self, organization: OrganizationCode | None) -> bool:
        """Whether whoever reads of it may have a copy of the file: a vendor's guest only of what her vendor holds."""
        return not is_vendor(organization) or self.holder.organization == organization


def file_name(said: str) -> str:
    """What people called a file, as the name of a file anywhere: no folders, no control characters, not too long."""
    bare = "".join(" " if each in _NOT_IN_NAMES or not each.isprintable() else each for each in said)
    name = " ".join(bare.split()).strip(". ")
    if len(name) <= _LONGEST_NAME:
        return name
    stem, dot, kind = name.rpartition(".")
    ending = dot + kind if dot and len(kind) <= _LONGEST_KIND else ""
    return (stem if ending else name)[: _LONGEST_NAME - len(ending)].rstrip() + ending


def next_evidence(state: IncidentState) -> EvidenceId:
    """What the next piece of an incident is called."""
    return EvidenceId(f"E-{len(state.evidence) + 1}")


def check_sha256(text: object) -> str:
    """A SHA-256 in lower-case hexadecimal. Raises Malformed."""
    if not isinstance(text, str) or not _SHA256.fullmatch(text):
        raise Malformed(says("bad_hash"))
    return text
