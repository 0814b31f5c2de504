"""The steps of a run, as a graph and as a list that says the same."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from bot.reading.courses import CourseReading, RunStanding
from playbooks.cacao.course import Standing, StepStanding, split
from playbooks.cacao.model import Playbook
from playbooks.cacao.show.picture import Picture, drawing, picture
from playbooks.cacao.structure import ById
from playbooks.domain.case import Case, Run
from playbooks.domain.saying import Saying
from playbooks.domain.tongue import tongue
from playbooks.library.wording import in_words
from playbooks.texts import load_texts
from playbooks.texts.wording import label

_MOST_DRAWN: Final = 400
"""Steps of one playbook; a larger one is told by its list alone."""
_MOST_LISTED: Final = 400
"""Steps of a run that are listed; of more, those that were reached."""
_DEEPEST: Final = 8
"""As far as the list is indented."""
_MOST_GRAPHS: Final = 8
"""Playbooks of one run that are drawn, the first ones."""
SIGNS: Final = {
    Standing.DONE: "✓",
    Standing.RUNNING: "▶",
    Standing.WAITING: "⧗",
    Standing.FAILED: "✕",
    Standing.SKIPPED: "»",
    Standing.WITHDRAWN: "⊖",
    Standing.NOT_REACHED: "○",
}
"""In the list; the word stands beside it."""


@dataclass(frozen=True, slots=True)
class Graph:
    """One playbook of a run, drawn."""

    title: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class Row:
    """One step in the list."""

    number: str
    name: str
    sign: str
    standing: str
    depth: int
    since: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RunDrawn:
    """One run as the page has it; without graphs where its playbook cannot be shown."""

    id: str
    title: str
    outcome: str
    started_at: datetime
    is_paused: bool
    tally: tuple[tuple[str, str, int], ...]
    """Sign, standing and number, of those that there are."""
    graphs: tuple[Graph, ...]
    rows: tuple[Row, ...]


async def runs_drawn(case: Case, reading: CourseReading) -> tuple[RunDrawn, ...]:
    """Every run of an incident, the latest first."""
    marking = case.state.marking
    return tuple([_shown(run, await reading.standing(run, marking)) for run in reversed(case.runs.values())])


def _shown(run: Run, standing: RunStanding | None) -> RunDrawn:
    if standing is None:
        return RunDrawn(run.id, run.playbook, run.outcome, run.started_at, False, (), (), _as_told(run))
    counts = Counter(step.standing for step in standing.steps)
    return RunDrawn(
        id=run.id,
        title=_read(standing.contents.playbooks[standing.contents.main]).name,
        outcome=run.outcome,
        started_at=run.started_at,
        is_paused=standing.course.is_paused and not standing.course.is_finished,
        tally=tuple((SIGNS[each], each.value, counts[each]) for each in Standing if counts[each]),
        graphs=_graphs(standing),
        rows=_rows(standing),
    )


def _as_told(run: Run) -> tuple[Row, ...]:
    """The steps that the record told of, where their playbook cannot be shown."""
    return tuple(
        Row("", step.name or step.key, SIGNS[standing], standing.value, 0)
        for step in run.steps.values()
        for standing in [_TOLD.get(step.outcome, Standing.DONE)]
    )


_TOLD: Final = {
    "running": Standing.RUNNING,
    "failure": Standing.FAILED,
    "failed": Standing.FAILED,
    "timeout": Standing.FAILED,
    "skip": Standing.SKIPPED,
}


def _rows(run: RunStanding) -> tuple[Row, ...]:
    steps: Sequence[StepStanding] = run.steps
    if len(steps) > _MOST_LISTED:
        steps = [step for step in steps if step.standing is not Standing.NOT_REACHED][-_MOST_LISTED:]
    read = {content: _read(run.contents.playbooks[content]) for content in {each.content for each in steps}}
    return tuple(_row(step, read[step.content].label(step.step_id)) for step in steps)


def _row(step: StepStanding, name: str) -> Row:
    standing, depth = step.standing, min(step.depth, _DEEPEST)
    return Row(step.number, name, SIGNS[standing], standing.value, depth, step.since, _why(step.reason))


def _why(reason: Saying | str) -> str:
    return str(reason) if isinstance(reason, Saying) else label(load_texts(), "run.because", reason)


def _graphs(standing: RunStanding) -> tuple[Graph, ...]:
    """The run's own playbook, then each that a step of it runs, under that step's number."""
    numbers = {(step.path, step.step_id): step.number for step in standing.steps}
    graphs = []
    for path in list(standing.course.frames)[:_MOST_GRAPHS]:
        playbook = standing.contents.playbooks[standing.course.frames[path].content]
        if len(playbook.workflow) > _MOST_DRAWN:
            continue
        outer, key = split(path)
        number = numbers.get((outer, key.rpartition("#")[0]), "") if path else ""
        said = {step.step_id: step.standing.value for step in standing.steps if step.path == path}
        svg = Markup(drawing(_picture(ById(playbook), tongue().language), said))  # noqa: S704  escaped where it is made
        graphs.append(Graph(f"{number} {_read(playbook).name}".strip(), svg))
    return tuple(graphs)


@lru_cache(maxsize=32)
def _picture(key: ById, _language: str) -> Picture:
    return picture(in_words(key.playbook))


def _read(playbook: Playbook) -> Playbook:
    """As whoever is spoken to reads it."""
    return _in_language(ById(playbook), tongue().language)


@lru_cache(maxsize=32)
def _in_language(key: ById, _language: str) -> Playbook:
    return in_words(key.playbook)
