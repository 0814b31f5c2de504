"""The desk: a line of a person in, a document out; the same for every front end."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pydantic import AwareDatetime, BaseModel, ConfigDict

from bot.commands.answers import failed, in_a_sentence, judged, misread, refused, with_receipt
from bot.commands.beginning import BEGIN
from bot.commands.binding import bind
from bot.commands.chat_command import Asks, ChatCommand, Inquiry, Request, Target
from bot.commands.finding import find_command, named
from bot.commands.forms import Begun, begun, faults
from bot.commands.grammar import Line, read_line
from bot.commands.guest import check_asks, open_to
from bot.commands.hearing import Accounts, Hearing, no_accounts
from bot.commands.misread import Misread
from bot.commands.registry import COMMANDS
from bot.commands.replying import answer_line
from bot.community import RecordedCommunity
from bot.reading.duty import OnCallOf, on_call_in
from bot.reading.viewing import Viewings
from playbooks.domain.actor import Actor
from playbooks.domain.alert import Indicator
from playbooks.domain.case import Case
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.document import Document
from playbooks.domain.errors import IncidentError, Unavailable
from playbooks.domain.ids import CommandId, ConnectionId, EntryId, IncidentKey, OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Directory, Person
from playbooks.domain.release import Reader
from playbooks.domain.tongue import speak, tongue
from playbooks.ports.community import Communities
from playbooks.ports.gateway import Gateway
from playbooks.ports.playbooks import PlaybookAtHand, PlaybooksAtHand, no_playbooks
from playbooks.ports.receipts import Receipts
from playbooks.ports.views import RunShown, Views
from playbooks.texts import Texts


class Speaker(BaseModel):
    """Who says a line, where and when. The front end states how it makes the command's id."""

    model_config = ConfigDict(frozen=True)

    person: Person
    incident: IncidentKey | None = None
    """The room's incident; a key in the line goes before it."""
    command_id: CommandId
    received_at: AwareDatetime
    proven_at: AwareDatetime | None = None
    """When she last used a passkey here; None where nobody can tell."""
    via: ConnectionId | None = None
    """The connection that she speaks over; None for Muster's own rooms."""
    ceiling: Marking = Marking.RED
    """The strictest marking that the way back may carry."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said back, and the verdict when the line was a command that was judged."""

    document: Document
    verdict: Verdict | None = None
    failed: bool = False
    """The line was not understood, refused, or could not be taken."""
    begun: Begun | None = None
    """What the line began and lacks something: a front end that has forms shows its form instead."""


class Desk:
    """Reads a line, finds its command, and has it judged or answers it from the views."""

    def __init__(  # noqa: PLR0913  what a desk stands on, named where it is put together
        self,
        gateway: Gateway,
        views: Views,
        directory: Directory,
        texts: Texts,
        receipts: Receipts | None = None,
        viewings: Viewings | None = None,
        on_call: OnCallOf | None = None,
        *,
        accounts: Accounts = no_accounts,
        communities: Communities | None = None,
        playbooks: PlaybooksAtHand = no_playbooks,
    ) -> None:
        self._playbooks = playbooks
        self._communities = communities or RecordedCommunity(directory)
        self._accounts = accounts
        self._on_call = on_call or on_call_in(directory)
        self._viewings = viewings
        self._receipts = receipts
        self._gateway = gateway
        self._views = views
        self._directory = directory
        self._texts = texts

    async def say(self, line: str, speaker: Speaker) -> Document:
        """What to say back to a line. Raises nothing for any text; only a fault of Muster itself."""
        return (await self.hear(line, speaker)).document

    async def hear(self, line: str, speaker: Speaker) -> Reply:
        """As `say`, with the verdict."""
        found: tuple[ChatCommand, Line, int] | None = None
        try:
            read = read_line(line)
            command, words = find_command(COMMANDS, read.tokens) if read.tokens else (BEGIN, 0)
            found = command, read, words
            return await self.take(command, words, read, speaker)
        except Misread as error:
            about = found[0] if found else named(COMMANDS, error.nearest)
            lacks = begun(*found, error) if found else None
            return Reply(misread(self._texts, error, about), failed=True, begun=lacks)
        except IncidentError as error:
            return Reply(failed(self._texts, error), failed=True)

    async def replied(self, text: str, below: EntryId, speaker: Speaker) -> Reply | None:
        """As `hear`, of what was said below a message; None where that asked nothing, or this answers nothing."""
        if speaker.incident is None:
            return None
        try:
            case = await self._views.case(_reader(speaker), speaker.incident)
        except IncidentError:
            return None
        asked = (each.question for each in case.consultations.values() if each.question.entry == below)
        line = next((found for question in asked if (found := answer_line(question, text))), None)
        return await self.hear(line, speaker) if line else None

    def faults(self, command: ChatCommand, values: Mapping[str, str], speaker: Speaker) -> dict[str, str]:
        """What is wrong with what stands in a command's form: a sentence for each field, by its label."""
        found = faults(command, values, self._hearing(speaker, speaker.incident))
        if not found and command.target.needs_incident and speaker.incident is None:
            found = {command.parameters[0].label: Misread("misread.which_incident")}
        return {label: in_a_sentence(self._texts, error) for label, error in found.items()}

    async def asking(
        self, command: ChatCommand, first: str, speaker: Speaker, incident: IncidentKey | None = None
    ) -> ChatCommand:
        """The command with what it takes besides, where its first word is this one: what a task or a playbook asks."""
        key = incident or speaker.incident
        match command.asks:
            case Asks.PLAYBOOK:
                return command.asking(first, None, await self._playbooks())
            case Asks.TASK if key is not None:
                with suppress(IncidentError):
                    return command.asking(first, await self._views.case(_reader(speaker), key), {})
        return command

    async def playbooks(self) -> Mapping[str, PlaybookAtHand]:
        """What may be run here, by name."""
        return await self._playbooks()

    def over(self, views: Views) -> "Desk":
        """A plain desk over other views; nothing that is read there is told to have been."""
        return Desk(
            self._gateway,
            views,
            self._directory,
            self._texts,
            on_call=self._on_call,
            accounts=self._accounts,
            communities=self._communities,
            playbooks=self._playbooks,
        )

    async def take(self, command: ChatCommand, words: int, line: Line, speaker: Speaker) -> Reply:
        """What a line comes to, once it is known which command it is. Raises IncidentErrors."""
        person = (await self._communities.lately()).standing(speaker.person)
        speaker = speaker.model_copy(update={"person": person})
        incident = line.key or speaker.incident
        if incident is None and command.target.needs_incident:
            raise Misread("misread.which_incident")
        if command.target is Target.KEPT:
            raise Misread("misread.nothing_kept", typed=command.spelled)
        if command.answer is None:
            await self._communities.lately()  # what a line means may depend on it
        command = await self.asking(command, _first(line, words), speaker, incident)
        request = await bind(command, line, words, self._hearing(speaker, incident))
        if command.answer is not None:
            check_asks(command, speaker.person)
            return Reply(await command.answer(self._inquiry(request, speaker, incident)))
        asked = _command(command, request, speaker, incident)
        verdict = await self._gateway.submit(asked)
        if command.target is Target.DIRECTORY:
            await self._heed_change(speaker.person)
        receipt = await self._receipt(asked, verdict)
        if verdict.outcome is Outcome.REFUSED:
            return Reply(
                with_receipt(self._texts, refused(self._texts, asked, verdict), receipt), verdict, failed=True
            )
        return Reply(with_receipt(self._texts, judged(self._texts, asked, verdict), receipt), verdict)

    async def _heed_change(self, person: Person) -> None:
        """What the directory says holds from here on: also for how she who changed it is spoken to."""
        with suppress(Unavailable):
            community = await self._communities.now()
            speak(community.tongue(self._directory, person, tongue().language))

    async def _receipt(self, command: Command, verdict: Verdict) -> str | None:
        """What stands is answered also where no receipt can be made."""
        with suppress(Unavailable):
            return await self._receipts.receipt(command, verdict) if self._receipts else None
        return None

    def _hearing(self, speaker: Speaker, incident: IncidentKey | None) -> Hearing:
        def key() -> IncidentKey:
            if incident is None:
                raise Misread("misread.which_incident")
            return incident

        async def case() -> Case:
            return await self._views.case(_reader(speaker), key())

        async def parties() -> tuple[OrganizationCode, ...]:
            return (await case()).state.active_parties

        async def runs() -> tuple[RunShown, ...]:
            return await self._views.runs(_reader(speaker), key())

        async def indicators() -> Sequence[Indicator]:
            return await self._views.indicators(_reader(speaker), key())

        about = (speaker.person, speaker.received_at)
        team = self._communities.known.team(speaker.person.organization)
        return Hearing(self._directory, *about, parties, case, runs, indicators, team, self._accounts)

    def _inquiry(self, request: Request, speaker: Speaker, incident: IncidentKey | None) -> Inquiry:
        return Inquiry(
            request=request,
            incident=incident,
            speaker=speaker.person,
            reader=_reader(speaker),
            views=self._views,
            texts=self._texts,
            asked_at=speaker.received_at,
            commands=open_to(COMMANDS, speaker.person),
            on_call=self._on_call,
            directory=self._directory.seen_by(speaker.person),
            communities=self._communities,
            viewings=self._viewings,
        )


def _first(line: Line, words: int) -> str:
    """The first word behind the command's own that is no option."""
    return next((token.value for token in line.tokens[words:] if not token.name), "")


def _reader(speaker: Speaker) -> Reader:
    person = speaker.person
    return Reader(organization=person.organization, person=person.id, ceiling=speaker.ceiling)


def _command(
    command: ChatCommand, request: Request, speaker: Speaker, incident: IncidentKey | None
) -> Command:
    return Command(
        id=speaker.command_id,
        verb=command.verb,
        actor=Actor.of(speaker.person).model_copy(update={"via": speaker.via}),
        incident=incident if command.target.needs_incident else None,
        args=request.args,
        texts=request.texts,
        received_at=speaker.received_at,
        proven_at=speaker.proven_at,
    )
