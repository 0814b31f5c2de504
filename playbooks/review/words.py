"""The words of a version of a review, and the hash by which the record knows them."""

from collections.abc import Mapping
from hashlib import sha256

from playbooks.domain.proof.slots import canonical
from playbooks.domain.review import SECTIONS

LONGEST = 20_000
"""Characters of a section."""


def sections_of(given: Mapping[str, str]) -> dict[str, str]:
    """The sections, all of them, with line ends as one sign and without blanks around."""
    return {name: "\n".join(given.get(name, "").splitlines()).strip() for name in SECTIONS}


def digest(sections: Mapping[str, str]) -> str:
    """SHA-256 of the sections in their canonical form (RFC 8785)."""
    return sha256(canonical(dict(sections)).encode()).hexdigest()
