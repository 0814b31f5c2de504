"""One Slack workspace as a ChatPort.

Slack takes no key of ours, so what was done is found again: a message by its metadata in the room's history, a room by
its name among those that Muster opened, with the effect's id as its purpose.
"""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, MutableSet, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.failures import answered, responded, who_is
from integrations.slack.furnishing import Furnishing
from integrations.slack.history import PAGE, messages, next_page
from integrations.slack.members import SlackMembers
from integrations.slack.render import Json, SlackMessage, SlackRenderer, calling, split
from playbooks.domain.connection import Connection
from playbooks.domain.document import Document, mentioned
from playbooks.domain.errors import Denied, Permanent, ProviderError, Unknown
from playbooks.domain.ids import EffectId, IncidentKey, PersonId
from playbooks.domain.organization import Duty
from playbooks.domain.saying import Saying, saying
from playbooks.domain.seen import Seen, SeenAs
from playbooks.ports.chat import ArchiveRoom, Invite, OpenRoom, Post, Remove, UpdateMessage
from playbooks.ports.operator import Operator
from playbooks.ports.write import Made

METADATA: Final = "muster_effect"
"""The metadata's event type; its payload names the effect, which part of it this is, and of how many."""

SCOPES: Final = frozenset(
    {
        "bookmarks:read",
        "bookmarks:write",
        "chat:write",
        "groups:history",
        "groups:read",
        "groups:write",
        "links:read",
        "links:write",
        "reactions:read",
        "usergroups:read",
        "users:read",
    }
)
"""What the methods below, and the events that Muster hears, need in private channels; `manifest.yaml` asks for it."""

_HARMLESS: Final = frozenset({"already_in_channel", "cant_invite_self"})
_NOT_THERE: Final = frozenset({"not_in_channel", "user_not_in_channel", "user_not_found"})
"""Of conversations.kick: nobody of that account is in the room; published is the first, others answer the second."""
_UNREACHED: Final = frozenset(
    {
        "cant_invite",
        "failed_for_some_users",
        "invitee_cant_see_channel",
        "no_external_invite_permission",
        "ura_max_channels",
        "user_is_restricted",
        "user_is_ultra_restricted",
        "user_not_found",
        "user_team_not_in_channel",
        "users_not_found",
    }
)
"""Of conversations.invite: it is about the person, not about the room or about us."""


@dataclass(frozen=True)
class _Self:
    """Who Muster is in the workspace."""

    user: str
    url: str
    scopes: frozenset[str]
    """As Slack's answers state them; empty where they do not."""


class SlackChat:
    """The ChatPort of one workspace; `account` knows people's user ids there."""

    def __init__(
        self,
        connection: Connection,
        web: AsyncWebClient,
        account: Callable[[PersonId], str | None],
        address: Callable[[IncidentKey], str] | None = None,
        operator: Operator | None = None,
        gone: MutableSet[str] | None = None,
    ) -> None:
        """`address` is where people find an incident in Muster: the bookmark of its room.

        `operator` hears of accounts that were deactivated, which `gone` remembers.
        """
        self._connection = connection
        self._place = connection.id
        self._web = web
        self._known_account = account
        self.members = SlackMembers(connection, web, operator, gone)
        self.furnishing = Furnishing(connection, web, address)
        self._render = SlackRenderer(self._mentioned)
        self._known: _Self | None = None

    @property
    def web(self) -> AsyncWebClient:
        """The client; whoever else speaks for the connection shares it, and with it the pace."""
        return self._web

    def words(self, document: Document) -> list[SlackMessage]:
        """The document as Slack's messages, for answers that go another way than through the door."""
        return split(self._render, document)

    async def open_room(self, request: OpenRoom) -> Made:
        """Open a private channel. Once it is there, whatever fails leaves it unknown whether all is done.

        Its purpose says which effect opened it; what it looks like comes after what people wait for.
        """
        me = await self._me()
        created = await answered(
            self._place, self._web.conversations_create(name=self._name(request), is_private=True)
        )
        room = str(created["channel"]["id"])
        try:
            await self._claim(room, request)
        except ProviderError as error:
            raise Unknown(saying("vendor.half_opened", who=who_is(self._place), id=room)) from error
        self.furnish(room, request.effect_id, request.topic)
        return _room(me, room)

    async def find_room(self, request: OpenRoom) -> Made | None:
        """The channel that this request opened, under whatever name people have given it since.

        One that was left without its purpose is known by its name, and given the purpose.
        """
        me, name = await self._me(), self._name(request)
        async for room in self._rooms():
            is_it = room.get("name") == name or _purpose(room) == request.effect_id
            if is_it and room.get("creator") == me.user:
                return await self._found(me, room, request)
        return None

    async def post(self, request: Post) -> Made:
        """Post a message; one that is too long for Slack goes on in further ones, each taken up where it was left."""
        me = await self._me()
        request = await self._below(request)
        await self._look_at(mentioned(request.document))
        parts = self.words(request.document)
        if groups := await self._groups(request.duties):
            parts = [*parts[:-1], calling(parts[-1], groups)]
        said = await self._said(request) if len(parts) > 1 else {}
        for number, part in enumerate(parts, start=1):
            if number not in said:
                said[number] = await self._say(request, part, number, len(parts), begun=bool(said))
        if request.ends:
            self.furnishing.settle(request.room, request.ends)
        return _message(me, request.room, said[1])

    async def find_message(self, request: Post) -> Made | None:
        """The message that this request posted, when all parts of it are there."""
        me = await self._me()
        said = await self._said(await self._below(request, fine={"thread_not_found"}), whole=True)
        return _message(me, request.room, said[1]) if said else None

    async def update_message(self, request: UpdateMessage) -> Made:
        """Replace a message. What does not fit into one is Permanent: the parts of the old one could not go along."""
        me = await self._me()
        parts = self.words(request.document)
        if len(parts) > 1:
            raise Permanent(saying("vendor.too_long", who=who_is(self._place)), code="message_too_long")
        await answered(
            self._place,
            self._web.chat_update(
                channel=request.room,
                ts=request.message,
                blocks=parts[0].blocks,
                text=parts[0].text,
                parse="none",
                link_names=False,
            ),
        )
        return _message(me, request.room, request.message)

    async def invite(self, request: Invite) -> Made:
        """Invite everybody at once; people without an account, or whom Slack does not let in, are missing."""
        me = await self._me()
        await self._look_at(request.people)
        accounts = {person: self._account(person) for person in request.people}
        invited = [account for account in accounts.values() if account]
        refused = await self._refused(request.room, invited) if invited else set()
        missing = tuple(person for person, account in accounts.items() if not account or account in refused)
        return _room(me, request.room).model_copy(update={"missing": missing})

    async def remove(self, request: Remove) -> Made:
        """Take people out one by one, as Slack has it; who is not there is no matter."""
        me = await self._me()
        for account in filter(None, map(self._account, request.people)):
            call = self._web.conversations_kick(channel=request.room, user=account)
            await answered(self._place, call, fine=_NOT_THERE)
        return _room(me, request.room)

    async def archive_room(self, request: ArchiveRoom) -> Made:
        """Archive a channel."""
        me = await self._me()
        call = self._web.conversations_archive(channel=request.room)
        await answered(self._place, call, fine={"already_archived"})
        return _room(me, request.room)

    async def look(self, ref: str) -> Seen:
        """See `playbooks/ports/seen.py`. What we are not in is as gone for Slack as what is not there."""
        try:
            known = await answered(self._place, self._web.conversations_info(channel=ref), reads=True)
        except Permanent as error:
            if error.code != "channel_not_found":
                raise
            return Seen(as_=SeenAs.GONE, ref=ref)
        channel = known["channel"]
        is_over, is_ours = channel.get("is_archived"), channel.get("creator") == (await self._me()).user
        is_bare = is_ours and not (channel.get("topic") or {}).get("last_set")
        return Seen(as_=SeenAs.OVER if is_over else SeenAs.FRESH, ref=ref, is_bare=is_bare)

    def furnish(self, room: str, opener: EffectId, topic: str) -> None:
        """See `playbooks/ports/seen.py`."""
        self.furnishing.furnish(room, opener, topic)

    async def health(self) -> Saying:
        """See `playbooks/ports/health.py`; a scope that is lacking would show in the midst of an incident."""
        self._known = None
        me = await self._me()
        lacking = sorted(SCOPES - me.scopes) if me.scopes else ()
        if lacking:
            raise Denied(saying("vendor.scopes_lacking", who=self._place, scopes=lacking))
        return saying("vendor.health.slack", url=me.url)

    async def opened_by(self, room: str) -> EffectId | None:
        """The effect that opened a channel; None for one that Muster did not open or cannot see.

        People in the channel may change its purpose; that misleads whoever leaves out the incident's key, and no rule.
        """
        me = await self._me()
        try:
            known = await answered(self._place, self._web.conversations_info(channel=room), reads=True)
        except Permanent:
            return None
        ours = known["channel"].get("creator") == me.user
        return EffectId(str(known["channel"]["purpose"]["value"])) if ours else None

    async def in_group(self, group: str) -> frozenset[str]:
        """See `playbooks/ports/members.py`."""
        return await self.members.in_group(group)

    def _account(self, person: PersonId) -> str | None:
        """Of somebody who can be reached here; an account that was deactivated is none."""
        account = self._known_account(person)
        return None if account is None or self.members.is_gone(account) else account

    def _mentioned(self, person: PersonId) -> str | None:
        """The same, where the workspace knows the account: another's says nothing to whoever reads."""
        account = self._account(person)
        return None if account is None or self.members.is_elsewhere(account) else account

    async def _groups(self, duties: Collection[Duty]) -> tuple[str, ...]:
        """The user groups that stand for these here; one that nobody is in, or Slack does not know, calls nobody."""
        own = dict.fromkeys(group for duty, group in self._connection.groups if duty in duties)
        return tuple([group for group in own if await self.members.in_group(group)])

    async def _look_at(self, people: Iterable[PersonId]) -> None:
        await self.members.look_at(account for each in people if (account := self._known_account(each)))

    async def _me(self) -> _Self:
        if self._known is None:
            tested = await responded(self._place, self._web.auth_test(), reads=True)
            granted = tested.headers.get("X-OAuth-Scopes", "")
            scopes = frozenset(scope.strip() for scope in granted.split(",") if scope.strip())
            self._known = _Self(user=str(tested["user_id"]), url=str(tested["url"]), scopes=scopes)
        return self._known

    def _name(self, request: OpenRoom) -> str:
        """Slack takes lower-case letters, digits, hyphens and underscores, 80 at most."""
        return f"{self._connection.place}{request.name}".lower()

    async def _claim(self, room: str, request: OpenRoom) -> None:
        """The purpose says which effect opened the channel."""
        call = self._web.conversations_setPurpose(channel=room, purpose=request.effect_id)
        await answered(self._place, call)

    async def _found(self, me: _Self, room: Mapping[str, Any], request: OpenRoom) -> Made | None:
        id, purpose = str(room["id"]), _purpose(room)
        if purpose not in {"", request.effect_id}:
            return None
        if not purpose:
            await self._claim(id, request)
        self.furnish(id, request.effect_id, request.topic)
        return _room(me, id)

    async def _rooms(self) -> AsyncIterator[Mapping[str, Any]]:
        """The private channels that Muster is in and that are open."""
        cursor: str | None = ""
        while cursor is not None:
            listed = await answered(
                self._place,
                self._web.conversations_list(
                    types="private_channel", exclude_archived=True, limit=PAGE, cursor=cursor or None
                ),
                reads=True,
            )
            for room in listed["channels"]:
                yield room
            cursor = next_page(listed)

    async def _below(self, request: Post, fine: Collection[str] = ()) -> Post:
        """Below what a thread is about, since threads do not branch.

        Slack would take a reply to anything; nobody would see one to a message that is gone.
        """
        if request.thread is None:
            return request
        call = self._web.conversations_replies(channel=request.room, ts=request.thread, limit=1)
        found = (await answered(self._place, call, reads=True, fine=fine)).get("messages") or [{}]
        return request.model_copy(update={"thread": found[0].get("thread_ts") or request.thread})

    async def _say(self, request: Post, part: SlackMessage, number: int, of: int, *, begun: bool) -> str:
        call = self._web.chat_postMessage(
            channel=request.room,
            thread_ts=request.thread,
            blocks=part.blocks,
            text=part.text,
            mrkdwn=False,
            parse="none",
            link_names=False,
            unfurl_links=False,
            unfurl_media=False,
            metadata={
                "event_type": METADATA,
                "event_payload": {"effect": request.effect_id, "part": number, "of": of},
            },
        )
        try:
            return str((await answered(self._place, call))["ts"])
        except ProviderError as error:
            if begun:
                raise Unknown(saying("vendor.half_said", who=who_is(self._place))) from error
            raise

    async def _said(self, request: Post, *, whole: bool = False) -> dict[int, str]:
        """The parts of this effect's message that are there; with `whole` none unless all are."""
        me, said, of = await self._me(), {}, 0
        async for message in messages(self._place, self._web, request.room, request.thread):
            payload = _payload(message)
            if payload.get("effect") == request.effect_id and message.get("user") == me.user:
                said[int(payload["part"])] = str(message["ts"])
                of = int(payload["of"])
            if of and len(said) == of:
                return said
        return {} if whole else said

    async def _refused(self, room: str, accounts: Sequence[str]) -> set[str]:
        """The accounts that Slack did not let in. Where it names none of several, each is asked for by itself."""
        call = self._web.conversations_invite(channel=room, users=accounts, force=True)
        said = await answered(self._place, call, fine=_HARMLESS | _UNREACHED)
        errors = said.get("errors") or ()
        if said["ok"] or errors:
            return {
                str(error["user"]) for error in errors if "user" in error and error["error"] not in _HARMLESS
            }
        if len(accounts) == 1:
            return set(accounts) if said["error"] in _UNREACHED else set()
        return {account for each in accounts for account in await self._refused(room, [each])}


def _purpose(room: Mapping[str, Any]) -> str:
    return str((room.get("purpose") or {}).get("value", ""))


def _payload(message: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = message.get("metadata") or {}
    payload: Json = metadata.get("event_payload") or {}
    return payload if metadata.get("event_type") == METADATA else {}


def _room(me: _Self, room: str) -> Made:
    return Made(ref=room, url=f"{me.url}archives/{room}")


def _message(me: _Self, room: str, ts: str) -> Made:
    return Made(ref=ts, url=f"{me.url}archives/{room}/p{ts.replace('.', '')}")
