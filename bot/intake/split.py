"""A body taken apart just far enough to count it: its documents' marks, and what is no document."""

import hashlib
from uuid import UUID

from integrations.siem.documents import SetAside, documents
from playbooks.ports.intake import Unreadable

_NO_ALERT = "Document {} was set aside: it is {}, and an alert is a JSON object."
_KINDS = {bool: "true or false", int: "a number", float: "a number", type(None): "null"}


def split(source: str, body: bytes) -> tuple[tuple[UUID, ...], tuple[Unreadable, ...]]:
    """The marks of a body's documents, and what cannot be one with its reason. Never raises for a body."""
    marks: list[UUID] = []
    unreadable: list[Unreadable] = []
    seed = hashlib.sha256(source.encode() + b"\0")
    for document in documents(body):
        if isinstance(document, SetAside):
            unreadable.append(Unreadable(document.raw, document.reason))
        elif kind := _KINDS.get(type(document.value)):
            unreadable.append(Unreadable(document.raw, _NO_ALERT.format(document.position, kind)))
        else:
            digest = seed.copy()
            digest.update(document.raw)
            marks.append(UUID(bytes=digest.digest()[:16]))
    return tuple(marks), tuple(unreadable)
