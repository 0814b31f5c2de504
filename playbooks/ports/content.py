"""Content by hash: a playbook's text is kept once, and a run holds its hash.

See docs/decisions/playbooks-skeleton-without-prose.md.
"""

from typing import Protocol


class Content(Protocol):
    """Bytes by their SHA-256."""

    async def put(self, content: bytes) -> str:
        """Keep the bytes and return their SHA-256 in lower-case hexadecimal."""

    async def get(self, sha256: str) -> bytes:
        """The bytes of a hash. Raises NotFound, or Malformed when what is stored was altered."""
