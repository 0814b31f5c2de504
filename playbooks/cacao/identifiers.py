"""Identifiers and times: what they must look like (CACAO 2.0 §10.10, §10.15)."""

import hashlib
import re
import uuid
from datetime import datetime

import rfc8785

VERSION = "cacao-2.0"
"""What `spec_version` says (§3.1)."""

PLAYBOOK_NAMESPACE = uuid.UUID("aa7caf3a-d55a-4e9a-b34e-056215fba56a")
"""Namespace of playbook ids made from name and types (§10.10); nobody else may use it."""

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
_IDENTIFIER = re.compile(rf"([a-z][a-z0-9-]*[a-z0-9])--({_UUID})\Z")
_BARE_UUID = re.compile(rf"{_UUID}\Z")
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z\Z", re.ASCII)


def is_identifier(text: str) -> bool:
    """Whether the text is `object-type--UUID`."""
    return _IDENTIFIER.match(text) is not None


def object_type(identifier: str) -> str:
    """What stands before the UUID."""
    return identifier.partition("--")[0]


def uuid_version(identifier: str) -> int:
    """The version of the UUID in a well-formed identifier."""
    return int(identifier[-22])


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID and nothing else."""
    return _BARE_UUID.match(text) is not None


def moment(timestamp: str) -> datetime | None:
    """The time a timestamp means, or None when it is not RFC 3339 in UTC with `Z`, or no time at all."""
    if _TIMESTAMP.match(timestamp) is None:
        return None
    second = (
        "59" if timestamp[17:19] == "60" else timestamp[17:19]
    )  # a leap second, which Python does not know
    try:
        return datetime.fromisoformat(f"{timestamp[:17]}{second}+00:00").replace(
            microsecond=_microseconds(timestamp)
        )
    except ValueError:
        return None


def _microseconds(timestamp: str) -> int:
    _, _, fraction = timestamp.rstrip("Z").partition(".")
    return int(fraction[:6].ljust(6, "0"))


def has_milliseconds(timestamp: str) -> bool:
    """Whether there are exactly three digits after the second, as `created` and `modified` must have."""
    return len(timestamp) == 24


def playbook_id(name: str, types: list[str]) -> str:
    """The id of a playbook that states none: UUIDv5 over the canonical form of its name and types (§10.10)."""
    canonical = rfc8785.dumps({"name": name, "playbook_types": types})
    return f"playbook--{uuid.uuid5(PLAYBOOK_NAMESPACE, canonical.decode())}"


def derived_uuid(playbook: str, section: str, label: str) -> str:
    """A UUID in the form of version 4 for something whose id is not written down yet: the same for the same label."""
    digest = hashlib.sha256(f"{playbook}\n{section}\n{label}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
