"""Folding entries into state: `evolve` for one entry, `fold` for all of them.

The workflows fold what they decide, the pages fold what a reader may see, and `muster incident rebuild` folds the
record: one function, so they cannot disagree.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from playbooks.domain.awaiting import Awaited
from playbooks.domain.consultation import Answer, Question, Tally, tally
from playbooks.domain.duties import DUTY_KINDS, evolve_duties
from playbooks.domain.entry import Entry
from playbooks.domain.erasure import Erasable, ErasureRequest
from playbooks.domain.evidence import Custody, Evidence, Handling
from playbooks.domain.function import Office
from playbooks.domain.hybrid import NETWORK_KINDS, evolve_network
from playbooks.domain.ids import ConsultationId, EvidenceId, IncidentKey, OrganizationCode, PersonId, TaskId
from playbooks.domain.incident import IncidentState, Phase, Severity, Standing
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.matters import Matter
from playbooks.domain.retainer import Call, Clock, Logged
from playbooks.domain.review import REVIEW_KINDS, ReviewState, evolve_review
from playbooks.domain.roles import Role
from playbooks.domain.run import SETTLING, STEERING, Move, move_of
from playbooks.domain.seen import SeenAs
from playbooks.domain.task import Task, TaskStatus
from playbooks.domain.tenure import Tenure, evolve_tenures


class Consultation(BaseModel):
    """A question with the answers so far."""

    model_config = ConfigDict(frozen=True)

    question: Question
    answers: tuple[Answer, ...] = ()
    closed: Tally | None = None
    """How it ended; what is answered afterwards changes nothing."""

    @property
    def outcome(self) -> str:
        """`open`, or how it ended."""
        return self.closed.outcome if self.closed else "open"

    @property
    def tally(self) -> Tally:
        """How the answers stand, or stood when it was closed."""
        return self.closed or tally(self.question, self.answers)


class Step(BaseModel):
    """One step of a run, as far as it has come."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    at: datetime
    outcome: str = "running"


class Run(BaseModel):
    """One run of a playbook."""

    model_config = ConfigDict(frozen=True)

    id: str
    playbook: str
    started_at: datetime
    outcome: str = "running"
    content: str = ""
    """The hash of its playbook."""
    carried: dict[str, str] = {}
    """The playbooks that its steps run: from how a step names one to the hash of its content."""
    moves: tuple[Move, ...] = ()
    """What moved it on, in the order of the record; `playbooks.cacao.course` says where that leads."""
    steps: dict[str, Step] = {}


class Effect(BaseModel):
    """One effect on the world, as far as it is known."""

    model_config = ConfigDict(frozen=True)

    id: str
    action: str
    connection: str
    simulated: bool
    """Nothing outside was reached; shown as "not connected"."""
    at: datetime
    state: str = "intended"
    vendor_ref: str = ""
    url: str = ""
    detail: str = ""
    ended_at: datetime | None = None
    about: str = ""
    """The effect that made what this one changes."""
    wanted: str = ""
    """The status that it is to bring about."""
    heard_as: SeenAs = SeenAs.FRESH
    """How what it made stood when somebody last changed it there, as far as we were told."""
    heard_said: str = ""
    heard: int = 0
    """How often its vendor told us of it."""
    told: str = ""
    """What people were told last of how it agrees with the incident; `playbooks.domain.reconciling.Finding`."""
    looks: int = 0
    """How often that was recorded."""

    @property
    def is_routine(self) -> bool:
        """A message that went out as it should: counted, not listed."""
        return self.action.startswith("message.") and self.state == "done"


class Case(BaseModel):
    """Everything that the entries of one incident say, for whoever may read them."""

    model_config = ConfigDict(frozen=True)

    state: IncidentState
    title: str = ""
    tasks: dict[TaskId, Task] = {}
    consultations: dict[ConsultationId, Consultation] = {}
    runs: dict[str, Run] = {}
    effects: dict[str, Effect] = {}
    evidence: dict[EvidenceId, Evidence] = {}
    texts: dict[str, dict[str, str]] = {}
    """People's words by the id of the entry they stand in, of the kinds that are folded; a note is read by itself."""
    review: ReviewState = ReviewState()
    tenures: tuple[Tenure, ...] = ()
    """Who held which role when, in the order of beginning."""

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """What still waits for somebody, in the order of coming."""
        return tuple(task for task in self.tasks.values() if not task.is_settled)

    @property
    def open_consultations(self) -> tuple[Consultation, ...]:
        """The questions still open."""
        return tuple(c for c in self.consultations.values() if c.outcome == "open")


def fold(key: IncidentKey, entries: Iterable[Entry]) -> Case:
    """The case that these entries tell, in their order."""
    return carry_on(Case(state=IncidentState(key=key)), entries)


def evolve(case: Case, entry: Entry) -> Case:
    """The case after one more entry; kinds that change no state leave it as it is."""
    return carry_on(case, (entry,))


def carry_on(case: Case, entries: Iterable[Entry]) -> Case:
    """The case after more entries. What grows with the incident is copied once, not once for each entry."""
    entries = tuple(entries)
    if not entries:
        return case
    folding = _Folding(
        **{name: dict(getattr(case, name)) for name in _MAPS},
        state=case.state,
        title=case.title,
        review=case.review,
        tenures=case.tenures,
    )
    for entry in entries:
        folding.take(entry)
    folding.freeze()
    return case.model_copy(
        update={name: getattr(folding, name) for name in (*_MAPS, "state", "title", "review", "tenures")}
    )


@dataclass(slots=True)
class _Changing:
    """What of a run grows, while it is folded."""

    moves: list[Move]
    steps: dict[str, Step]


@dataclass(slots=True)
class _Folding:
    """A case while it is folded: its own copies, changed in place."""

    state: IncidentState
    title: str
    review: ReviewState
    tenures: tuple[Tenure, ...]
    tasks: dict[TaskId, Task]
    consultations: dict[ConsultationId, Consultation]
    runs: dict[str, Run]
    effects: dict[str, Effect]
    evidence: dict[EvidenceId, Evidence]
    texts: dict[str, dict[str, str]]
    changing: dict[str, "_Changing"] = field(default_factory=dict)
    """The runs that are changed here, by id."""

    def take(self, entry: Entry) -> None:
        self.state = evolve_incident(self.state, entry)
        if entry.texts and entry.kind in FOLDED:
            self.texts[entry.id] = entry.texts
        if entry.kind == Kind.DECLARE:
            self.title = entry.texts.get("title", "")
        change = _CASE.get(entry.kind)
        if change is not None:
            change(self, entry)

    def change(self, run: Run) -> "_Changing":
        """What a run grows by, copied for its first change here and not for each: it may have ten thousand steps."""
        if run.id not in self.changing:
            self.changing[run.id] = _Changing(list(run.moves), dict(run.steps))
        return self.changing[run.id]

    def freeze(self) -> None:
        """Nothing more comes: put what was changed where it belongs."""
        for id, changed in self.changing.items():
            grown = {"moves": tuple(changed.moves), "steps": changed.steps}
            self.runs[id] = self.runs[id].model_copy(update=grown)


_MAPS: Final = ("tasks", "consultations", "runs", "effects", "evidence", "texts")


def evolve_incident(state: IncidentState, entry: Entry) -> IncidentState:
    """The incident's own state after one more entry."""
    change = _INCIDENT.get(entry.kind)
    if change is None:
        return state
    return state.after(**change(state, entry))


def evolve_tasks(tasks: dict[TaskId, Task], entry: Entry) -> dict[TaskId, Task]:
    """An organization's tasks after one more entry."""
    task = _task_after(tasks, entry)
    return tasks if task is None else {**tasks, task.id: task}


def _task_after(tasks: dict[TaskId, Task], entry: Entry) -> Task | None:
    """The one task that an entry changes; None where it changes none."""
    change = _TASKS.get(entry.kind)
    return None if change is None else change(tasks, entry)


# ---- the incident itself


def _declared(_state: IncidentState, entry: Entry) -> dict[str, Any]:
    data = entry.data
    lead = OrganizationCode(data.get("lead", ""))
    return {
        "lead": lead,
        "incident_class": data["class"],
        "severity": Severity(data["severity"]),
        "marking": Marking(data["marking"]),
        "restricted": data.get("restricted", False),
        "named": tuple(data.get("named", ())),
        "parties": {lead: Standing.LEAD} if lead else {},
        "declared_at": entry.at,
        "title_entry": entry.id,
    }


def _roles(state: IncidentState, entry: Entry) -> dict[str, Any]:
    role = Role(entry.data.get("role", Role.INCIDENT_COMMANDER))
    offices = {held: office for held, office in state.role_offices.items() if held is not role}
    if entry.data.get("office"):
        offices[role] = Office(entry.data["office"])
    return {
        "role_offices": offices,
        "roles": {**state.roles, role: PersonId(entry.data["person"])},
        "role_organizations": {
            **state.role_organizations,
            role: OrganizationCode(entry.data["organization"]),
        },
    }


def _party(standing: Standing) -> "Callable[[IncidentState, Entry], dict[str, Any]]":
    def change(state: IncidentState, entry: Entry) -> dict[str, Any]:
        return {"parties": {**state.parties, OrganizationCode(entry.data["organization"]): standing}}

    return change


def _left(state: IncidentState, entry: Entry) -> dict[str, Any]:
    """Whoever leaves gives back the roles: nobody commands an incident in which she takes no part."""
    organization = entry.data["organization"]
    kept = {role: code for role, code in state.role_organizations.items() if code != organization}
    return {
        **_party(Standing.LEFT)(state, entry),
        "roles": {role: person for role, person in state.roles.items() if role in kept},
        "role_organizations": kept,
        "role_offices": {role: office for role, office in state.role_offices.items() if role in kept},
    }


def _invited(state: IncidentState, entry: Entry) -> dict[str, Any]:
    """To who does not know the declaration, the last invitation says who leads, how bad it is and since when."""
    change = _party(Standing.INVITED)(state, entry) if "organization" in entry.data else {}
    if not state.title_entry:
        data = entry.data
        change |= {
            "lead": OrganizationCode(data.get("lead", "")),
            "severity": Severity(data["severity"]),
            "incident_class": data["class"],
            "marking": entry.marking,
            "declared_at": datetime.fromisoformat(data["declared_at"]),
        }
    return change


def _updated(_state: IncidentState, entry: Entry) -> dict[str, Any]:
    minutes = entry.data.get("every_minutes")
    every = timedelta(minutes=minutes) if minutes else None
    return {"update_every": every, "update_due_at": entry.at + every if every else None}


def _erasure_asked(state: IncidentState, entry: Entry) -> dict[str, Any]:
    return {"erasures": {**state.erasures, entry.data["erasure"]: ErasureRequest.model_validate(entry.data)}}


def _erasure_settled(state: IncidentState, entry: Entry) -> dict[str, Any]:
    request = state.erasures.get(entry.data["erasure"])
    if request is None:
        return {}
    settled = request.model_copy(update={"settled": True})
    return {"erasures": {**state.erasures, entry.data["erasure"]: settled}}


def _asked(state: IncidentState, entry: Entry) -> dict[str, Any]:
    id, held = entry.data["consultation"], entry.data.get("awaited")
    change: dict[str, Any] = {"consultations": {**state.consultations, id: "open"}}
    if entry.data.get("origin"):
        change["waited_for"] = {**state.waited_for, entry.data["origin"]: id}
    if held:
        change["awaited"] = {**state.awaited, id: Awaited.model_validate({**held, "entry": entry.id})}
    return change


def _called(state: IncidentState, entry: Entry) -> dict[str, Any]:
    call = Call.model_validate({**entry.data, "id": entry.data["call"], "called_at": entry.at})
    return {"calls": {**state.calls, call.id: call}}


def _call(
    change: Callable[[Call, Entry], dict[str, Any]],
) -> Callable[[IncidentState, Entry], dict[str, Any]]:
    """A change of one call; of one that the reader was not told of nothing is known."""

    def changed(state: IncidentState, entry: Entry) -> dict[str, Any]:
        call = state.calls.get(entry.data["call"])
        if call is None:
            return {}
        return {"calls": {**state.calls, call.id: call.model_copy(update=change(call, entry))}}

    return changed


def _logged(call: Call, entry: Entry) -> dict[str, Any]:
    data = entry.data
    hours = Logged(
        id=data["hours_id"],
        organization=OrganizationCode(data["organization"]),
        hours=Decimal(data["hours"]),
        by=entry.actor.id,
    )
    return {"logged": {**call.logged, hours.id: hours}}


def _confirmed(call: Call, entry: Entry) -> dict[str, Any]:
    logged = call.logged.get(entry.data["hours_id"])
    if logged is None:
        return {}
    return {"logged": {**call.logged, logged.id: logged.model_copy(update={"confirmed": True})}}


def _met(call: Call, entry: Entry) -> dict[str, Any]:
    return {"met": {**call.met, Clock(entry.data["clock"]): datetime.fromisoformat(entry.data["met_at"])}}


def _aware(state: IncidentState, entry: Entry) -> dict[str, Any]:
    code = OrganizationCode(entry.data["organization"])
    return {"awareness": {**state.awareness, code: datetime.fromisoformat(entry.data["aware_at"])}}


def _touched(state: IncidentState, entry: Entry) -> dict[str, Any]:
    code = OrganizationCode(entry.data["organization"])
    said = (*state.touched.get(code, ()), *map(Matter, entry.data["matters"]))
    return {"touched": {**state.touched, code: said}}


_INCIDENT: dict[str, Callable[[IncidentState, Entry], dict[str, Any]]] = {
    Kind.DECLARE: _declared,
    Kind.SEVERITY_CHANGE: lambda _s, e: {"severity": Severity(e.data["severity"])},
    Kind.PHASE_CHANGE: lambda _s, e: {"phase": Phase(e.data["phase"])},
    Kind.ROLE_ASSIGN: _roles,
    Kind.COMMAND_TRANSFER: _roles,
    Kind.UPDATE_POST: _updated,
    Kind.UPDATE_REMIND: lambda s, e: {"update_due_at": e.at + s.update_every if s.update_every else None},
    Kind.PARTY_INVITE: _invited,
    Kind.PARTY_JOIN: _party(Standing.JOINED),
    Kind.PARTY_LEAVE: _left,
    Kind.AWARENESS_DECLARE: _aware,
    Kind.MATTER_TOUCH: _touched,
    **dict.fromkeys(DUTY_KINDS, lambda s, e: {"duties": evolve_duties(s.duties, e)}),
    **dict.fromkeys(NETWORK_KINDS, lambda s, e: {"hybrid": evolve_network(s.hybrid, e)}),
    Kind.ALERTS_ATTACH: lambda s, e: {"alerts": s.alerts + int(e.data["count"])},
    Kind.RESTRICT: lambda _s, e: {"restricted": True, "named": tuple(e.data.get("named", ()))},
    Kind.CLOSE: lambda _s, e: {"phase": Phase.CLOSED, "closed_at": e.at, "update_due_at": None},
    Kind.REOPEN: lambda _s, e: {"phase": Phase.RESPOND, "closed_at": None, "reopened_at": e.at},
    Kind.REVIEW_OPEN: lambda _s, e: {"review_due_at": datetime.fromisoformat(e.data["due_at"])},
    Kind.EVIDENCE_RECEIVE: lambda s, e: {
        "evidence": {**s.evidence, EvidenceId(e.data["evidence"]): PersonId(e.actor.id)}
    },
    Kind.EVIDENCE_HAND_OVER: lambda s, e: {
        "evidence": {**s.evidence, EvidenceId(e.data["evidence"]): PersonId(e.data["person"])}
    },
    Kind.HOLD_PLACE: lambda _s, _e: {"held": True},
    Kind.HOLD_LIFT: lambda _s, _e: {"held": False},
    Kind.ERASURE_REQUEST: _erasure_asked,
    Kind.ERASURE_APPROVE: _erasure_settled,
    Kind.ERASURE_REJECT: _erasure_settled,
    Kind.RUN_START: lambda s, e: {"runs": {**s.runs, e.data["run"]: "running"}},
    Kind.RUN_END: lambda s, e: {"runs": {**s.runs, e.data["run"]: e.data["outcome"]}},
    Kind.QUESTION_OPEN: _asked,
    Kind.RETAINER_CALL: _called,
    Kind.RETAINER_MEET: _call(_met),
    Kind.RETAINER_CLOSE: _call(lambda _call, entry: {"closed_at": entry.at}),
    Kind.HOURS_LOG: _call(_logged),
    Kind.HOURS_CONFIRM: _call(_confirmed),
    Kind.QUESTION_CLOSE: lambda s, e: {
        "consultations": {**s.consultations, e.data["consultation"]: e.data["outcome"]}
    },
}


# ---- tasks


def _task_added(_tasks: dict[TaskId, Task], entry: Entry) -> Task:
    data = entry.data
    requested = entry.kind == Kind.TASK_REQUEST
    return Task.model_validate(
        {
            **data,
            "id": data["task"],
            "entry": entry.id,
            "status": TaskStatus.REQUESTED if requested else TaskStatus.OPEN,
        }
    )


def _task_changed(**fixed: object) -> Callable[[dict[TaskId, Task], Entry], Task | None]:
    def change(tasks: dict[TaskId, Task], entry: Entry) -> Task | None:
        task = tasks.get(TaskId(entry.data["task"]))
        if task is None:
            return None
        said: dict[str, object] = {
            name: entry.data[name] for name in ("owner", "answer") if name in entry.data
        }
        return task.model_copy(update={**said, **fixed})

    return change


_TASKS: dict[str, Callable[[dict[TaskId, Task], Entry], Task | None]] = {
    Kind.TASK_ADD: _task_added,
    Kind.TASK_REQUEST: _task_added,
    Kind.TASK_ACCEPT: _task_changed(status=TaskStatus.OPEN),
    Kind.TASK_DECLINE: _task_changed(status=TaskStatus.DECLINED),
    Kind.TASK_ASSIGN: _task_changed(),
    Kind.TASK_DONE: _task_changed(status=TaskStatus.DONE),
    Kind.TASK_HAND_OVER: _task_changed(status=TaskStatus.HANDED_OVER),
    Kind.TASK_WITHDRAW: _task_changed(status=TaskStatus.WITHDRAWN),
    Kind.TASK_REMIND: _task_changed(reminded=True),
    Kind.TASK_ESCALATE: _task_changed(escalated=True),
}


# ---- the rest of the case


def _case_task(case: _Folding, entry: Entry) -> None:
    task = _task_after(case.tasks, entry)
    if task is not None:
        case.tasks[task.id] = task


def _opened(case: _Folding, entry: Entry) -> None:
    question = Question.model_validate({**entry.data, "id": entry.data["consultation"], "entry": entry.id})
    case.consultations[question.id] = Consultation(question=question)


def _consultation(case: _Folding, entry: Entry, change: Callable[[Consultation], dict[str, Any]]) -> None:
    found = case.consultations.get(entry.data["consultation"])
    if found is not None:
        case.consultations[found.question.id] = found.model_copy(update=change(found))


def _answered(case: _Folding, entry: Entry) -> None:
    answer = Answer(
        organization=OrganizationCode(entry.data["organization"]),
        person=entry.actor.id,
        option=entry.data["option"],
        at=entry.at,
        entry=entry.id,
        late=entry.data.get("late", False),
        hours=entry.data.get("hours"),
        skills=entry.data.get("skills", ()),
    )
    _consultation(case, entry, lambda found: {"answers": (*found.answers, answer)})


def _closed(case: _Folding, entry: Entry) -> None:
    _consultation(case, entry, lambda _found: {"closed": Tally.model_validate(entry.data)})


def _run_started(case: _Folding, entry: Entry) -> None:
    run = Run(
        id=entry.data["run"],
        playbook=entry.data["playbook"],
        started_at=entry.at,
        content=entry.data.get("content", ""),
        carried=entry.data.get("carried", {}),
    )
    case.runs[run.id] = run


def _run_ended(case: _Folding, entry: Entry) -> None:
    run = case.runs.get(entry.data["run"])
    if run is not None:
        case.runs[run.id] = run.model_copy(update={"outcome": entry.data["outcome"]})


def _moved(case: _Folding, entry: Entry) -> _Changing | None:
    """The run that an entry moves on; None for one that nobody here knows."""
    run, move = case.runs.get(entry.data["run"]), move_of(entry)
    if run is None:
        return None
    changing = case.change(run)
    if move is not None:
        changing.moves.append(move)
    return changing


def _steered(case: _Folding, entry: Entry) -> None:
    _moved(case, entry)


def _step_started(case: _Folding, entry: Entry) -> None:
    changing = _moved(case, entry)
    if changing is not None:
        step = Step(key=entry.data["step"], name=entry.texts.get("name", ""), at=entry.at)
        changing.steps[step.key] = step


def _step_settled(case: _Folding, entry: Entry) -> None:
    changing = _moved(case, entry)
    step = changing.steps.get(entry.data["step"]) if changing is not None else None
    if changing is not None and step is not None:
        changing.steps[step.key] = step.model_copy(update={"outcome": entry.data["outcome"]})


def _effect_intended(case: _Folding, entry: Entry) -> None:
    data = entry.data
    effect = Effect(
        id=entry.subject.removeprefix("effect/"),
        action=data["action"],
        connection=data["connection"],
        simulated=data.get("simulated", False),
        at=entry.at,
        about=_about(data.get("args") or {}),
        wanted=str((data.get("args") or {}).get("status", "")),
    )
    case.effects[effect.id] = effect


def _about(args: Mapping[str, Any]) -> str:
    """The effect that a page or a ticket is referred to by; empty for a reference of the vendor's own."""
    said = args.get("page") or args.get("ticket")
    return said.removeprefix("ref:") if isinstance(said, str) and said.startswith("ref:") else ""


def _effect_concluded(case: _Folding, entry: Entry) -> None:
    effect = case.effects.get(entry.subject.removeprefix("effect/"))
    if effect is not None:
        known = {name: entry.data.get(name, "") for name in ("state", "vendor_ref", "url", "detail")}
        case.effects[effect.id] = effect.model_copy(update={**known, "ended_at": entry.at})
        brought = _BROUGHT.get(effect.wanted or effect.action)
        if known["state"] == "done" and brought:
            _stands(case, effect.about, heard_as=brought, heard_said="")


_BROUGHT: Final = {
    "open": SeenAs.FRESH,
    "in_progress": SeenAs.IN_HAND,
    "done": SeenAs.OVER,
    "page.acknowledge": SeenAs.IN_HAND,
    "page.resolve": SeenAs.OVER,
}
"""How a thing stands after we changed it."""


def _stands(case: _Folding, id: str, **update: object) -> None:
    effect = case.effects.get(id)
    if effect is not None:
        case.effects[id] = effect.model_copy(update=update)


def _heard(as_: SeenAs | None) -> Callable[[_Folding, Entry], None]:
    """What a vendor tells of what an effect made."""

    def change(case: _Folding, entry: Entry) -> None:
        effect = case.effects.get(entry.data.get("effect", ""))
        if effect is None:
            return
        status = str(entry.data.get("now", "")).partition("status: ")[2]
        said = {"heard_as": as_} if as_ else {"heard_said": status} if status else {}
        gone = {"told": as_.value} if as_ is SeenAs.GONE else {}
        _stands(case, effect.id, heard=effect.heard + 1, **said, **gone)

    return change


def _compared(case: _Folding, entry: Entry) -> None:
    effect = case.effects.get(entry.data.get("effect", ""))
    if effect is None:
        return
    moved = {"vendor_ref": entry.data["moved"], "told": ""} if entry.data.get("moved") else {}
    _stands(case, effect.id, **{"told": entry.data["state"], "looks": effect.looks + 1, **moved})


def _received(case: _Folding, entry: Entry) -> None:
    evidence = Evidence(
        id=entry.data["evidence"],
        sha256=entry.data["sha256"],
        size=entry.data.get("size"),
        chain=(_link(entry, Handling.RECEIVED, entry.actor.id, entry.actor.organization),),
    )
    case.evidence[evidence.id] = evidence


def _handed_over(case: _Folding, entry: Entry) -> None:
    data = entry.data
    _custody(case, entry, _link(entry, Handling.HANDED_OVER, data["person"], data["organization"]))


def _copied(case: _Folding, entry: Entry) -> None:
    _custody(case, entry, _link(entry, Handling.COPIED, entry.actor.id, entry.actor.organization))


def _erased(case: _Folding, entry: Entry) -> None:
    """A file that was approved to be erased: the chain ends there."""
    if entry.data.get("what") != Erasable.FILE:
        return
    for piece in [each for each in case.evidence.values() if each.entry == entry.data["entry"]]:
        link = _link(entry, Handling.ERASED, entry.actor.id, entry.actor.organization)
        case.evidence[piece.id] = piece.model_copy(update={"chain": (*piece.chain, link)})


def _link(entry: Entry, handling: Handling, person: str, organization: str) -> Custody:
    return Custody(
        at=entry.at,
        handling=handling,
        person=PersonId(person),
        organization=OrganizationCode(organization),
        entry=entry.id,
    )


def _custody(case: _Folding, entry: Entry, link: Custody) -> None:
    found = case.evidence.get(entry.data["evidence"])
    if found is not None:
        case.evidence[found.id] = found.model_copy(update={"chain": (*found.chain, link)})


def _given(case: _Folding, entry: Entry) -> None:
    case.tenures = evolve_tenures(case.tenures, entry)


def _reviewed(case: _Folding, entry: Entry) -> None:
    case.review = evolve_review(case.review, entry)


_CASE: dict[str, Callable[[_Folding, Entry], None]] = {
    **dict.fromkeys(REVIEW_KINDS, _reviewed),
    **dict.fromkeys(_TASKS, _case_task),
    **dict.fromkeys((Kind.ROLE_ASSIGN, Kind.COMMAND_TRANSFER, Kind.PARTY_LEAVE), _given),
    Kind.QUESTION_OPEN: _opened,
    Kind.ANSWER_GIVE: _answered,
    Kind.QUESTION_CLOSE: _closed,
    Kind.EVIDENCE_RECEIVE: _received,
    Kind.EVIDENCE_HAND_OVER: _handed_over,
    Kind.EVIDENCE_COPY: _copied,
    Kind.ERASURE_APPROVE: _erased,
    Kind.RUN_START: _run_started,
    Kind.STEP_START: _step_started,
    **dict.fromkeys(SETTLING, _step_settled),
    **dict.fromkeys(STEERING, _steered),
    Kind.RUN_END: _run_ended,
    Kind.EFFECT_INTEND: _effect_intended,
    Kind.EFFECT_CONCLUDE: _effect_concluded,
    Kind.PAGE_ACKNOWLEDGE: _heard(SeenAs.IN_HAND),
    Kind.PAGE_UNACKNOWLEDGE: _heard(SeenAs.FRESH),
    Kind.PAGE_REASSIGN: _heard(None),
    Kind.PAGE_RESOLVE: _heard(SeenAs.OVER),
    Kind.TICKET_CHANGE: _heard(None),
    Kind.TICKET_DELETE: _heard(SeenAs.GONE),
    Kind.THING_DIFFER: _compared,
    Kind.THING_AGREE: _compared,
}

FOLDED: Final = frozenset((*_INCIDENT, *_CASE))
"""The kinds that change a case; all others are read by themselves and leave it as it is."""
