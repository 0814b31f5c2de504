"""What Jira says when it does not do something, in the words of `playbooks/ports/write.py`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from jira import JIRAError
from requests import ConnectTimeout, Response
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import SSLError
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.saying import Saying, saying

_REFUSED: Final = frozenset({401, 403, 407})
_SIGNED_OUT: Final = "AUTHENTICATED_FAILED"
"""Jira may go on without a name after it refused the credential, and then say that nothing is there."""


def refusal(place: str, error: Exception, *, reads: bool) -> ProviderError:
    """The error that Jira's answer, or its silence, stands for; with `reads` nothing can have happened."""
    who = saying("vendor.jira", place=place)
    match error:
        case JIRAError(response=Response() as response) if not response.ok:
            failure = _answered(who, response)
        case SSLError():
            failure = Transient(saying("vendor.untrusted", who=who))
        case _ if _never_connected(error):
            failure = Transient(saying("vendor.unreached", who=who))
        case _:
            failure = Unknown(saying("vendor.unintelligible", who=who))
    return Transient(failure.wording) if reads and isinstance(failure, Unknown) else failure


def _answered(who: Saying, response: Response) -> ProviderError:
    status = response.status_code
    if status == 429:
        return Transient(saying("vendor.busy", who=who), retry_after=_retry_after(response))
    if status in _REFUSED or _SIGNED_OUT in response.headers.get("X-Seraph-LoginReason", ""):
        return Denied(saying("vendor.denied", who=who, status=status))
    if status >= 500:
        return Unknown(saying("vendor.failed", who=who, status=status))
    if status == 413:
        return Permanent(saying("vendor.file_too_large", who=who), code="too_large")
    if status == 404:
        return Permanent(saying("vendor.no_ticket", who=who), code="unknown_ticket")
    fields = _fields(response)
    said = f"{status}: {fields}" if fields else str(status)
    return Permanent(saying("vendor.rejected", who=who, status=said), code="rejected", about=fields)


def _never_connected(error: Exception) -> bool:
    if isinstance(error, ConnectTimeout):
        return True
    cause = error.args[0] if isinstance(error, NotConnected) and error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(
        cause.reason, NewConnectionError | ConnectTimeoutError
    )


def _retry_after(response: Response) -> timedelta | None:
    wish = response.headers.get("Retry-After", "")
    return timedelta(seconds=int(wish)) if wish.isdecimal() else None


def _fields(response: Response) -> str:
    """The names of the fields that Jira complains about; its sentences may quote what was in them."""
    try:
        body: Mapping[str, Any] = response.json()
        named = sorted(str(name) for name in body.get("errors") or ())
    except (ValueError, AttributeError, TypeError):
        return ""
    return ", ".join(named)
