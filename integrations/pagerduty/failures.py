"""What PagerDuty says when it does not do something, in the words of `playbooks/ports/write.py`."""

from datetime import timedelta
from typing import Final

from httpx2 import ConnectError, ConnectTimeout, PoolTimeout, Response
from pagerduty import Error

from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.saying import Saying, saying

_REFUSED: Final = frozenset({401, 403})
_WISHES: Final = ("Retry-After", "ratelimit-reset")
"""Seconds to wait; the second is PagerDuty's own (REST API, Rate Limits)."""


def refusal(place: str, error: Exception, *, reads: bool) -> ProviderError:
    """The error that PagerDuty's answer, or its silence, stands for; with `reads` nothing can have happened."""
    who = saying("vendor.pagerduty", place=place)
    match error:
        case Error(response=Response() as response) if not response.is_success:
            failure = _answered(who, response)
        case Exception(__cause__=ConnectError() | ConnectTimeout() | PoolTimeout()):
            failure = Transient(saying("vendor.unreached", who=who))
        case _:
            failure = Unknown(saying("vendor.unintelligible", who=who))
    return Transient(failure.wording) if reads and isinstance(failure, Unknown) else failure


def _answered(who: Saying, response: Response) -> ProviderError:
    status = response.status_code
    if status == 429:
        return Transient(saying("vendor.busy", who=who), retry_after=_retry_after(response))
    if status in _REFUSED or _key_refused(response):
        return Denied(saying("vendor.denied", who=who, status=status))
    if status >= 500:
        return Unknown(saying("vendor.failed", who=who, status=status))
    if status == 404:
        return Permanent(saying("vendor.no_place", who=who), code="unknown_place")
    return Permanent(saying("vendor.rejected", who=who, status=status), code="rejected")


def _key_refused(response: Response) -> bool:
    """Events v2 answers 400 for a routing key that it does not know, as for anything else that is wrong."""
    return response.status_code == 400 and "routing key" in response.text.casefold().replace("_", " ")


def _retry_after(response: Response) -> timedelta | None:
    wishes = (response.headers.get(name, "") for name in _WISHES)
    return next((timedelta(seconds=int(wish)) for wish in wishes if wish.isdecimal()), None)
