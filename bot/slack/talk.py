"""What people say to each other in Slack, where it is carried on: lines, changes, withdrawals, signs, files.

Slack names a message by its channel and moment, so a line's command is `slack:<team>:<channel>:<moment>`; a change has
its own moment besides, a sign who put which.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.carrying import Carrying, Spoken
from bot.slack.front import Act, SlackFront
from bot.slack.spoken import spoken
from playbooks.domain.attached import attached
from playbooks.domain.command import Outcome
from playbooks.domain.document import Document, Inline, paragraph
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import CommandId
from playbooks.domain.organization import Person
from playbooks.domain.policy import UNTRUSTED
from playbooks.domain.saying import in_parts
from playbooks.ports.conversation import Changed, Said, Signed, Withdrawn

SAID: Final = frozenset({"message", "reaction_added", "reaction_removed"})
"""The events that tell what people say."""
_LINES: Final = frozenset({None, "file_share", "thread_broadcast", "me_message"})
_MENTION: Final = re.compile(r"<@(\w+)(?:\|[^<>]*)?>")
Json = Mapping[str, Any]


def command_id(team: str) -> Callable[[str, str], CommandId]:
    """From a channel and a message's id to the command that it leads to."""
    return lambda room, message: CommandId(f"slack:{team}:{room}:{message}")


def deed_of(event: Json, author: Callable[[str], Person | None]) -> Spoken | None:
    """What a person did, by an event; None for what Muster or another program did, and for what carries nothing."""
    room = str(event.get("channel", ""))
    match event.get("type"), event.get("subtype"):
        case "message", subtype if subtype in _LINES and not event.get("bot_id"):
            return _line(event, room, author)
        case "message", "message_changed":
            return _change(event["message"], event.get("previous_message") or {}, room, author)
        case "message", "message_deleted":
            was = event.get("previous_message") or {}
            return None if was.get("bot_id") or not was.get("user") else _taken_back(was, event, room)
        case ("reaction_added" | "reaction_removed") as kind, _ if event["item"]["type"] == "message":
            return _sign(event, taken_off=kind == "reaction_removed")
    return None


def _line(event: Json, room: str, author: Callable[[str], Person | None]) -> Said:
    thread, ts = event.get("thread_ts"), str(event["ts"])
    return Said(
        id=ts,
        room=room,
        account=str(event.get("user", "")),
        text=_words(event.get("text"), author),
        thread=None if thread == ts else thread,
        files=tuple(
            attached(each.get("name") or each.get("id"), each.get("mimetype"), each.get("size"))
            for each in event.get("files") or ()
        ),
        said_at=datetime.fromtimestamp(float(ts), UTC),
    )


def _change(now: Json, was: Json, room: str, author: Callable[[str], Person | None]) -> Spoken | None:
    """Slack says so too when it has looked at a link, or counts the answers below."""
    if now.get("bot_id") or now.get("text") == was.get("text") or not now.get("user"):
        return None
    moment = (now.get("edited") or {}).get("ts", "")
    text = _words(now.get("text"), author)
    ts = str(now["ts"])
    return Changed(id=f"{ts}:{moment}", room=room, account=now["user"], message=ts, text=text)


def _taken_back(was: Json, event: Json, room: str) -> Withdrawn:
    ts = str(event.get("deleted_ts") or was["ts"])
    return Withdrawn(id=f"{ts}:deleted", room=room, account=was["user"], message=ts)


def _sign(event: Json, *, taken_off: bool) -> Signed | Withdrawn:
    item, user, sign = event["item"], str(event["user"]), str(event["reaction"])
    id, room = f"{item['ts']}:{user}:{sign}", str(item["channel"])
    if taken_off:
        return Withdrawn(id=f"{id}:off", room=room, account=user, message=id)
    return Signed(id=id, room=room, account=user, message=str(item["ts"]), sign=f":{sign}:")


def _words(text: str | None, author: Callable[[str], Person | None]) -> str:
    """People are mentioned by their handles: an account of this workspace says nothing elsewhere."""

    def named(found: re.Match[str]) -> str:
        person = author(found[1])
        return f"@{person.id}" if person else f"@{found[1]}"

    return spoken(_MENTION.sub(named, text or ""))


class Talk:
    """Takes on what is said in the workspace's joint rooms."""

    def __init__(self, front: SlackFront, web: AsyncWebClient, carrying: Callable[[str], Carrying]) -> None:
        """`carrying` is asked for by the workspace that is connected."""
        self._front, self._web, self._carrying = front, web, carrying

    async def hear(self, event: Json, team: str, workspace: str | None) -> None:
        """Carry one event on; whoever said what cannot be carried is told so, alone. Raises SlackApiError."""
        deed = deed_of(event, lambda account: self._front.person(Act(account, team, "", ""), team))
        carrying = self._carrying(workspace or team)
        if deed is None:
            return
        from_elsewhere = event.get("user_team") or event.get("team") or team
        act = Act(deed.account, from_elsewhere, deed.room, f"{deed.room}:{deed.id}")
        person = self._front.person(act, workspace)
        if person is not None and await self._replied(deed, act, person, carrying):
            return
        if not await carrying.is_joint(deed.room):
            return
        if why := await self._refused(deed, act, person, carrying):
            await self._tell(deed, why)

    async def _replied(self, deed: Spoken, act: Act, person: Person, carrying: Carrying) -> bool:
        """Whether it was an answer to what is asked in the message above it; then it is taken as that."""
        if not isinstance(deed, Said) or deed.thread is None:
            return False
        try:
            asked = await carrying.entry(deed.room, deed.thread)
        except Unavailable:
            return False
        said = await self._front.replied(act, person, deed.text, asked)
        for words in said or ():
            await self._web.chat_postEphemeral(
                channel=deed.room,
                user=deed.account,
                thread_ts=deed.thread,
                text=words.text,
                blocks=words.blocks,
            )
        return said is not None

    async def _refused(
        self, deed: Spoken, act: Act, person: Person | None, carrying: Carrying
    ) -> tuple[Inline, ...]:
        """Why it is not carried, where that is to be said: to a place in hostile hands nothing is."""
        if person is None:
            return self._front.texts.parts("chat.stranger", account=deed.account)
        try:
            verdict = await carrying.take(deed, person, await self._front.via(act, person))
        except Unavailable as error:
            return in_parts(error.wording)
        if verdict is None or verdict.outcome is not Outcome.REFUSED or verdict.code == UNTRUSTED:
            return ()
        return in_parts(verdict.wording)

    async def _tell(self, deed: Spoken, why: Sequence[Inline]) -> None:
        if isinstance(deed, Signed) or not await self._front.is_trusted():
            return
        blocks = (paragraph(*self._front.texts.parts("chat.not_carried")), paragraph(*why))
        for words in self._front.render(Document(blocks=blocks)):
            await self._web.chat_postEphemeral(
                channel=deed.room, user=deed.account, text=words.text, blocks=words.blocks
            )
