"""Content by hash, held in memory."""

from dataclasses import dataclass, field
from hashlib import sha256 as digest

from playbooks.domain.errors import NotFound


@dataclass
class SimulatedContent:
    """The content port."""

    _bytes: dict[str, bytes] = field(default_factory=dict)

    async def put(self, content: bytes) -> str:
        """See the port."""
        sha256 = digest(content).hexdigest()
        self._bytes[sha256] = content
        return sha256

    async def get(self, sha256: str) -> bytes:
        """See the port."""
        if sha256 not in self._bytes:
            raise NotFound(f"No content has the hash {sha256}.", code="no_such_content")
        return self._bytes[sha256]
