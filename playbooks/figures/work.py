"""What people were asked and when they did it: by hour of day, and by organization."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, timedelta
from statistics import median

from playbooks.figures.chart import Chart, Measure, Row, Unit
from playbooks.figures.facts import Asked, IncidentFacts
from playbooks.figures.grouping import keys, rounded


def by_hour(incidents: Sequence[IncidentFacts]) -> Chart:
    """Tasks by the hour of day at which they were asked for and done, UTC; no rows while there is no task."""
    asked: dict[int, list[IncidentFacts]] = defaultdict(list)
    done: dict[int, list[IncidentFacts]] = defaultdict(list)
    for facts in incidents:
        for task in facts.tasks:
            asked[task.asked_at.astimezone(UTC).hour].append(facts)
            if task.answered_at and not task.declined:
                done[task.answered_at.astimezone(UTC).hour].append(facts)
    rows = (
        Row(
            name=f"{hour:02}",
            values=(len(asked[hour]), len(done[hour])),
            incidents=keys((*asked[hour], *done[hour])),
        )
        for hour in (range(24) if asked or done else ())
    )
    return Chart(
        name="hour",
        measures=(Measure(name="tasks_asked"), Measure(name="tasks_done")),
        rows=tuple(rows),
        upright=True,
    )


def responses(incidents: Sequence[IncidentFacts]) -> Chart:
    """How long each organization takes to join, to answer and to do, as medians, with the counts beneath."""
    tasks, questions, invitations = (_by_organization(incidents, read) for read in _ASKED)
    names = sorted({*tasks, *questions, *invitations})
    rows = []
    for name in names:
        tasked, asked, invited = tasks[name], questions[name], invitations[name]
        done = [each for _facts, each in tasked if each.answered_at and not each.declined]
        rows.append(
            Row(
                name=name,
                values=(
                    _spent([each for _facts, each in invited]),
                    _spent([each for _facts, each in asked]),
                    _spent(done),
                    len(tasked),
                    len(done),
                    _in_time(done),
                    len(asked),
                    sum(each.answered_at is not None for _facts, each in asked),
                ),
                incidents=keys(facts for facts, _each in (*tasked, *asked, *invited)),
            )
        )
    return Chart(
        name="response",
        measures=(
            Measure(name="to_join", unit=Unit.MINUTES),
            Measure(name="to_answer", unit=Unit.MINUTES),
            Measure(name="to_do", unit=Unit.MINUTES),
            Measure(name="tasks_asked", drawn=False),
            Measure(name="tasks_done", drawn=False),
            Measure(name="in_time", unit=Unit.PERCENT, drawn=False),
            Measure(name="questions_asked", drawn=False),
            Measure(name="questions_answered", drawn=False),
        ),
        rows=tuple(rows),
    )


_ASKED: tuple[Callable[[IncidentFacts], Sequence[Asked]], ...] = (
    lambda facts: facts.tasks,
    lambda facts: facts.questions,
    lambda facts: facts.invitations,
)


def _by_organization(
    incidents: Sequence[IncidentFacts], read: Callable[[IncidentFacts], Sequence[Asked]]
) -> defaultdict[str, list[tuple[IncidentFacts, Asked]]]:
    found: defaultdict[str, list[tuple[IncidentFacts, Asked]]] = defaultdict(list)
    for facts in incidents:
        for each in read(facts):
            found[each.organization].append((facts, each))
    return found


def _spent(asked: Iterable[Asked]) -> float | None:
    """The median of the minutes from asking to answering, of what was answered."""
    spans = [(each.answered_at - each.asked_at) / timedelta(minutes=1) for each in asked if each.answered_at]
    return rounded(median(spans)) if spans else None


def _in_time(done: Sequence[Asked]) -> int | None:
    """The share in per cent of what was done by its due time, of what had one."""
    with_due = [each for each in done if each.due_at and each.answered_at]
    if not with_due:
        return None
    in_time = sum(each.answered_at <= each.due_at for each in with_due if each.answered_at and each.due_at)
    return round(100 * in_time / len(with_due))
