"""A body taken apart just far enough to count it: its documents' marks, and what is no document."""

import hashlib
from http import HTTPStatus

from bot.intake.problem import Refusal
from integrations.siem.documents import SetAside, documents
from playbooks.ports.intake import Unreadable

MOST_DOCUMENTS = 20_000
"""Of one request; a body of ten million brackets is refused before it costs anything."""

_NO_ALERT = "Document {} was set aside: it is {}, and an alert is a JSON object."
_KINDS = {bool: "true or false", int: "a number", float: "a number", type(None): "null"}


def split(source: str, body: bytes) -> tuple[tuple[bytes, ...], tuple[Unreadable, ...]]:
    """The marks of a body's documents, and what cannot be one with its reason. Raises Refusal (413)."""
    marks: list[bytes] = []
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
            marks.append(digest.digest()[:16])
            if len(marks) > MOST_DOCUMENTS:
                raise _too_many()
    return tuple(marks), tuple(unreadable)


def _too_many() -> Refusal:
    return Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_many_documents",
        f"The body holds more than {MOST_DOCUMENTS:,} alerts; none of it was taken, send less at once.",
    )
