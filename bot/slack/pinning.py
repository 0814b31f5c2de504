"""A message of a room, pinned into the incident's record: by a sign put to it, or from its menu."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands.forms import line_of
from bot.commands.pinning import PIN, pin_of
from bot.slack.spoken import spoken
from playbooks.domain.organization import Person

SIGNS: Final = frozenset({"pushpin", "round_pushpin"})
"""The reactions that pin."""
_NOT_THERE: Final = frozenset({"channel_not_found", "not_in_channel"})
"""How Slack says that the app does not see a channel."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a room, as far as a pin tells of it."""

    account: str
    ts: str
    text: str
    link: str

    def values(self, author: Callable[[str], Person | None]) -> dict[str, str]:
        """What stands in the form of a pin; an author whom nobody knows is left out."""
        at = datetime.fromtimestamp(float(self.ts), UTC)
        return pin_of(author(self.account), at, self.link, spoken(self.text))

    def line(self, author: Callable[[str], Person | None]) -> str:
        """The command that pins it."""
        return line_of(PIN, self.values(author))


async def message_of(web: AsyncWebClient, channel: str, said: Mapping[str, Any]) -> Message:
    """A message that Slack has told; without its address where Muster is not in the channel. Raises SlackApiError."""
    try:
        link = str((await web.chat_getPermalink(channel=channel, message_ts=said["ts"]))["permalink"])
    except SlackApiError as error:
        if error.response.get("error") not in _NOT_THERE:
            raise
        link = ""
    return Message(said.get("user") or "", said["ts"], said.get("text") or "", link)


async def message_at(web: AsyncWebClient, channel: str, ts: str) -> Message | None:
    """The message that stands at this place of a channel, in a thread or not. Raises SlackApiError."""
    found = await web.conversations_replies(
        channel=channel, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=1
    )
    said = next((each for each in found["messages"] if each["ts"] == ts), None)
    return await message_of(web, channel, said) if said else None
