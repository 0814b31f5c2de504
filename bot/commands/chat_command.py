"""A chat command is a value: its words, what it takes, what follows. Help and completion read it too."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.commands.answering import asked_by_task, taken_by_playbook
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread
from bot.commands.parameter import Args, Parameter
from bot.reading.duty import OnCallOf
from bot.reading.viewing import Viewings, Way
from playbooks.domain.case import Case
from playbooks.domain.document import Document
from playbooks.domain.ids import IncidentKey
from playbooks.domain.organization import Directory, Person
from playbooks.domain.release import Reader
from playbooks.ports.community import Communities
from playbooks.ports.playbooks import PlaybookAtHand
from playbooks.ports.views import Views
from playbooks.texts import Texts


class Target(StrEnum):
    """Whose state the command changes; a query changes nothing and is answered from the views."""

    DECLARE = "declare"
    INCIDENT = "incident"
    PART = "part"
    CONSULTATION = "consultation"
    RUN = "run"
    REVIEW = "review"
    """What is said of an incident afterwards."""
    TRIAGE = "triage"
    """Groups of alerts, which belong to no incident yet."""
    ROTA = "rota"
    """Who is on call in one's own organization."""
    DIRECTORY = "directory"
    """What the community has on record of itself."""
    QUERY = "query"
    KEPT = "kept"
    """What was given while the database was away, which is on this machine and in no record."""

    @property
    def needs_incident(self) -> bool:
        """Whether one must be named, by the line or by the room."""
        return self not in (
            Target.DECLARE,
            Target.TRIAGE,
            Target.ROTA,
            Target.DIRECTORY,
            Target.QUERY,
            Target.KEPT,
        )


@dataclass(frozen=True, slots=True)
class Request:
    """A command as understood: codes apart from people's words."""

    args: Args
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What a query may use. It reads what the views give this reader, and nothing else."""

    request: Request
    incident: IncidentKey | None
    speaker: Person
    reader: Reader
    views: Views
    texts: Texts
    asked_at: datetime
    commands: "tuple[ChatCommand, ...]"
    on_call: OnCallOf
    directory: Directory
    communities: Communities
    viewings: Viewings | None = None
    """Records that the speaker saw what she asked about."""

    @property
    def key(self) -> IncidentKey:
        """The incident asked about. Raises Misread when none was named and the room has none."""
        if self.incident is None:
            raise Misread("misread.which_incident")
        return self.incident

    async def case(self) -> Case:
        """The incident asked about, as this reader may have it. Raises Misread or NotFound."""
        case = await self.views.case(self.reader, self.key)
        if self.viewings is not None:
            await self.viewings.saw(self.speaker, case.state, Way.QUESTION)
        return case


class Asks(StrEnum):
    """What a command's first word may name that asks for more."""

    TASK = "task"
    """For the answers to its questions."""
    PLAYBOOK = "playbook"
    """For the first values of its variables."""


Complete = Callable[[Args, Hearing], Awaitable[Args]]
Reword = Callable[["Request", Hearing], Awaitable["Request"]]
Answer = Callable[[Inquiry], Awaitable[Document]]


@dataclass(frozen=True, slots=True)
class ChatCommand:
    """One command. Its texts are `command.<words>.summary`, `.usage` and `.example`."""

    words: tuple[str, ...]
    verb: str
    """Of the domain's command; a query's own name."""
    target: Target
    parameters: tuple[Parameter, ...] = ()
    complete: Complete | None = None
    """Adds the codes that follow from what was not said."""
    reword: Reword | None = None
    """Puts people's words into the shape in which they are kept."""
    answer: Answer | None = None
    """Of a query."""
    aliases: tuple[tuple[str, ...], ...] = ()
    asks: Asks | None = None
    """Who asks for more, by its first word."""

    def asking(self, first: str, case: Case | None, playbooks: Mapping[str, PlaybookAtHand]) -> "ChatCommand":
        """The same command, with what it takes besides where its first word is this one."""
        more: tuple[Parameter, ...] = ()
        if self.asks is Asks.TASK:
            more = asked_by_task(first, case)
        elif self.asks is Asks.PLAYBOOK:
            more = taken_by_playbook(first, playbooks)
        if not more:
            return self
        own = (each for each in self.parameters[1:] if each.label != "answer")
        return replace(self, parameters=(self.parameters[0], *more, *own))

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """All words it goes by, its own first."""
        return (self.words, *self.aliases)

    @property
    def code(self) -> str:
        """Where its texts stand in the catalogue."""
        return f"command.{'.'.join(self.words)}"

    @property
    def spelled(self) -> str:
        """Its own words, as people type them."""
        return " ".join(self.words)

    def summary(self, texts: Texts) -> str:
        """What it does, in a sentence."""
        return texts.say(f"{self.code}.summary")

    def usage(self, texts: Texts) -> str:
        """How it is typed."""
        return texts.say(f"{self.code}.usage")

    def example(self, texts: Texts) -> str:
        """A line that works."""
        return texts.say(f"{self.code}.example")
