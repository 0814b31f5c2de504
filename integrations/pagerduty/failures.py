"""What PagerDuty says when it does not do something, in the words of `playbooks/ports/write.py`."""

from datetime import timedelta
from typing import Final

from httpx2 import ConnectError, ConnectTimeout, PoolTimeout, Response
from pagerduty import Error

from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown

_REFUSED: Final = frozenset({401, 403})
_WISHES: Final = ("Retry-After", "ratelimit-reset")
"""Seconds to wait; the second is PagerDuty's own (REST API, Rate Limits)."""


def refusal(place: str, error: Exception, *, reads: bool) -> ProviderError:
    """The error that PagerDuty's answer, or its silence, stands for; with `reads` nothing can have happened."""
    match error:
        case Error(response=Response() as response) if not response.is_success:
            failure = _answered(place, response)
        case Exception(__cause__=ConnectError() | ConnectTimeout() | PoolTimeout()):
            failure = Transient(f"PagerDuty of {place} cannot be reached.")
        case _:
            failure = Unknown(f"PagerDuty of {place} gave no answer that could be understood.")
    return Transient(failure.sentence) if reads and isinstance(failure, Unknown) else failure


def _answered(place: str, response: Response) -> ProviderError:
    status = response.status_code
    if status == 429:
        return Transient(
            f"PagerDuty of {place} takes no more calls for now.", retry_after=_retry_after(response)
        )
    if status in _REFUSED or _key_refused(response):
        return Denied(
            f"PagerDuty of {place} refuses the credential ({status}); renew it and run `muster doctor`."
        )
    if status >= 500:
        return Unknown(f"PagerDuty of {place} failed over it ({status}).")
    if status == 404:
        return Permanent(
            f"PagerDuty of {place} has no such place, or hides it from us.", code="unknown_place"
        )
    return Permanent(f"PagerDuty of {place} does not take this ({status}).", code="rejected")


def _key_refused(response: Response) -> bool:
    """Events v2 answers 400 for a routing key that it does not know, as for anything else that is wrong."""
    return response.status_code == 400 and "routing key" in response.text.casefold().replace("_", " ")


def _retry_after(response: Response) -> timedelta | None:
    wishes = (response.headers.get(name, "") for name in _WISHES)
    return next((timedelta(seconds=int(wish)) for wish in wishes if wish.isdecimal()), None)
