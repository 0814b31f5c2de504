"""Slack's half of a conversation: who acts, in which room, and what the desk answers her.

The id of a command from Slack is `slack:<team>:<occasion>`. A slash command and a press of a button have no event id,
but each carries a trigger id that Slack makes for this one act; a form has the id of its view, a reaction that of its
event. A repeated delivery carries the same one, so the ledger takes it once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Protocol

from bot.commands.chat_command import ChatCommand
from bot.commands.desk import Desk, Speaker
from bot.commands.forms import Begun, finishes
from bot.commands.registry import COMMANDS
from bot.identities import guest_of, people_of, proven_by
from bot.rooms import RoomIncidents
from playbooks.domain.connection import Connection
from playbooks.domain.document import Document, paragraph
from playbooks.domain.errors import IncidentError
from playbooks.domain.ids import CommandId, ConnectionId, EntryId, IncidentKey
from playbooks.domain.organization import Directory, Person
from playbooks.domain.release import Reader
from playbooks.domain.tongue import Tongue
from playbooks.ports.community import Communities
from playbooks.ports.operator import Concern, Operator, Trouble
from playbooks.ports.trust import Trust, Trusting
from playbooks.ports.views import IncidentLine, Views
from playbooks.texts import Texts

_MOST_ANSWERS: Final = 5
"""Messages that Slack takes at one response URL."""


class Members(Protocol):
    """What the workspace says of its members."""

    def is_gone(self, account: str) -> bool:
        """Whether the account was deactivated."""

    async def heard_of(self, user: Mapping[str, Any]) -> None:
        """Take note of what Slack says of an account."""

    def group_changed(self, group: str) -> None:
        """Take note that a user group has other members."""


class Words(Protocol):
    """One Slack message."""

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """What people see."""

    @property
    def text(self) -> str:
        """What notifications say."""


@dataclass(frozen=True)
class Act:
    """Somebody did something: typed, pressed, sent a form, put a sign to a message."""

    account: str
    team: str
    """The workspace that the person is of; a guest's is another than the room's."""
    room: str
    """Empty where it was done in no room."""
    occasion: str
    """Slack's own id of this one act."""
    incident: IncidentKey | None = None
    """The incident that was named, which goes before the room's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk answered to a line."""

    words: Sequence[Words]
    went_well: bool = False
    begun: Begun | None = None
    """What the line began and lacks something: its form helps more than the words."""


@dataclass(frozen=True)
class SlackFront:
    """What the app of one workspace stands on."""

    connection: Connection
    desk: Desk
    directory: Directory
    texts: Texts
    rooms: RoomIncidents
    render: Callable[[Document], Sequence[Words]]
    now: Callable[[], datetime]
    views: Views
    operator: Operator
    members: Members
    communities: Communities
    origin: str
    """Of Muster's own pages, `https://muster.example.org`."""
    trust: Trust = field(default_factory=Trusting)
    connected: Sequence[Connection] = ()
    """The chat systems of everybody: a guest is as good as the one that she comes from."""

    @cached_property
    def _people(self) -> Mapping[str, Person]:
        return people_of(self.directory, self.connection)

    async def is_trusted(self, via: ConnectionId | None = None) -> bool:
        """Whether nobody declared the workspace compromised, nor where it comes from; else it is told nothing."""
        return not {self.connection.id, via} & await self.trust.distrusted()

    async def heard_of(self, user: Mapping[str, Any]) -> None:
        """An account was changed; only those are of interest that the directory knows."""
        if str(user["id"]) in self._people:
            await self.members.heard_of(user)

    async def shut_out(self, event: Mapping[str, Any]) -> None:
        """Tell the operator that Muster was uninstalled or its token revoked; a person's token is none of its own."""
        if not event.get("tokens", {"bot": True}).get("bot"):
            return
        await self.operator.tell(
            Concern(
                trouble=Trouble.DENIED,
                action="connect",
                connection=self.connection.id,
                asked=f"{self.connection.organization}:on_call",
                detail=str(event["type"]),
            )
        )

    def known_to(self, act: Act) -> Directory:
        """What of the directory a form offers to whoever acts."""
        person = self._people.get(act.account)
        return self.directory.seen_by(person) if person else self.directory

    def person(self, act: Act, workspace: str | None) -> Person | None:
        """Who acts: somebody of the directory, in the workspace that is connected or as a guest from her own.

        None for everybody else. What an account had under way when it was deactivated is nobody's word any more.
        """
        if self.members.is_gone(act.account):
            return None
        if act.team == workspace:
            return self._people.get(act.account)
        return guest_of(self.directory, self.communities.known, act.team, act.account)

    def tongue(self, account: str) -> Tongue:
        """How whoever has an account here is spoken to; a stranger in the language of the workspace."""
        person = self._people.get(account)
        if person is None:
            return self.connection.tongue
        return self.communities.known.tongue(self.directory, person)

    async def answer(self, act: Act, workspace: str | None, line: str) -> Sequence[Words]:
        """The desk's answer to a line, none over a way that is not trusted; a stranger is told that she is one."""
        return (await self.taken(act, workspace, line)).words

    async def taken(self, act: Act, workspace: str | None, line: str) -> Answer:
        """The same, and what it came to."""
        person = self.person(act, workspace)
        if person is None:
            return Answer(self.stranger(act))
        speaker = await self._speaker(act, person)
        reply = await self.desk.hear(line, speaker)
        if not await self.is_trusted(speaker.via):
            return Answer(())
        return Answer(self.render(reply.document), not reply.failed, reply.begun)

    async def replied(self, act: Act, person: Person, text: str, below: EntryId) -> Sequence[Words] | None:
        """The desk's answer to what was said below a message; None where that is no answer to what it asks."""
        speaker = await self._speaker(act, person)
        reply = await self.desk.replied(text, below, speaker)
        if reply is None:
            return None
        return self.render(reply.document) if await self.is_trusted(speaker.via) else ()

    async def via(self, act: Act, person: Person) -> ConnectionId:
        """Where it comes from: a guest's from the system that proves her, where that was declared compromised."""
        home = proven_by(self.connected, self.connection, person, act.account)
        return home if home and not await self.is_trusted(home) else self.connection.id

    async def faults(
        self, act: Act, person: Person, command: ChatCommand, values: Mapping[str, str]
    ) -> dict[str, str]:
        """What is wrong with a form, a sentence for each field."""
        return self.desk.faults(command, values, await self._speaker(act, person))

    async def asking(self, act: Act, person: Person, command: ChatCommand, first: str) -> ChatCommand:
        """The command with what it takes besides, where its first word is this one."""
        return await self.desk.asking(command, first, await self._speaker(act, person))

    async def form_of(
        self, act: Act, workspace: str | None, line: str
    ) -> tuple[ChatCommand, Act, dict[str, str]] | None:
        """The form that a line is answered with: it names a task, and the task asks several things."""
        said, person = finishes(line, COMMANDS), self.person(act, workspace)
        if said is None or person is None or not await self.is_trusted(await self.via(act, person)):
            return None
        command, read, first = said
        about = replace(act, incident=read.key or act.incident)
        asking = await self.asking(about, person, command, first)
        return None if asking is command else (asking, about, {command.parameters[0].label: first})

    async def incidents_for(
        self, act: Act, workspace: str | None, command: ChatCommand
    ) -> Sequence[IncidentLine] | None:
        """Those that she may choose from in a command's form; None where it asks for none, or nobody can tell."""
        person = self.person(act, workspace)
        if person is None or not command.target.needs_incident or await self._about(act):
            return None
        reader = Reader(organization=person.organization, person=person.id, ceiling=self.connection.ceiling)
        try:
            return await self.views.incidents(reader, open_only=True)
        except IncidentError:
            return None

    def stranger(self, act: Act) -> Sequence[Words]:
        """What is said to somebody who is not in the directory."""
        return self._said("chat.stranger", account=act.account)

    def nowhere(self) -> Sequence[Words]:
        """What is said to somebody who wants to do in an incident what can be done in none that she may know of."""
        return self._said("chat.no_incident")

    async def fitting(self, act: Act, words: Sequence[Words]) -> Sequence[Words]:
        """As many as Slack takes; where more were to be said, the last says so, and where all of it stands."""
        if len(words) <= _MOST_ANSWERS:
            return words
        incident = await self._about(act)
        page = f"{self.origin}/rooms/{incident}" if incident else f"{self.origin}/rooms"
        return (*words[: _MOST_ANSWERS - 1], *self._said("chat.goes_on", page=page))

    def _said(self, code: str, **said: str) -> Sequence[Words]:
        return self.render(Document(blocks=(paragraph(*self.texts.parts(code, **said)),)))

    async def _about(self, act: Act) -> IncidentKey | None:
        return act.incident or await self.rooms.incident(act.room)

    async def _speaker(self, act: Act, person: Person) -> Speaker:
        return Speaker(
            person=person,
            incident=await self._about(act),
            command_id=CommandId(f"slack:{act.team}:{act.occasion}"),
            received_at=self.now(),
            ceiling=self.connection.ceiling,
            via=await self.via(act, person),
        )
