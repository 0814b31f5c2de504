"""What Slack says when it does not do something, in the words of `playbooks/ports/write.py`."""

from collections.abc import Awaitable, Collection, Mapping
from datetime import timedelta
from typing import Any, Final, cast

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.saying import Saying, saying

_CREDENTIAL: Final = frozenset(
    {
        "access_denied",
        "account_inactive",
        "bad_client_secret",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "invalid_client_id",
        "invalid_refresh_token",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
_LATER: Final = frozenset(
    {"ratelimited", "rate_limited", "accesslimited", "request_timeout", "team_added_to_org"}
)
"""Slack did nothing. `request_timeout` means that our request came in cut off."""
_PERHAPS: Final = frozenset({"fatal_error", "internal_error", "service_unavailable"})
"""Slack's reference: some aspect of the operation may have succeeded before the error was raised."""


async def answered(
    place: str, call: Awaitable[AsyncSlackResponse], *, reads: bool = False, fine: Collection[str] = ()
) -> Mapping[str, Any]:
    """What Slack answers to a call; a refusal with a code that is `fine` is an answer too. Raises ProviderErrors."""
    return cast("dict[str, Any]", (await responded(place, call, reads=reads, fine=fine)).data)


async def responded(
    place: str, call: Awaitable[AsyncSlackResponse], *, reads: bool = False, fine: Collection[str] = ()
) -> AsyncSlackResponse:
    """As `answered`, headers and all. With `reads` nothing can have happened, so never Unknown."""
    try:
        return await call
    except SlackApiError as error:
        if error_code(error) in fine and isinstance(error.response, AsyncSlackResponse):
            return error.response
        raise _readable(refusal(place, error), reads=reads) from error
    except ClientConnectorError as error:
        raise Transient(saying("vendor.unreached", who=who_is(place))) from error
    except (ClientError, TimeoutError, OSError) as error:
        raise _readable(Unknown(saying("vendor.silent", who=who_is(place))), reads=reads) from error


def who_is(place: str) -> Saying:
    """How a connection is called in a sentence."""
    return saying("vendor.slack", place=place)


def refusal(place: str, error: SlackApiError) -> ProviderError:
    """The error that Slack's answer stands for."""
    status, code = _status(error), error_code(error)
    if status == 429 or code in _LATER:
        return Transient(saying("vendor.busy", who=who_is(place)), retry_after=retry_after(error))
    if code in _CREDENTIAL:
        return Denied(saying("vendor.denied", who=who_is(place), status=code))
    if status >= 500 or code in _PERHAPS or not code:
        return Unknown(saying("vendor.failed", who=who_is(place), status=code or status))
    return Permanent(saying("vendor.rejected", who=who_is(place), status=code), code=code)


def error_code(error: SlackApiError) -> str:
    """Slack's own code, `channel_not_found`; empty when the answer was not Slack's."""
    return str(_data(error).get("error", ""))


def retry_after(error: SlackApiError) -> timedelta | None:
    """How long Slack wishes not to be asked, where it says so."""
    wish = (getattr(error.response, "headers", None) or {}).get("Retry-After", "")
    return timedelta(seconds=int(wish)) if wish.isdecimal() else None


def _data(error: SlackApiError) -> Mapping[str, Any]:
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}


def _readable(error: ProviderError, *, reads: bool) -> ProviderError:
    return Transient(error.wording) if reads and isinstance(error, Unknown) else error


def _status(error: SlackApiError) -> int:
    response = error.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
