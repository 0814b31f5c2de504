"""What an answer of a TAXII server, or its silence, stands for in the words of `playbooks/ports/write.py`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Literal

from httpx import ConnectError, ConnectTimeout, InvalidURL, LocalProtocolError, PoolTimeout

from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.saying import saying
from playbooks.ports.sharing import ONE_WAY

_UNSENT: Final = (ConnectError, ConnectTimeout, PoolTimeout)
_LONGEST_WAIT: Final = timedelta(days=1)
_PERMANENT: Final = {
    404: ("vendor.no_collection", "unknown_collection"),
    406: ("vendor.speaks_no_taxii", "no_taxii"),
    413: ("vendor.envelope_too_large", "envelope_too_large"),
    415: ("vendor.speaks_no_taxii", "no_taxii"),
}


def refusal(place: str, error: Exception, *, reads: bool) -> ProviderError:
    """A request that got no answer; with `reads` nothing can have happened."""
    if isinstance(error, LocalProtocolError | InvalidURL | ValueError):
        return Permanent(saying("vendor.unsendable", who=place), code="rejected")
    if isinstance(error, _UNSENT) or reads:
        return Transient(saying("vendor.unreached_or_untrusted", who=place))
    return Unknown(saying("vendor.unintelligible", who=place))


def check_status(place: str, status: int, headers: Mapping[str, str], *, reads: bool) -> None:
    """Raise the error that a status stands for (TAXII 2.1, §3.5.2); none for 2xx."""
    if 200 <= status < 300:
        return
    if status == 429 or (status == 503 and "Retry-After" in headers):
        raise Transient(saying("vendor.busy", who=place), retry_after=_wish(headers))
    if status in (401, 407):
        raise Denied(saying("vendor.denied", who=place, status=status))
    if status == 403:
        raise Denied(saying("vendor.forbidden", who=place))
    if status in _PERMANENT:
        said, code = _PERMANENT[status]
        raise Permanent(saying(said, who=place, status=status), code=code)
    if status >= 500:
        failed = saying("vendor.failed", who=place, status=status)
        raise Transient(failed) if reads else Unknown(failed)
    if 300 <= status < 400:
        raise Permanent(saying("vendor.elsewhere", who=place), code="redirected")
    raise Permanent(saying("vendor.rejected", who=place, status=status), code="rejected")


def no_taxii(place: str) -> Permanent:
    """For an answer that is none of TAXII 2.1's."""
    return Permanent(saying("vendor.no_taxii", who=place), code="no_taxii")


def one_way(place: str, way: Literal["given_to", "taken_from"]) -> Permanent:
    """For the direction that is not open."""
    return Permanent(saying(f"vendor.not_{way}", who=place), code=ONE_WAY)


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
