"""Writing decisions to the record, joined with the people's words that workflows never hold."""

from collections.abc import AsyncIterator, Awaitable, Callable

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, EntryId, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.told import prose_for, referred
from playbooks.ports.ledger import Ledger
from playbooks.ports.record import Decision, Record


class WordsFrom(BaseModel):
    """Where the words of a decision that no person typed stand: a step of a playbook, or an entry of the record.

    Nowhere, when neither is named: it has none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    content: str = ""
    step: str = ""
    entry: EntryId | None = None
    """The entry whose words go along, of a task that is handed over; then neither content nor step is named."""
    commands: tuple[int, ...] = ()
    """Of a step, those of its commands that are spoken of, from 0; all of them when none is named."""
    is_undo: bool = False
    """What takes the step back, instead of the step."""
    values: dict[str, str | None] = {}
    """The variables that the step refers to, as they stood when it became due."""
    parties: tuple[OrganizationCode, ...] = ()
    """Who takes part in the incident: what was told to its parties may be told to each of them."""
    asks: tuple[str, ...] = ()
    """The variables that are asked for, of which it is said what they mean."""
    name_only: bool = False
    """Only what the step is called, not what it says."""


class Decided(BaseModel):
    """A decision to be recorded, its entries without words."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    judge: str
    """The workflow that decided, by its id."""
    decision: Decision
    command: CommandId | None = None
    """The ledger's command whose words go with the first entry, and to which the verdict belongs."""
    words: WordsFrom | None = None
    """Of the first entry."""
    beside: tuple[WordsFrom | None, ...] = ()
    """Of each entry in its place, where several are recorded together that no person typed."""


StepWords = Callable[[WordsFrom], Awaitable[dict[str, str]]]


class RecordingActivities:
    """The record's one writer among the activities."""

    def __init__(self, record: Record, ledger: Ledger, step_words: StepWords) -> None:
        self._record = record
        self._ledger = ledger
        self._step_words = step_words

    @activity.defn(name="record_decision")
    async def record_decision(self, decided: Decided) -> tuple[Decision, ...]:
        """Record a decision with its words; nothing comes back when it stands as given, else what stands instead.

        So an attempt whose worker was lost, and one that outlived its time-out, decide nothing a second time.
        """
        decision = decided.decision.model_copy(update={"entries": await self._with_words(decided)})
        return await self._record.decide(decided.judge, decision, settles=decided.command)

    async def _with_words(self, decided: Decided) -> tuple[Entry, ...]:
        entries = decided.decision.entries
        if decided.beside:
            each = zip(entries, decided.beside, strict=True)
            return tuple([await self._with(entry, words) for entry, words in each])
        first, rest = entries[:1], entries[1:]
        words: dict[str, str] = {}
        if decided.words is not None:
            words = await self._words_of(first[0], decided.words)
        elif decided.command is not None:
            words = dict(await self._ledger.texts(decided.command))
        return (*[await self._sharing(each.model_copy(update={"texts": words})) for each in first], *rest)

    async def _sharing(self, entry: Entry) -> Entry:
        """What is shared goes along in the words of whoever wrote it, as they stand now."""
        if entry.kind != Kind.MATERIAL_SHARE:
            return entry
        shared = "\n\n".join([text async for text in self._shared(entry)])
        return entry.model_copy(update={"texts": {**entry.texts, **({"shared": shared} if shared else {})}})

    async def _shared(self, entry: Entry) -> AsyncIterator[str]:
        """The words of one entry, or those in which the tasks of a run's steps were finished."""
        if "entry" in entry.data:
            for text in (await self._words_from(WordsFrom(entry=EntryId(str(entry.data["entry"]))))).values():
                yield text
        steps, tasks = entry.data.get("steps"), set[str]()
        if not steps or entry.incident is None:
            return
        origin = f"playbook/{entry.incident}/{entry.data['run']}|"
        async for _position, each in self._record.entries(entry.incident):
            asked_for = str(each.data.get("origin", ""))
            if each.kind in (Kind.TASK_ADD, Kind.TASK_REQUEST) and asked_for.startswith(origin):
                tasks |= {each.data["task"]} if any(step in asked_for for step in steps) else set()
            elif each.kind == Kind.TASK_DONE and each.data["task"] in tasks:
                for text in each.texts.values():
                    yield text

    async def _with(self, entry: Entry, words: WordsFrom | None) -> Entry:
        return (
            entry if words is None else entry.model_copy(update={"texts": await self._words_of(entry, words)})
        )

    async def _words_of(self, entry: Entry, words: WordsFrom) -> dict[str, str]:
        """The words for an entry; prose that people answered goes along where whoever reads it may have it."""
        references = {name: found for name, value in words.values.items() if (found := referred(value))}
        if not references:
            return await self._words_from(words)
        ids = list(dict.fromkeys(id for id, _question in references.values()))
        told = {each.id: each for each in await self._record.entries_by_id(ids)}
        values = {
            name: prose_for(entry, told.get(id), question, words.parties)
            for name, (id, question) in references.items()
        }
        return await self._words_from(words.model_copy(update={"values": {**words.values, **values}}))

    async def _words_from(self, words: WordsFrom) -> dict[str, str]:
        if words.entry is None:
            return await self._step_words(words) if words.content else {}
        return {
            name: text
            for entry in await self._record.entries_by_id([words.entry])
            for name, text in entry.texts.items()
        }
