"""What was said in a channel, as Slack tells it again, page by page."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.failures import answered
from playbooks.domain.ids import ConnectionId

PAGE: Final = 200
"""So many things Slack is asked for at once."""


async def messages(
    place: ConnectionId, web: AsyncWebClient, room: str, thread: str | None = None
) -> AsyncIterator[Mapping[str, Any]]:
    """The room's messages, or its thread's, newest page first, with their metadata. Raises ProviderErrors."""
    cursor: str | None = ""
    while cursor is not None:
        page: dict[str, Any] = {"include_all_metadata": True, "limit": PAGE, "cursor": cursor or None}
        call = (
            web.conversations_history(channel=room, **page)
            if thread is None
            else web.conversations_replies(channel=room, ts=thread, **page)
        )
        listed = await answered(place, call, reads=True, fine={"thread_not_found"})
        for message in listed.get("messages", ()):
            yield message
        cursor = next_page(listed)


def next_page(listed: Mapping[str, Any]) -> str | None:
    """Where the next page begins; None at the end."""
    return (listed.get("response_metadata") or {}).get("next_cursor") or None
