"""What an answer of a TAXII server, or its silence, stands for in the words of `playbooks/ports/write.py`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from httpx import ConnectError, ConnectTimeout, InvalidURL, LocalProtocolError, PoolTimeout

from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.ports.sharing import ONE_WAY

_UNSENT: Final = (ConnectError, ConnectTimeout, PoolTimeout)
_LONGEST_WAIT: Final = timedelta(days=1)
_PERMANENT: Final = {
    404: (
        "has no such API root or collection, or hides it from us; see `url` and `place`",
        "unknown_collection",
    ),
    406: ("speaks no TAXII 2.1", "no_taxii"),
    413: ("takes no envelope so large", "envelope_too_large"),
    415: ("speaks no TAXII 2.1", "no_taxii"),
}


def refusal(place: str, error: Exception, *, reads: bool) -> ProviderError:
    """A request that got no answer; with `reads` nothing can have happened."""
    if isinstance(error, LocalProtocolError | InvalidURL | ValueError):
        return Permanent(f"This cannot be sent to {place} as it is written.", code="rejected")
    if isinstance(error, _UNSENT) or reads:
        return Transient(f"{place} cannot be reached, or its certificate is not trusted.")
    return Unknown(f"{place} gave no answer that could be understood.")


def check_status(place: str, status: int, headers: Mapping[str, str], *, reads: bool) -> None:
    """Raise the error that a status stands for (TAXII 2.1, §3.5.2); none for 2xx."""
    if 200 <= status < 300:
        return
    if status == 429 or (status == 503 and "Retry-After" in headers):
        raise Transient(f"{place} takes no more requests for now.", retry_after=_wish(headers))
    if status in (401, 407):
        raise Denied(f"{place} refuses the credential ({status}); renew it and run `muster doctor`.")
    if status == 403:
        raise Denied(f"{place} does not let our account do this (403); have it given the right there.")
    if status in _PERMANENT:
        said, code = _PERMANENT[status]
        raise Permanent(f"{place} {said} ({status}).", code=code)
    if status >= 500:
        said = f"{place} failed over it ({status})."
        raise Transient(said) if reads else Unknown(said)
    if 300 <= status < 400:
        raise Permanent(f"{place} points elsewhere, and nobody follows ({status}).", code="redirected")
    raise Permanent(f"{place} does not take this ({status}).", code="rejected")


def no_taxii(place: str) -> Permanent:
    """For an answer that is none of TAXII 2.1's."""
    return Permanent(f"{place} answers, though not as TAXII 2.1 does; see `url`.", code="no_taxii")


def one_way(place: str, verb: str) -> Permanent:
    """For the direction that is not open."""
    return Permanent(f"Nothing may be {verb} {place}, by its entry or by its server.", code=ONE_WAY)


def _wish(headers: Mapping[str, str]) -> timedelta | None:
    """How long it asks to wait: a number of seconds, or a date (RFC 9110 §10.2.3)."""
    wish = headers.get("Retry-After", "")
    if wish.isdecimal():
        return min(timedelta(seconds=int(wish[:9])), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(wish)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return min(max(moment - datetime.now(UTC), timedelta()), _LONGEST_WAIT)
