"""What is to be recorded next of a run: what came out, what begins, what was withdrawn; pure, on what stands so far."""

from collections.abc import Mapping
from datetime import datetime

from playbooks.cacao.course import Contents, Course, content_of, evolve_course, ready_now, split
from playbooks.cacao.next_step import (
    ActionDue,
    DecisionDue,
    DelayDue,
    Due,
    Outcome,
    QuestionDue,
    Result,
    StepStatus,
)
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed
from playbooks.domain.kinds import Kind
from playbooks.domain.run import move_of
from workflows.activities.recording import WordsFrom
from workflows.judge import Worded
from workflows.playbook.doing.due import is_told_at_its_beginning
from workflows.playbook.run import Run

_UNFIT = Outcome(result=Result.FAILURE, reason="outcome_unfit")

_ENDED = {
    StepStatus.SUCCESSFULLY_EXECUTED: Result.SUCCESS.value,
    StepStatus.SKIPPED: Result.SKIP.value,
    StepStatus.FAILED: Result.FAILURE.value,
    StepStatus.TIMEOUT_ERROR: Result.TIMEOUT.value,
}


class Moves:
    """The entries of one decision of a run, each drafted on what those before it lead to."""

    def __init__(self, run: Run, at: datetime) -> None:
        self._run = run
        self._at = at
        self._contents: Contents = run.contents
        self._course: Course = run.course
        self._drafted: list[Worded] = []

    def drafted(self, dues: Mapping[str, Due], outcomes: Mapping[str, Outcome]) -> tuple[Worded, ...]:
        """All of it; `outcomes` by the key of what is due."""
        for key, outcome in outcomes.items():
            if key in self._course.since:
                self._settled(dues[key], outcome)
        settled = dict.fromkeys(entry.data["step"] for entry, _words in self._drafted)
        for key, step_id in self._run.told.items():
            if key not in self._course.since and key not in settled:
                self._ended_by_itself(key, step_id)
        if not self._course.is_paused:
            for due in ready_now(self._contents, self._course, known=self._course.begun):
                if is_told_at_its_beginning(due):
                    self._take(self._run.start(due, self._at), self._due_words(due))
        return tuple(self._drafted)

    def _settled(self, due: Due, outcome: Outcome) -> None:
        words = self._words(due.key, due.step_id, name_only=True)
        try:
            self._take(self._settlement(due, outcome), words)
        except Malformed:
            self._take(self._settlement(due, _UNFIT), words)

    def _settlement(self, due: Due, outcome: Outcome) -> Entry:
        """How something came out; only what there is to say is said."""
        said = {
            "out_args": dict(outcome.out_args),
            "reason": outcome.reason,
            "acted": outcome.acted,
            "answer": outcome.answer or (outcome.result.value if _kind(due) is Kind.STEP_DECIDE else ""),
        }
        return self._run.entries.step(
            _kind(due),
            due.key,
            self._at,
            self._run.situation,
            step_id=due.step_id,
            outcome=outcome.result.value,
            **{name: value for name, value in said.items() if value},
        )

    def _ended_by_itself(self, key: str, step_id: str) -> None:
        """A step that was withdrawn, or whose playbook came to its end: how it stands says how it ended."""
        path, execution = split(key)
        statuses = self._course.frames[path].progress.statuses[step_id]
        outcome = _ENDED.get(statuses[int(execution.rpartition("#")[2]) - 1], "withdrawn")
        ended = self._run.entries.step(
            Kind.STEP_SETTLE, key, self._at, self._run.situation, step_id=step_id, outcome=outcome
        )
        self._take(ended, self._words(key, step_id, name_only=True))

    def _take(self, entry: Entry, words: WordsFrom) -> None:
        move = move_of(entry)
        if move is not None:
            self._course = evolve_course(self._contents, self._course, move)
        self._drafted.append((entry, words))

    def _due_words(self, due: Due) -> WordsFrom:
        values = due.in_args if isinstance(due, ActionDue) else {}
        return self._words(due.key, due.step_id).model_copy(update={"values": values})

    def _words(self, key: str, step_id: str, *, name_only: bool = False) -> WordsFrom:
        return WordsFrom(content=content_of(self._course, key), step=step_id, name_only=name_only)


def _kind(due: Due) -> Kind:
    match due:
        case DelayDue():
            return Kind.STEP_WAIT
        case QuestionDue() | DecisionDue():
            return Kind.STEP_DECIDE
        case _:
            return Kind.STEP_SETTLE
