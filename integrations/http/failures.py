"""What an answer, or a silence, stands for in the words of `playbooks/ports/write.py`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from httpx import ConnectError, ConnectTimeout, InvalidURL, LocalProtocolError, PoolTimeout

from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.saying import saying

_UNSENT: Final = (ConnectError, ConnectTimeout, PoolTimeout)
_REFUSED: Final = frozenset({401, 403, 407})


def refusal(place: str, error: Exception) -> ProviderError:
    """A request that got no answer: it never left, or nobody can tell what became of it."""
    if isinstance(error, (LocalProtocolError, InvalidURL, ValueError)):
        return Permanent(saying("vendor.unsendable", who=place), code="rejected")
    if isinstance(error, _UNSENT):
        return Transient(saying("vendor.unreached", who=place))
    return Unknown(saying("vendor.unintelligible", who=place))


def check_status(place: str, status: int, headers: Mapping[str, str]) -> None:
    """Raise the error that a status stands for, none for 2xx (RFC 9110 §15) and OpenC2's 102, processing."""
    wish = headers.get("Retry-After", "")
    if status == 102 or 200 <= status < 300:
        return
    if status == 429 or (status == 503 and wish.isdecimal()):
        seconds = timedelta(seconds=min(int(wish), 86_400)) if wish.isdecimal() else None
        raise Transient(saying("vendor.busy", who=place), retry_after=seconds)
    if status in _REFUSED:
        raise Denied(saying("vendor.denied", who=place, status=status))
    if status >= 500:
        raise Unknown(saying("vendor.failed", who=place, status=status))
    if status >= 300 and status < 400:
        raise Permanent(saying("vendor.elsewhere", who=place), code="redirected")
    raise Permanent(saying("vendor.rejected", who=place, status=status), code="rejected")
