"""What a person decides about groups of alerts: ISO/IEC 27035-1's assessment and decision, by people.

Pure: from the groups as they stand and the command to everything that follows. A person sees, and decides about, the
groups of her own organization alone; of others she is told that there are none.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from playbooks.alerts import erasing
from playbooks.alerts.assess import declare, tell
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.alert import AlertSeverity
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.erasure import Erasable
from playbooks.domain.errors import Conflict, Malformed, NotFound, Refused
from playbooks.domain.incident import IncidentState, Severity
from playbooks.domain.judging.draft import listed
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import check_permission
from playbooks.domain.routing import Declare
from playbooks.domain.saying import kept, says
from playbooks.ports.intake import (
    AtTriage,
    Change,
    Group,
    GroupStatus,
    KeptAlert,
    Move,
    Regrouping,
    TriageDecision,
)

PERSON: Final = "person"
"""Stands for a rule where a person decided; the record says who."""

MOST_GROUPS: Final = 200
"""As many as the board shows."""

_RANK: Final = {severity: rank for rank, severity in enumerate(AlertSeverity)}
_OWN: Final = {each.value: Severity(each.value) for each in AlertSeverity if each.value in set(Severity)}


def named_groups(command: Command) -> tuple[str, ...]:
    """The ids of the groups that a command is about, each once. Raises Malformed."""
    groups = tuple(dict.fromkeys(listed(command.args["groups"])))
    if not 0 < len(groups) <= MOST_GROUPS:
        raise Malformed(says("too_many_groups", most_groups=MOST_GROUPS))
    return groups


def named_alerts(command: Command) -> tuple[str, ...]:
    """The fingerprints, or their beginnings, that a command is about."""
    return listed(command.args.get("fingerprints", ()))


def judge_triage(
    found: AtTriage, command: Command, at: datetime, state: IncidentState | None = None
) -> TriageDecision:
    """What follows from a person's decision; `state` is the incident's that the command names.

    Raises NotFound, Refused, Conflict or Malformed.
    """
    for group in found.groups:
        _check_own(command.actor, group)
    for aside in found.aside:
        if command.actor.kind is not ActorKind.PERSON or aside.organization != command.actor.organization:
            raise NotFound(says("not_found.set_aside", source=aside.source))
    followed = _DEEDS[command.verb](found, command, state)
    names = erasing.named(found)
    entry = Entry(
        id=entry_id(command.id),
        incident=None,
        kind=_KINDS[command.verb],
        at=at,
        actor=command.actor,
        subject=f"{'group' if found.groups else 'source'}/{names[0]}",
        data={
            "groups": [group.id for group in found.groups],
            **({"sources": [aside.source for aside in found.aside]} if found.aside else {}),
            **({"what": Erasable.ALERTS.value} if command.verb in _ERASING else {}),
            **({"asked_by": found.asked[names[0]]} if names[0] in found.asked else {}),
            **({"incident": command.incident} if command.incident else {}),
            **({"fingerprints": list(named_alerts(command))} if named_alerts(command) else {}),
        },
        texts=command.texts,
        audience=(command.actor.organization,),
        cause=command.id,
    )
    verdict = Verdict(
        outcome=Outcome.DONE,
        code=f"{command.verb}.done",
        incident=command.incident,
        args={**command.args, "count": len(names), "group": names[0]},
        entries=(entry.id,),
    )
    return TriageDecision(
        followed.changes,
        (entry,),
        (command.id, verdict),
        followed.moves,
        followed.regroupings,
        followed.asked,
    )


@dataclass(frozen=True, slots=True)
class _Followed:
    """What follows from a decision."""

    changes: tuple[Change, ...] = ()
    moves: tuple[Move, ...] = ()
    regroupings: tuple[Regrouping, ...] = ()
    asked: Mapping[str, str | None] = field(default_factory=dict)


def _check_own(actor: Actor, group: Group) -> None:
    if actor.kind is not ActorKind.PERSON or group.organization != actor.organization:
        raise NotFound(says("not_found.group", group=group.id))


def _check_at_triage(group: Group, *also: GroupStatus) -> None:
    if group.status not in {GroupStatus.TRIAGE, *also}:
        raise Conflict(
            says("not_at_triage", group=group.id, status=group.status),
        )


def _claim(found: AtTriage, command: Command, _state: IncidentState | None) -> _Followed:
    """Whoever claims looks at it; a claim by another takes it over, which the record tells."""
    return _each(found, lambda group: Change(group.model_copy(update={"owner": command.actor.id})))


def _dismiss(found: AtTriage, command: Command, _state: IncidentState | None) -> _Followed:
    """No incident; only its getting worse brings it back."""
    because = _reason(command)

    def dismissed(group: Group) -> Change:
        standing = {"status": GroupStatus.DISMISSED, "rule": PERSON, "because": because, "owner": ""}
        return Change(group.model_copy(update=standing))

    return _each(found, dismissed)


def _attach(found: AtTriage, command: Command, state: IncidentState | None) -> _Followed:
    """Part of an incident that is open: what came so far is told to it, and so is what comes."""
    if state is None:
        raise Malformed(says("malformed.attach_to_which"))
    check_permission(command.actor, command.verb, state)
    if not state.is_open:
        raise Refused(says("incident_closed.attach", incident=state.key))
    because = _reason(command) or kept("alert.because.attached", who=command.actor.id)

    def attached(group: Group) -> Change:
        standing = {
            "status": GroupStatus.ATTACHED,
            "incident": state.key,
            "rule": PERSON,
            "because": because,
            "told": 0,
            "told_severity": AlertSeverity.UNKNOWN,
            "owner": "",
        }
        return tell(group.model_copy(update=standing), command.actor)

    return _each(found, attached, GroupStatus.DISMISSED, GroupStatus.SUPPRESSED)


def _declare(found: AtTriage, command: Command, _state: IncidentState | None) -> _Followed:
    """An incident, declared by the person who says so."""
    if len(found.groups) != 1:
        raise Malformed(
            says("one_group.declare"),
        )
    said = command.args.get("severity")

    def declared(group: Group) -> Change:
        severity = Severity(said) if said else _OWN.get(group.severity.value, Severity.MEDIUM)
        declaration = Declare(
            rule=PERSON,
            because=_reason(command) or kept("alert.because.declared", who=command.actor.id),
            severity=severity,
            incident_class=str(command.args.get("class") or "other"),
            playbook=command.args.get("playbook"),
            by=command.actor,
        )
        return declare(group.model_copy(update={"owner": ""}), declaration)

    return _each(found, declared, GroupStatus.DISMISSED, GroupStatus.SUPPRESSED)


def _merge(found: AtTriage, _command: Command, _state: IncidentState | None) -> _Followed:
    """One attack after all: the first group takes in the others, their alerts and those to come."""
    target, *others = found.groups
    if not others:
        raise Malformed(says("nothing_to_merge"))
    for group in found.groups:
        _check_at_triage(group)
    taken = target.model_copy(
        update={
            "alerts": sum(group.alerts for group in found.groups),
            "arrivals": sum(group.arrivals for group in found.groups),
            "severity": max((group.severity for group in found.groups), key=_RANK.__getitem__),
            "first_at": min(group.first_at for group in found.groups),
            "last_at": max(group.last_at for group in found.groups),
        }
    )
    gone = [
        Change(
            group.model_copy(
                update={
                    "status": GroupStatus.MERGED,
                    "rule": PERSON,
                    "because": kept("alert.because.merged", group=target.id),
                    "owner": "",
                }
            )
        )
        for group in others
    ]
    return _Followed(
        (Change(taken), *gone),
        tuple(Move(group.id, target.id) for group in others),
        tuple(Regrouping(group.key, target.id, target.key) for group in others),
    )


def _split(found: AtTriage, command: Command, _state: IncidentState | None) -> _Followed:
    """Two attacks after all: the alerts named, and what looks like them from now on, get a group of their own."""
    (group, *more) = found.groups
    if more:
        raise Malformed(says("one_group.split"))
    _check_at_triage(group)
    if not found.alerts:
        raise NotFound(says("not_found.alerts", group=group.id))
    if len(found.alerts) >= group.alerts:
        raise Conflict(says("nothing_left", group=group.id))
    fingerprints = tuple(sorted({alert.fingerprint for alert in found.alerts}))
    key = hashlib.sha256("\x1e".join(("split", group.id, *fingerprints)).encode()).hexdigest()[:32]
    apart = _counted(group, found.alerts, key, command)
    left = group.model_copy(
        update={
            "alerts": group.alerts - apart.alerts,
            "arrivals": max(group.arrivals - apart.arrivals, group.alerts - apart.alerts),
        }
    )
    return _Followed(
        (Change(left), Change(apart)),
        (Move(group.id, apart.id, fingerprints),),
        tuple(Regrouping(group.key, apart.id, key, fingerprint) for fingerprint in fingerprints),
    )


def _counted(group: Group, alerts: Iterable[KeptAlert], key: str, command: Command) -> Group:
    of_it = sorted(alerts, key=lambda alert: (-_RANK[alert.severity], alert.fingerprint))
    return group.model_copy(
        update={
            "id": f"G-{key[:16]}-1",
            "key": key,
            "generation": 1,
            "title": of_it[0].title,
            "severity": of_it[0].severity,
            "alerts": len(of_it),
            "arrivals": sum(alert.times for alert in of_it),
            "last_at": max(alert.last_at for alert in of_it),
            "rule": PERSON,
            "because": _reason(command) or kept("alert.because.split", group=group.id),
            "declares": None,
            "errands": 0,
        }
    )


def _each(found: AtTriage, change: Callable[[Group], Change], *also: GroupStatus) -> _Followed:
    for group in found.groups:
        _check_at_triage(group, *also)
    return _Followed(tuple(change(group) for group in found.groups))


def _erasing(deed: Callable[[AtTriage, Command], erasing.Asked]) -> "_Deed":
    return lambda found, command, _state: _Followed(asked=deed(found, command))


def _reason(command: Command) -> str:
    return command.texts.get("reason", "")


_Deed = Callable[[AtTriage, Command, IncidentState | None], _Followed]

_ERASING: Final[dict[str, _Deed]] = {
    "triage.erase": _erasing(erasing.ask),
    "triage.erase.approve": _erasing(erasing.approve),
    "triage.erase.reject": _erasing(erasing.reject),
}

_DEEDS: Final[dict[str, _Deed]] = {
    **_ERASING,
    "triage.claim": _claim,
    "triage.attach": _attach,
    "triage.declare": _declare,
    "triage.dismiss": _dismiss,
    "triage.merge": _merge,
    "triage.split": _split,
}

_KINDS: Final = {
    "triage.claim": Kind.GROUP_CLAIM,
    "triage.attach": Kind.GROUP_ATTACH,
    "triage.declare": Kind.GROUP_DECLARE,
    "triage.dismiss": Kind.GROUP_DISMISS,
    "triage.merge": Kind.GROUP_MERGE,
    "triage.split": Kind.GROUP_SPLIT,
    "triage.erase": Kind.ERASURE_REQUEST,
    "triage.erase.approve": Kind.ERASURE_APPROVE,
    "triage.erase.reject": Kind.ERASURE_REJECT,
}

TRIAGE_VERBS: Final = frozenset(_DEEDS)
"""Commands about groups of alerts, judged here."""
