"""From the record of a rehearsal to its report. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from playbooks.cacao.extension import EXTENSION_ID, StepNotes, is_readable, step_notes
from playbooks.cacao.model import ActionStep, Identifier, Playbook, PlaybookActionStep
from playbooks.cacao.show.numbering import numbered
from playbooks.domain.case import Case
from playbooks.domain.consultation import OPTIONS
from playbooks.domain.entry import Entry
from playbooks.domain.fold import fold
from playbooks.domain.kinds import Kind
from playbooks.rehearsal.acting import step_of
from playbooks.rehearsal.report import (
    Asked,
    AskedKind,
    Clock,
    ClockKind,
    Ending,
    Passed,
    Refusal,
    Report,
)

_BEGINNING = (Kind.STEP_START, Kind.UNDO_START)
_ENDING = (Kind.STEP_SETTLE, Kind.UNDO_SETTLE)
_ASKING = (Kind.TASK_ADD, Kind.TASK_REQUEST)


def report_on(playbook: Playbook, outcome: str, entries: Sequence[Entry]) -> Report:
    """What the entries of a rehearsal's incident tell."""
    return _Reporting(playbook, outcome, entries).report()


class _Reporting:
    def __init__(self, playbook: Playbook, outcome: str, entries: Sequence[Entry]) -> None:
        self._playbook = playbook
        self._outcome = outcome
        self._entries = entries
        self._case: Case = fold(next(entry.incident for entry in entries if entry.incident), entries)
        self._numbers = {each.step_id: each.number for each in numbered(playbook)}
        self._began_at = next(entry.at for entry in entries if entry.kind == Kind.RUN_START)

    def report(self) -> Report:
        path = tuple(self._path())
        standing = () if self._outcome == "successful" else tuple(self._standing(path))
        effects = self._case.effects.values()
        return Report(
            playbook=self._playbook.id,
            name=self._playbook.name,
            ending=_ending(self._outcome, standing),
            outcome=self._outcome,
            took_ms=max(
                (self._ms(each.at) for each in self._entries if each.kind == Kind.RUN_END), default=0
            ),
            organizations=self._case.state.active_parties,
            path=path,
            unreached=tuple(self._unreached(path)),
            asked=tuple(self._asked()),
            clocks=tuple(self._clocks()),
            waiting=tuple(self._waiting()) if self._outcome == "stuck" else (),
            standing=standing,
            refused=tuple(self._refused()),
            effects=dict(sorted(Counter(each.action for each in effects if each.state == "done").items())),
            failed_effects=tuple(
                f"{each.action} ({each.connection})"
                for each in effects
                if each.state in {"failed", "unknown"}
            ),
        )

    def _ms(self, at: datetime) -> int:
        return (at - self._began_at) // timedelta(milliseconds=1)

    def _path(self) -> Iterator[Passed]:
        ended = {str(entry.data["step"]): entry for entry in self._entries if entry.kind in _ENDING}
        for entry in self._entries:
            if entry.kind not in _BEGINNING:
                continue
            key = str(entry.data["step"])
            end = ended.get(key)
            step = _step_of_key(key)
            yield Passed(
                number=self._numbers.get(step, "") if "/" not in key else "",
                step=step,
                name=entry.texts.get("name", step),
                began_ms=self._ms(entry.at),
                ended_ms=None if end is None else self._ms(end.at),
                outcome="open" if end is None else str(end.data["outcome"]),
                is_undo=key.endswith(".undo"),
            )

    def _unreached(self, path: Sequence[Passed]) -> Iterator[str]:
        reached = {each.step for each in path}
        for id, number in self._numbers.items():
            does = isinstance(self._playbook.workflow[id], ActionStep | PlaybookActionStep)
            if does and id not in reached:
                yield f"{number} {self._playbook.label(id)}"

    def _standing(self, path: Sequence[Passed]) -> Iterator[str]:
        """Steps that succeeded, say how they are undone, and were not."""
        undone = {each.step for each in path if each.is_undo and each.outcome == "success"}
        done = {each.step: each.name for each in path if each.outcome == "success" and not each.is_undo}
        for step, name in done.items():
            if step not in undone and self._can_be_undone(step):
                yield name

    def _can_be_undone(self, id: Identifier) -> bool:
        step = self._playbook.workflow.get(id)
        if step is None or EXTENSION_ID not in step.step_extensions:
            return False
        return is_readable(step.step_extensions, StepNotes) and bool(step_notes(step).undo)

    def _asked(self) -> Iterator[Asked]:
        for entry in self._entries:
            if entry.kind in _ASKING and entry.data["answers"]:
                yield self._asked_of_one(entry)
            elif entry.kind in _ASKING:
                yield from self._asked_by_name(entry)
            elif entry.kind == Kind.QUESTION_OPEN:
                yield self._asked_of_many(entry)

    def _asked_of_one(self, entry: Entry) -> Asked:
        origin, task = str(entry.data["origin"]), self._case.tasks[entry.data["task"]]
        last = origin.rpartition("#")[2]
        kinds = {".decision": AskedKind.DECISION, ".question": AskedKind.CONDITION}
        kind = next((kind for mark, kind in kinds.items() if mark in last), AskedKind.ANSWER)
        return Asked(
            kind=kind,
            step=step_of(origin),
            name=entry.texts.get("name", ""),
            options=tuple(entry.data["answers"]),
            chosen={task.organization: task.answer} if task.answer else {},
            at_ms=self._ms(entry.at),
        )

    def _asked_by_name(self, entry: Entry) -> Iterator[Asked]:
        task = self._case.tasks[entry.data["task"]]
        for each in task.asks:
            if each.choices:
                said = task.given.get(each.name)
                yield Asked(
                    kind=AskedKind.ANSWER,
                    step=step_of(str(entry.data["origin"])),
                    name=entry.texts.get("name", ""),
                    question=each.name,
                    options=each.choices,
                    chosen={task.organization: said} if said else {},
                    at_ms=self._ms(entry.at),
                )

    def _asked_of_many(self, entry: Entry) -> Asked:
        found = self._case.consultations[entry.data["consultation"]]
        return Asked(
            kind=AskedKind.CONSULTATION,
            step=step_of(found.question.origin),
            name=entry.texts.get("name", ""),
            options=OPTIONS[found.question.purpose],
            chosen={answer.organization: answer.option for answer in found.answers},
            at_ms=self._ms(entry.at),
        )

    def _clocks(self) -> Iterator[Clock]:
        for entry in self._entries:
            match entry.kind:
                case Kind.TASK_REMIND:
                    task = self._case.tasks[entry.data["task"]]
                    yield self._clock(ClockKind.TASK, entry, self._name_of(task.origin), task.organization)
                case Kind.QUESTION_CLOSE if entry.data["outcome"] == "expired":
                    question = self._case.consultations[entry.data["consultation"]].question
                    missing = ", ".join(entry.data["missing"])
                    yield self._clock(ClockKind.CONSULTATION, entry, self._name_of(question.origin), missing)
                case Kind.STEP_SETTLE if entry.data["outcome"] == "timeout":
                    yield self._clock(ClockKind.STEP, entry, entry.texts.get("name", ""), "")
                case Kind.UPDATE_REMIND:
                    yield self._clock(ClockKind.UPDATE, entry, "", self._case.state.lead)

    def _clock(self, kind: ClockKind, entry: Entry, name: str, organization: str) -> Clock:
        return Clock(kind=kind, name=name, organization=organization, at_ms=self._ms(entry.at))

    def _name_of(self, origin: str) -> str:
        step = step_of(origin)
        return self._playbook.label(step) if step in self._playbook.workflow else step

    def _waiting(self) -> Iterator[str]:
        for task in self._case.open_tasks:
            yield f"{self._name_of(task.origin)} ({task.organization})"
        for each in self._case.open_consultations:
            yield self._name_of(each.question.origin)

    def _refused(self) -> Iterator[Refusal]:
        for entry in self._entries:
            if entry.kind == Kind.COMMAND_REFUSE:
                yield Refusal(
                    at_ms=self._ms(entry.at),
                    organization=entry.actor.organization,
                    verb=str(entry.data.get("verb", "")),
                    rule=str(entry.data.get("rule", entry.data.get("code", ""))),
                )


def _step_of_key(key: str) -> Identifier:
    """The step of a key like `<step that runs it>#1/<step>#2.undo`."""
    return key.rpartition("/")[2].partition("#")[0]


def _ending(outcome: str, standing: Sequence[str]) -> Ending:
    if outcome in {"successful", "stuck"}:
        return Ending(outcome)
    return Ending.STANDING if standing else Ending.UNDONE
