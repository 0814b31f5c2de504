"""What a homeserver says when it does not do something, in the words of `playbooks/ports/write.py`."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Final, TypeVar

from aiohttp import ClientConnectorError, ClientError
from nio import ErrorResponse, GroupEncryptionError, ProtocolError

from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.saying import Saying, saying

Answer = TypeVar("Answer")

_CREDENTIAL: Final = frozenset(
    {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED", "M_USER_SUSPENDED"}
)


async def answered(place: str, call: Awaitable[Answer | ErrorResponse], *, reads: bool = False) -> Answer:
    """The homeserver's answer. Raises ProviderErrors; with `reads` nothing can have happened, so never Unknown.

    A request with a transaction id is as good as a read: the same again is the same event.
    """
    try:
        said = await call
    except ClientConnectorError as error:
        raise Transient(saying("vendor.unreached", who=_who(place))) from error
    except (ClientError, TimeoutError, OSError) as error:
        raise _readable(Unknown(saying("vendor.silent", who=_who(place))), reads=reads) from error
    except (
        ProtocolError,
        GroupEncryptionError,
    ) as error:  # the latter where another line's key came to nothing
        raise Transient(saying("vendor.unsent", who=place, fault=type(error).__name__)) from error
    if isinstance(said, ErrorResponse):
        raise _readable(refusal(place, said), reads=reads)
    return said


def refusal(place: str, said: ErrorResponse) -> ProviderError:
    """The error that the homeserver's answer stands for; `code` is the specification's errcode."""
    status, code = getattr(said.transport_response, "status", 0), str(said.status_code or "")
    if status == 429 or code == "M_LIMIT_EXCEEDED":
        wish = timedelta(milliseconds=said.retry_after_ms) if said.retry_after_ms else None
        return Transient(saying("vendor.busy", who=_who(place)), retry_after=wish)
    if code in _CREDENTIAL:
        return Denied(saying("vendor.denied", who=_who(place), status=code))
    if status >= 500 or not code:
        return Unknown(saying("vendor.failed", who=_who(place), status=code or status))
    return Permanent(saying("vendor.rejected", who=_who(place), status=code), code=code)


def _who(place: str) -> Saying:
    return saying("vendor.homeserver", place=place)


def _readable(error: ProviderError, *, reads: bool) -> ProviderError:
    return Transient(error.wording) if reads and isinstance(error, Unknown) else error
