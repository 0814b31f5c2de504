"""The client of Slack's Web API as Muster needs it: it keeps Slack's pace, asks once and says what happened."""

from datetime import timedelta
from typing import Any, Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from typing_extensions import override

from integrations.slack.failures import retry_after
from integrations.slack.pace import Pace

SLACK: Final = AsyncWebClient.BASE_URL
_WITHIN: Final = timedelta(seconds=7)
"""Less than the door waits for a chat (`playbooks/actions/times.py`), so that the client ends first."""


class SlackClient(AsyncWebClient):
    """A client that never tries again by itself: by default slack_sdk posts twice when a connection drops."""

    def __init__(self, token: str, base_url: str = SLACK) -> None:
        super().__init__(
            token=token, base_url=base_url, timeout=int(_WITHIN.total_seconds()), retry_handlers=[]
        )
        self.pace = Pace()

    @override
    async def api_call(self, api_method: str, **said: Any) -> AsyncSlackResponse:
        """When it is this call's turn. Raises Transient, and nothing was sent, where that would be too long."""
        channel = _channel(said)
        await self.pace.turn(api_method, channel)
        try:
            return await super().api_call(api_method, **said)
        except SlackApiError as error:
            if wish := retry_after(error):
                self.pace.close(api_method, channel, wish)
            raise


def slack_client(token: str, base_url: str = SLACK) -> SlackClient:
    """A client with a token that stands."""
    return SlackClient(token, base_url)


def _channel(said: dict[str, Any]) -> str:
    """The channel that a call is about, wherever slack_sdk puts it."""
    given = said.get("json") or said.get("params") or said.get("data") or {}
    return str(given.get("channel", ""))
