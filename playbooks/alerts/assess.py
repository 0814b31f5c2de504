"""What follows from a batch of alerts: pure, so that it can be tried, replayed and explained.

Whether to declare is ISO/IEC 27035-1's assessment, by rule here and by a person at triage. A group has at most one
errand at a time: while it is under way, what arrives is counted and told with the next. So a storm is one
declaration and a few counts, however long the way to its incident takes.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from playbooks.domain.actor import Actor
from playbooks.domain.alert import AlertSeverity
from playbooks.domain.grouping import escalates, group_rule, holder
from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import Severity
from playbooks.domain.routing import Declare, Routing, Suppress, Triage, decide
from playbooks.domain.saying import kept
from playbooks.ports.inbox import Errand
from playbooks.ports.intake import QUIET, Change, Group, GroupStatus, Known, Sighting

DECLARE = "declare"
ATTACH = "attach"
"""The kinds of errands that groups have."""

FLAPPING: Final = "flapping"
"""Stands for a rule where what flaps is held back."""

_WORST = {severity: rank for rank, severity in enumerate(Severity)}


Courses = Mapping[IncidentKey, IncidentKey | None]
"""Where work on incidents goes on: in themselves, in what they were merged into, or nowhere where they are closed."""


def followed(known: Known, courses: Courses) -> Known:
    """What is known, with groups of incidents that were merged in those they go on in; what comes is told there."""
    groups = {key: _follow(group, courses) for key, group in known.groups.items()}
    return replace(known, groups=groups)


def _follow(group: Group, courses: Courses) -> Group:
    """One whose incident is being told follows when that is settled."""
    course = courses.get(group.incident) if group.incident else None
    if course is None or course == group.incident or group.waiting:
        return group
    return group.model_copy(update={"incident": course})


def placed(
    sightings: Iterable[Sighting], known: Known, closed: Collection[IncidentKey]
) -> tuple[Sighting, ...]:
    """The sightings under the keys of the groups that take them in, which a person may have said; each alert once."""
    places: dict[tuple[str, str], Sighting] = {}
    for sighting in sightings:
        own = replace(sighting, group_key=_place(sighting, known, closed))
        before = places.get((own.group_key, own.delivery_key))
        places[own.group_key, own.delivery_key] = (
            replace(before, times=before.times + own.times) if before else own
        )
    return tuple(places.values())


def _place(sighting: Sighting, known: Known, closed: Collection[IncidentKey]) -> str:
    key = sighting.group_key
    word = known.regrouped.get((key, sighting.fingerprint)) or known.regrouped.get((key, ""))
    group = known.groups.get(word.target) if word else None
    if word is None or group is None or group.id != word.group:
        return key
    return key if _is_over(group, sighting.alert.received_at, closed) else word.target


def assess(
    sightings: Sequence[Sighting],
    known: Known,
    routing: Routing,
    closed: Collection[IncidentKey],
    held: Mapping[str, datetime] | None = None,
) -> tuple[Change, ...]:
    """The groups of a batch as they are to stand, each with its errands; one change for each group key.

    The sightings are `placed`. Which of a batch's alerts came first plays no part. `closed` are those of the groups'
    incidents that are so, `held` what flaps: until when it is held back, by fingerprint.
    """
    by_key: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        by_key.setdefault(sighting.group_key, []).append(sighting)
    return tuple(_assess(key, of_key, known, routing, closed, held or {}) for key, of_key in by_key.items())


def _assess(
    key: str,
    sightings: list[Sighting],
    known: Known,
    routing: Routing,
    closed: Collection[IncidentKey],
    held: Mapping[str, datetime],
) -> Change:
    newest = known.groups.get(key)
    arrived_at = min(sighting.alert.received_at for sighting in sightings)
    if newest is None or _is_over(newest, arrived_at, closed) or _is_past(newest, sightings, routing):
        group = _begin(key, sightings, 1 if newest is None else newest.generation + 1, routing)
        return _judge(_count(group, sightings, frozenset()), sightings, routing, held)
    after = _count(newest, sightings, known.seen)
    if newest.status is GroupStatus.SUPPRESSED:
        return _judge(after, sightings, routing, held)
    if newest.status is GroupStatus.TRIAGE and (
        newest.declares is None or escalates(newest.severity, after.severity)
    ):
        return _judge(after, sightings, routing, held)
    if newest.status is GroupStatus.DISMISSED and escalates(newest.severity, after.severity):
        return _judge(after, sightings, routing, held)
    if escalates(newest.severity, after.severity) or not all(each.fingerprint in held for each in sightings):
        return tell(after.model_copy(update={"held_until": None}))
    return Change(after.model_copy(update={"held_until": max(held[each.fingerprint] for each in sightings)}))


def _is_over(group: Group, now: datetime, closed: Collection[IncidentKey]) -> bool:
    match group.status:
        case GroupStatus.ENDED | GroupStatus.MERGED:
            return True
        case GroupStatus.ATTACHED:
            return group.incident in closed and not group.waiting
        case GroupStatus.DISMISSED:
            return now - group.last_at > QUIET
        case _:
            return False


def _is_past(group: Group, sightings: list[Sighting], routing: Routing) -> bool:
    """Whether the grouping rule's window is over for a group that bothers nobody with an incident."""
    within = group_rule(sightings[0].alert, routing.grouping).within
    if within is None or group.status not in {GroupStatus.TRIAGE, GroupStatus.SUPPRESSED} or group.waiting:
        return False
    return min(sighting.alert.received_at for sighting in sightings) - group.last_at > within


def _begin(key: str, sightings: list[Sighting], generation: int, routing: Routing) -> Group:
    first = min(sightings, key=lambda each: (-_rank(each.alert.severity), each.delivery_key))
    return Group(
        id=f"G-{key[:16]}-{generation}",
        key=key,
        generation=generation,
        source=first.source,
        organization=holder(first.alert, routing.grouping),
        title=first.alert.title,
        severity=AlertSeverity.UNKNOWN,
        alerts=0,
        arrivals=0,
        first_at=first.alert.received_at,
        last_at=first.alert.received_at,
        status=GroupStatus.TRIAGE,
        rule="",
        because="",
    )


def _count(group: Group, sightings: list[Sighting], seen: frozenset[tuple[str, str]]) -> Group:
    new = [each for each in sightings if (group.id, each.delivery_key) not in seen]
    times = [at for each in sightings for at in (each.alert.received_at, each.last_at)]
    worst = max((each.alert.severity for each in sightings), key=_rank)
    return group.model_copy(
        update={
            "alerts": group.alerts + len(new),
            "arrivals": group.arrivals + sum(each.times for each in sightings),
            "severity": max(group.severity, worst, key=_rank),
            "first_at": min(group.first_at, *times),
            "last_at": max(group.last_at, *times),
        }
    )


def _judge(group: Group, sightings: list[Sighting], routing: Routing, held: Mapping[str, datetime]) -> Change:
    """Let the rules decide about these alerts: the gravest declaration wins, else a person looks at it.

    What flaps declares nothing; it stands where a person sees it.
    """
    flaps = [held[each.fingerprint] for each in sightings if each.fingerprint in held]
    decisions = [decide(each.alert, routing) for each in sightings if each.fingerprint not in held]
    if flaps and not any(isinstance(each, Declare) for each in decisions):
        return _hold(group, max(flaps))
    declarations = [each for each in decisions if isinstance(each, Declare)]
    if declarations:
        order = [rule.name for rule in routing.rules]
        return declare(
            group, min(declarations, key=lambda each: (_WORST[each.severity], order.index(each.rule)))
        )
    triages = [each for each in decisions if isinstance(each, Triage)]
    if not triages:
        return _suppress(group, [each for each in decisions if isinstance(each, Suppress)])
    chosen = min(triages, key=lambda each: (each.is_test, each.rule == "resolved", each.rule))
    standing = {
        "status": GroupStatus.TRIAGE,
        "rule": chosen.rule,
        "because": chosen.because,
        "held_until": None,
    }
    return Change(group.model_copy(update=standing))


def _hold(group: Group, until: datetime) -> Change:
    because = kept("alert.because.flapping", until_at=until)
    standing = {"status": GroupStatus.TRIAGE, "rule": FLAPPING, "because": because, "held_until": until}
    return Change(group.model_copy(update=standing))


def _suppress(group: Group, decisions: list[Suppress]) -> Change:
    """Only where all of a batch's alerts are expected: one that is not brings the whole before a person."""
    chosen = min(decisions, key=lambda each: (each.until, each.rule))
    because = kept("alert.because.until", why=chosen.because, until_at=chosen.until)
    standing = {
        "status": GroupStatus.SUPPRESSED,
        "rule": chosen.rule,
        "because": because,
        "held_until": None,
    }
    return Change(group.model_copy(update=standing))


def declare(group: Group, declaration: Declare) -> Change:
    """The group with its incident on the way."""
    standing = {
        "status": GroupStatus.DECLARING,
        "rule": declaration.rule,
        "because": declaration.because,
        "declares": declaration,
        "held_until": None,
    }
    return _with_errand(
        group.model_copy(update=standing),
        DECLARE,
        severity=declaration.severity.value,
        incident_class=declaration.incident_class,
        playbook=declaration.playbook,
        rule=declaration.rule,
        by=declaration.by,
    )


def tell(group: Group, by: Actor | None = None) -> Change:
    """Tell the group's incident what it does not know yet, unless it is being told; `by` who attached it."""
    if group.status is not GroupStatus.ATTACHED or group.waiting or group.arrivals <= group.told:
        return Change(group)
    return _with_errand(
        group,
        ATTACH,
        incident=group.incident,
        count=group.arrivals - group.told,
        severity=group.severity.value,
        by=by,
    )


def _with_errand(group: Group, kind: str, *, by: Actor | None, **body: str | int | None) -> Change:
    """An errand's body never changes under its id: it becomes a command, which is judged once."""
    number = group.errands + 1
    told: dict[str, Any] = {"group": group.id, "organization": group.organization, "source": group.source}
    if by is not None:
        told["by"] = by.model_dump(mode="json")
    waiting = group.model_copy(update={"errands": number, "waiting": True})
    return Change(waiting, (Errand(id=errand_id(waiting), kind=kind, body=told | body),))


def errand_id(group: Group) -> str:
    """The id of the group's last errand, which is also its command's."""
    return f"alerts:{group.id}" if group.errands == 1 else f"alerts:{group.id}:{group.errands}"


def _rank(severity: AlertSeverity) -> int:
    return _RANK[severity]


_RANK = {severity: rank for rank, severity in enumerate(AlertSeverity)}


def errands_of(changes: Iterable[Change]) -> tuple[Errand, ...]:
    """Everything that is to be done, in order."""
    return tuple(errand for change in changes for errand in change.errands)
