"""What Muster promises of an incident, whatever was killed meanwhile: looked for in the record and in the world."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from pydantic import BaseModel

from bot.composition.installation import Installation
from bot.composition.record import verify_record
from playbooks.actions.effect import EffectRequest
from playbooks.actions.follow_ups import follow_ups
from playbooks.actions.means import Means
from playbooks.actions.registry import find_action
from playbooks.domain.actor import ActorKind
from playbooks.domain.case import Case, Effect
from playbooks.domain.command import Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.fold import fold
from playbooks.domain.folding.incident import evolve_incident
from playbooks.domain.ids import CommandId, EffectId, IncidentKey
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.task import PartState
from playbooks.ports.effects import EffectState
from workflows import names

_BY_THE_INCIDENT = (
    Kind.DECLARE,
    Kind.SEVERITY_CHANGE,
    Kind.PHASE_CHANGE,
    Kind.ROLE_ASSIGN,
    Kind.UPDATE_POST,
    Kind.PARTY_INVITE,
    Kind.PARTY_JOIN,
    Kind.AWARENESS_DECLARE,
    Kind.RUN_START,
    Kind.QUESTION_OPEN,
    Kind.CLOSE,
)
"""What the incident itself decides and tells the world of."""


async def kept(muster: Installation, key: IncidentKey, said: Mapping[CommandId, Verdict]) -> None:
    """Assert everything that is promised of an incident that came to its end."""
    entries = [entry async for _position, entry in muster.record.entries(key)]
    case = fold(key, entries)
    await the_record_verifies(muster)
    await every_effect_happened_as_promised(muster, key, case)
    every_decision_was_told(entries, case)
    await no_command_was_judged_twice(muster, entries, said)
    tasks_are_numbered_without_gaps(entries)
    every_step_ran_once(entries)
    await the_workflows_stand_where_the_record_stands(muster, case)


async def the_record_verifies(muster: Installation) -> None:
    report = await verify_record(muster)
    assert report.ok, report


async def every_effect_happened_as_promised(muster: Installation, key: IncidentKey, case: Case) -> None:
    happened = Counter(effect.effect_id for effect in muster.world.effects())
    unknown = {row.id for row in await muster.effects.unknowns(key)}
    assert case.effects, "nothing was told to anybody"
    for id, effect in case.effects.items():
        times = happened.pop(id, 0)
        row = await muster.effects.effect(EffectId(id))
        means = _means(muster, EffectRequest.model_validate(row.request))
        assert effect.state == row.state, f"{id}: the record and the door's memory disagree"
        match row.state:
            case EffectState.DONE:
                again = means is Means.BLIND and times > 1
                assert times == 1 or again or _was_so_already(effect, times), f"{id} happened {times} times"
            case EffectState.FAILED:
                assert times == 0, f"{id} failed and happened {times} times"
            case EffectState.UNKNOWN:
                assert id in unknown, f"{id} is unknown and nobody is told"
            case _:
                raise AssertionError(f"{id} was never concluded: {row.state}")
    ours = {id: times for id, times in happened.items() if f"/{key}/" in id}
    assert not ours, f"happened without an entry: {ours}"


def _was_so_already(effect: Effect, times: int) -> bool:
    """Whoever is in a room already is brought in by nothing."""
    return effect.action == "room.invite" and times == 0


def every_decision_was_told(entries: list[Entry], case: Case) -> None:
    """No consequence was lost: what each of the incident's own entries leads to was asked of the door."""
    state = IncidentState(key=case.state.key)
    for entry in entries:
        state = evolve_incident(state, entry)
        if entry.kind in _BY_THE_INCIDENT:
            missing = [r.effect_id for r in follow_ups(entry, state) if r.effect_id not in case.effects]
            assert not missing, f"{entry.kind} was never told: {missing}"


async def no_command_was_judged_twice(
    muster: Installation, entries: list[Entry], said: Mapping[CommandId, Verdict]
) -> None:
    caused: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if (
            entry.cause is not None
            and entry.actor.kind is ActorKind.PERSON
            and not entry.kind.startswith("effect:")
        ):
            caused[entry.cause].append(entry.id)
    for command, told in said.items():
        verdict = await muster.ledger.verdict(command)
        assert verdict == told, f"{command} has another verdict now"
        assert sorted(caused[command]) == sorted(told.entries), f"{command} led to other entries"


def tasks_are_numbered_without_gaps(entries: list[Entry]) -> None:
    tasks: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.kind in (Kind.TASK_ADD, Kind.TASK_REQUEST):
            tasks[entry.data["organization"]].append(entry.data["task"])
    for organization, given in tasks.items():
        assert given == [f"{organization}-{number}" for number in range(1, len(given) + 1)]


def every_step_ran_once(entries: list[Entry]) -> None:
    for kind in (Kind.STEP_START, Kind.STEP_SETTLE):
        steps = Counter((entry.data["run"], entry.data["step"]) for entry in entries if entry.kind == kind)
        assert not [step for step, times in steps.items() if times > 1]


async def the_workflows_stand_where_the_record_stands(muster: Installation, case: Case) -> None:
    key = case.state.key
    state = await muster.judges.incident_state(key)
    assert state == case.state, _differences(state, case.state)
    for organization in case.state.active_parties:
        handle = muster.client.get_workflow_handle(names.part_id(key, organization))
        part: PartState = await handle.query("state", result_type=PartState)
        tasks = {id: task for id, task in case.tasks.items() if task.organization == organization}
        assert part.tasks == tasks, f"{organization}: {part.tasks} instead of {tasks}"


def _means(muster: Installation, request: EffectRequest) -> Means:
    vendor = muster.connections.connection(request.connection).vendor
    return find_action(request.action).how[vendor].means


def _differences(one: BaseModel, other: BaseModel) -> dict[str, tuple[object, object]]:
    """What the two say differently, by field."""
    pairs = {name: (getattr(one, name), getattr(other, name)) for name in type(one).model_fields}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
