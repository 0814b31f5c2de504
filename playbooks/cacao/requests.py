"""The request line of an HTTP command: `METHOD target HTTP/1.1` (CACAO 2.0 §5, RFC 9112 §3)."""

import re
from dataclasses import dataclass

from playbooks.cacao.model import Command

METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE")
"""Those that are sent (RFC 9110 §9.3, RFC 5789); any other is a person's."""

_LINE = re.compile(r"\s*([A-Z]{3,10}) ([^\s\x00-\x1f\x7f]{1,8000})( HTTP/[0-9](\.[0-9])?)?\s*\Z")


@dataclass(frozen=True)
class Request:
    """What to send. `target` is a path, or a whole URL."""

    method: str
    target: str
    is_complete: bool
    """Whether the line names the version of HTTP, as it must."""


def request_of(command: Command) -> Request | None:
    """The request that an `http-api` or `openc2-http` command describes; None if it is none."""
    match = _LINE.match(command.text)
    return Request(match.group(1), match.group(2), match.group(3) is not None) if match else None
