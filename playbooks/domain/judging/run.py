"""What each command on the run of a playbook leads to. The run judges it, which alone knows how far it has come."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from playbooks.domain.command import Command
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Conflict, Malformed, NotFound
from playbooks.domain.judging.draft import Drafting
from playbooks.domain.kinds import Kind
from playbooks.domain.saying import says
from playbooks.domain.situation import Situation


class StepAtHand(NamedTuple):
    """What of a step could be decided on now. Keys are empty where there is nothing."""

    step_id: str
    stopped: str
    """The key of the decision that a failure waits for."""
    in_flight: str
    """The key of the first thing that is in flight of it."""


class RunNow(NamedTuple):
    """A run as far as commands on it need to know."""

    run: str
    is_paused: bool
    outcome: str
    """`running`, or how it ended."""
    steps: Callable[[], Mapping[str, StepAtHand]]
    """Every step by the number that people call it by."""


Judge = Callable[[RunNow, Command, Drafting], None]


def judge_run(run: RunNow, situation: Situation, command: Command, at: datetime) -> tuple[Entry, ...]:
    """The entries that a command on this run leads to. Raises Refused, Conflict or NotFound."""
    judge = _JUDGES.get(command.verb)
    if judge is None:
        raise Malformed(says("unknown_command.run", verb=command.verb))
    situation.check_permission(command.actor, command.verb)
    if not situation.is_open:
        raise Conflict(
            says("incident_closed", incident=situation.key),
        )
    check_going_on(run.run, run.outcome)
    drafting = Drafting(command, at, situation.key, situation.marking, situation.incident.audience)
    judge(run, command, drafting)
    return tuple(drafting.entries)


def check_going_on(run: str, outcome: str) -> None:
    """Raise Conflict for a run that has come to its end."""
    if outcome != "running":
        raise Conflict(says("run_ended", run=run, outcome=outcome))


def _pause(run: RunNow, _command: Command, drafting: Drafting) -> None:
    if run.is_paused:
        raise Conflict(says("run_paused", run=run.run))
    drafting.draft(Kind.RUN_PAUSE, f"run/{run.run}", run=run.run)


def _resume(run: RunNow, _command: Command, drafting: Drafting) -> None:
    if not run.is_paused:
        raise Conflict(says("run_not_paused", run=run.run))
    drafting.draft(Kind.RUN_RESUME, f"run/{run.run}", run=run.run)


def _abort(run: RunNow, _command: Command, drafting: Drafting) -> None:
    drafting.draft(Kind.RUN_ABORT, f"run/{run.run}", run=run.run)


def _skip(run: RunNow, command: Command, drafting: Drafting) -> None:
    number, step = _step(run, command)
    if not step.in_flight:
        raise Conflict(
            says("step_not_in_flight", number=number, run=run.run),
        )
    _decide(run, drafting, Kind.STEP_SKIP, number, step, step.in_flight, "skip")


def _retry(run: RunNow, command: Command, drafting: Drafting) -> None:
    number, step = _step(run, command)
    if not step.stopped:
        raise Conflict(
            says("nothing_to_retry", number=number, run=run.run),
        )
    _decide(run, drafting, Kind.STEP_RETRY, number, step, step.stopped, "retry")


def _step(run: RunNow, command: Command) -> tuple[str, StepAtHand]:
    number = str(command.args["step"])
    step = run.steps().get(number)
    if step is None:
        raise NotFound(says("no_such_step", run=run.run, number=number))
    return number, step


def _decide(
    run: RunNow, drafting: Drafting, kind: Kind, number: str, step: StepAtHand, key: str, outcome: str
) -> None:
    drafting.draft(
        kind,
        f"run/{run.run}",
        run=run.run,
        step=key,
        step_id=step.step_id,
        number=number,
        outcome=outcome,
    )


_JUDGES: dict[str, Judge] = {
    "playbook.pause": _pause,
    "playbook.resume": _resume,
    "playbook.skip": _skip,
    "playbook.retry": _retry,
    "playbook.abort": _abort,
}

RUN_VERBS: tuple[str, ...] = tuple(_JUDGES)
"""The commands that the run of a playbook judges."""
