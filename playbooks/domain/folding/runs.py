"""How each kind of entry moves a run of a playbook on."""

from playbooks.domain.case import Run, Step
from playbooks.domain.entry import Entry
from playbooks.domain.folding.growing import Change, Changing, Folding
from playbooks.domain.kinds import Kind
from playbooks.domain.run import SETTLING, STEERING, move_of
from playbooks.domain.told import given_along


def _run_started(case: Folding, entry: Entry) -> None:
    run = Run(
        id=entry.data["run"],
        playbook=entry.data["playbook"],
        started_at=entry.at,
        content=entry.data.get("content", ""),
        carried=entry.data.get("carried", {}),
        given=given_along(entry),
    )
    case.runs[run.id] = run


def _run_ended(case: Folding, entry: Entry) -> None:
    run = case.runs.get(entry.data["run"])
    if run is not None:
        case.runs[run.id] = run.model_copy(update={"outcome": entry.data["outcome"]})


def _moved(case: Folding, entry: Entry) -> Changing | None:
    """The run that an entry moves on; None for one that nobody here knows."""
    run, move = case.runs.get(entry.data["run"]), move_of(entry)
    if run is None:
        return None
    changing = case.change(run)
    if move is not None:
        changing.moves.append(move)
    return changing


def _steered(case: Folding, entry: Entry) -> None:
    _moved(case, entry)


def _step_started(case: Folding, entry: Entry) -> None:
    changing = _moved(case, entry)
    if changing is not None:
        step = Step(key=entry.data["step"], name=entry.texts.get("name", ""), at=entry.at)
        changing.steps[step.key] = step


def _step_settled(case: Folding, entry: Entry) -> None:
    changing = _moved(case, entry)
    step = changing.steps.get(entry.data["step"]) if changing is not None else None
    if changing is not None and step is not None:
        changing.steps[step.key] = step.model_copy(update={"outcome": entry.data["outcome"]})


RUNS: dict[str, Change] = {
    Kind.RUN_START: _run_started,
    Kind.STEP_START: _step_started,
    **dict.fromkeys(SETTLING, _step_settled),
    **dict.fromkeys(STEERING, _steered),
    Kind.RUN_END: _run_ended,
}
