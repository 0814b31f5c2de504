"""What evidence holds: bytes by incident and hash. What a piece is, and who may have it, stands in the record."""

from typing import Protocol

from playbooks.domain.ids import IncidentKey

MOST_BYTES = 25 * 1024 * 1024
"""A larger file is kept where it is; its hash and who holds it are recorded all the same."""


class EvidenceStore(Protocol):
    """Bytes by incident and SHA-256."""

    async def keep(self, incident: IncidentKey, content: bytes) -> str:
        """Keep the bytes and return their SHA-256 in lower-case hexadecimal. Raises Malformed beyond MOST_BYTES."""
        ...

    async def fetch(self, incident: IncidentKey, sha256: str) -> bytes:
        """The bytes of a hash. Raises NotFound, or Malformed when what is stored was altered."""
        ...

    async def kept(self, incident: IncidentKey) -> frozenset[str]:
        """The hashes of an incident whose bytes are kept here."""
        ...

    async def forget(self, incident: IncidentKey, sha256: str) -> None:
        """Let bytes go that no entry tells of."""
        ...
