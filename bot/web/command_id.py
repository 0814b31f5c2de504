"""The id of a command from the web: of who gave it, and of the form that she gave it by, and telling neither."""

from hashlib import sha256

from playbooks.domain.ids import CommandId, PersonId

_DIGITS = 32


def command_id(person: PersonId, once: str) -> CommandId:
    """`web:<hash>`: the same for a form sent twice by one person, another for another's.

    `once` is the secret that stands in the form and is kept nowhere, so nobody can try persons against the hash: an id
    outlives the erasure of whoever gave the command (docs/record.md).
    """
    digest = sha256(f"{person}/{once}".encode()).hexdigest()
    return CommandId(f"web:{digest[:_DIGITS]}")
