"""What an answer, or a silence, stands for in the words of `playbooks/ports/write.py`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from httpx import ConnectError, ConnectTimeout, InvalidURL, LocalProtocolError, PoolTimeout

from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown

_UNSENT: Final = (ConnectError, ConnectTimeout, PoolTimeout)
_REFUSED: Final = frozenset({401, 403, 407})


def refusal(place: str, error: Exception) -> ProviderError:
    """A request that got no answer: it never left, or nobody can tell what became of it."""
    if isinstance(error, (LocalProtocolError, InvalidURL, ValueError)):
        return Permanent(f"This cannot be sent to {place} as it is written.", code="rejected")
    if isinstance(error, _UNSENT):
        return Transient(f"{place} cannot be reached.")
    return Unknown(f"{place} gave no answer that could be understood.")


def check_status(place: str, status: int, headers: Mapping[str, str]) -> None:
    """Raise the error that a status stands for, none for 2xx (RFC 9110 §15) and OpenC2's 102, processing."""
    wish = headers.get("Retry-After", "")
    if status == 102 or 200 <= status < 300:
        return
    if status == 429 or (status == 503 and wish.isdecimal()):
        seconds = timedelta(seconds=min(int(wish), 86_400)) if wish.isdecimal() else None
        raise Transient(f"{place} takes no more calls for now.", retry_after=seconds)
    if status in _REFUSED:
        raise Denied(f"{place} refuses the credential ({status}); renew it and run `muster doctor`.")
    if status >= 500:
        raise Unknown(f"{place} failed over it ({status}).")
    if status >= 300 and status < 400:
        raise Permanent(f"{place} points elsewhere, and nobody follows.", code="redirected")
    raise Permanent(f"{place} does not take this ({status}).", code="rejected")
