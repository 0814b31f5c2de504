"""The allow-list: one place of an organization's, what may be asked there, and how Muster signs in."""

import re
from base64 import b64encode
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr

from playbooks.actions.times import TIMES
from playbooks.domain.connection import PortName
from playbooks.domain.errors import Permanent
from playbooks.domain.saying import saying
from playbooks.ports.http import NOT_ALLOWED, Call

Network = IPv4Network | IPv6Network

_WITHIN: Final = TIMES[PortName.HTTP].client / 2
"""To connect, and again to answer: together no longer than the door waits."""
_RULE: Final = re.compile(r"([A-Z]{3,10}) (/\S*)")
_PORTS: Final = {"https": 443, "http": 80}


class Access(BaseModel):
    """A place and what is allowed there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    """Scheme, host and port that alone are called; its path stands before targets of which no host is named."""
    allow: tuple[str, ...]
    """`METHOD /path`, from the host's root; `*` stands for one part of a path, a last `**` for all that follow."""
    networks: tuple[Network, ...] = ()
    """Addresses that are private, local or otherwise not global and may be called all the same."""
    token: SecretStr | None = None
    """Sent as a bearer token (RFC 6750)."""
    user: str = ""
    password: SecretStr | None = None
    """With `user`, sent as HTTP Basic (RFC 7617)."""
    key: SecretStr | None = None
    key_header: str = "X-API-Key"
    """Where a key goes that is neither."""
    ca: Path | None = None
    """Certificates to trust instead of the usual ones."""
    within: timedelta = _WITHIN


def target_of(access: Access, call: Call) -> str:
    """Path and query to ask for. Raises Permanent, `not_allowed`, for whatever the list does not name."""
    place = urlsplit(access.url)
    target = urlsplit(call.target)
    path = target.path if call.authority else place.path.rstrip("/") + target.path
    if call.authority and _host_and_port(call.authority, place.scheme) != (
        place.hostname,
        place.port or _PORTS[place.scheme],
    ):
        raise _refused("host")
    if "@" in call.authority or call.scheme not in ("", place.scheme):
        raise _refused("calling")
    if not _is_plain(path) or not any(_allows(rule, call.method, path) for rule in access.allow):
        raise _refused("path")
    return f"{path}?{target.query}" if target.query else path


def headers_of(access: Access, call: Call) -> list[tuple[str, str]]:
    """The call's headers, and the connection's credential in place of any that has its name."""
    signed = _credential(access)
    ours = {name.lower() for name, _ in signed}
    return [*((name, value) for name, value in call.headers if name.lower() not in ours), *signed]


def secrets_of(access: Access) -> tuple[str, ...]:
    """The credential as it stands in the connections file and as it is sent."""
    stated = (access.token, access.password, access.key)
    sent = (value.partition(" ")[2] or value for _name, value in _credential(access))
    return tuple(dict.fromkeys((*(each.get_secret_value() for each in stated if each is not None), *sent)))


def _credential(access: Access) -> list[tuple[str, str]]:
    if access.token:
        return [("Authorization", f"Bearer {access.token.get_secret_value()}")]
    if access.password:
        pair = f"{access.user}:{access.password.get_secret_value()}".encode()
        return [("Authorization", f"Basic {b64encode(pair).decode()}")]
    return [(access.key_header, access.key.get_secret_value())] if access.key else []


def _host_and_port(authority: str, scheme: str) -> tuple[str | None, int] | None:
    try:
        named = urlsplit(f"//{authority}")
        return named.hostname, named.port or _PORTS[scheme]
    except ValueError:
        return None


def _is_plain(path: str) -> bool:
    """A path whose parts mean the same to every server: no dots that climb, no sign that a part may be split at."""
    parts = [unquote(part) for part in path.split("/")[1:]]
    within = parts[:-1] if parts and not parts[-1] else parts
    return path.startswith("/") and all(
        part not in ("", ".", "..") and not re.search(r"[/\\;%\x00-\x1f\x7f]", part) for part in within
    )


def _allows(rule: str, method: str, path: str) -> bool:
    allowed = _RULE.fullmatch(rule)
    if allowed is None or allowed[1] != method:
        return False
    pattern = re.escape(allowed[2]).replace(r"/\*\*", "(/.*)?").replace(r"\*", "[^/]+")
    return re.fullmatch(pattern, path) is not None


def _refused(what: str) -> Permanent:
    return Permanent(saying(f"vendor.{what}_not_allowed"), code=NOT_ALLOWED)
