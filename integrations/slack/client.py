"""The client of Slack's Web API as Muster needs it: it asks once and says what happened."""

from datetime import timedelta
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

SLACK: Final = AsyncWebClient.BASE_URL
_WITHIN: Final = timedelta(seconds=7)
"""Less than the door waits for a chat (`playbooks/actions/times.py`), so that the client ends first."""


def slack_client(token: str, base_url: str = SLACK) -> AsyncWebClient:
    """A client that never tries again by itself: by default slack_sdk posts twice when a connection drops."""
    return AsyncWebClient(
        token=token, base_url=base_url, timeout=int(_WITHIN.total_seconds()), retry_handlers=[]
    )
