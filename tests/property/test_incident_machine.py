"""An incident under any sequence of commands, judged and folded in memory: what must hold after each of them."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from playbooks.actions.follow_ups import follow_ups
from playbooks.domain.catalogue import Service
from playbooks.domain.circle.hybrid import Danger, Known, Means
from playbooks.domain.circle.hybrid_tasks import tasks_of
from playbooks.domain.entry import Entry
from playbooks.domain.fold import fold
from playbooks.domain.function import Function, Office
from playbooks.domain.incident import LEGAL_PHASES, IncidentState, Phase, Severity, Standing
from playbooks.domain.kinds import Kind
from playbooks.domain.roles import Role
from playbooks.domain.task import PartState
from tests.casts import KEY, UNICC, agreement, directory, naming, owned_by
from tests.property.machine import SceneMachine

PEOPLE = ("unhcr-duty", "unhcr-ciso", "wfp-duty", "oict-duty", "dss-duty")
ORGANIZATIONS = ("UNHCR", "WFP", "UN")
people, organizations = st.sampled_from(PEOPLE), st.sampled_from(ORGANIZATIONS)
SERVICE = Service(code="soc", name="Security operations", provider=UNICC).model_dump(mode="json")
TERMS = agreement().model_dump(mode="json")
functions = st.sampled_from((Function.CYBER, Function.PHYSICAL_SECURITY, Function.COORDINATION))
OF: dict[str, str] = {person.id: person.organization for person in directory().people}
OFFICES: dict[str, Office | None] = {person.id: person.office for person in directory().people}


def _mostly_of(task: str) -> st.SearchStrategy[str]:
    """People of the organization whose task it is, and now and then anybody."""
    own = tuple(person for person in PEOPLE if OF[person] == task.rpartition("-")[0])
    return st.sampled_from(own * 4 + PEOPLE)


def _withdrawn(entry: Entry) -> list[str]:
    return [entry.data["recommendation"]] if entry.kind == Kind.ASSESSMENT_WITHDRAW else []


def _given(entry: Entry) -> list[str]:
    return list(entry.data["recommendations"]) if entry.kind == Kind.ASSESSMENT_AGREE else []


class IncidentMachine(SceneMachine):
    """Any person gives any command; most are refused, and the rest must leave a sound incident."""

    @initialize(who=people)
    def declare(self, who: str) -> None:
        """The others are there from the start, or hardly any sequence would get far."""
        self.scene.do(who, "declare", severity="high")
        inviting = "oict-duty" if who == "dss-duty" else who  # nobody of DSS answers for the Secretariat
        for organization in [code for code in ORGANIZATIONS if code != self.scene.state.lead]:
            self.scene.do(inviting, "invite", organizations=[organization])
            self.scene.do(next(p for p in PEOPLE if OF[p] == organization), "join")

    def _try(self, who: str, verb: str, **args: Any) -> None:
        before = self.scene.state
        if self.attempt(who, verb, **args):
            self._check_change(before, who)
            self._hand_over()

    def _check_change(self, before: IncidentState, who: str) -> None:
        after = self.scene.state
        if before.phase is not after.phase:
            assert after.phase in LEGAL_PHASES[before.phase]
        if before.restricted:
            assert who in before.named, f"{who} acted on what she may not know of"
        for organization, at in before.awareness.items():
            assert after.awareness[organization] == at
        if after.roles.get(Role.INCIDENT_COMMANDER) != (held := before.roles.get(Role.INCIDENT_COMMANDER)):
            deputy = before.roles.get(Role.DEPUTY_INCIDENT_COMMANDER)
            kind = self.scene.entries[-1].kind
            assert held is None or who in {held, deputy} or kind == Kind.PARTY_LEAVE

    @rule(who=people, severity=st.sampled_from(Severity))
    def severity(self, who: str, severity: Severity) -> None:
        self._try(who, "severity", severity=severity)

    @rule(who=people, phase=st.sampled_from(Phase))
    def phase(self, who: str, phase: Phase) -> None:
        self._try(who, "phase", phase=phase)

    @rule(who=people, whom=people, role=st.sampled_from(Role))
    def role(self, who: str, whom: str, role: Role) -> None:
        self._try(who, "role", role=role, **naming(whom))

    @rule(who=people, whom=people)
    def transfer(self, who: str, whom: str) -> None:
        self._try(who, "transfer", **naming(whom))

    @rule(who=people, verb=st.sampled_from(("note", "update", "join", "leave", "close", "reopen")))
    def plain(self, who: str, verb: str) -> None:
        self._try(who, verb)

    @rule(who=people, organization=organizations)
    def invite(self, who: str, organization: str) -> None:
        self._try(who, "invite", organizations=[organization])

    @rule(who=people, hours=st.integers(-1, 3))
    def awareness(self, who: str, hours: int) -> None:
        at = self.scene.at.replace(hour=(self.scene.at.hour - hours) % 24)
        self._try(who, "awareness", aware_at=at.isoformat())

    @rule(who=people, named=st.lists(people, max_size=3))
    def restrict(self, who: str, named: list[str]) -> None:
        self._try(who, "restrict", named=named)

    @rule(
        who=people,
        asked=st.lists(organizations, min_size=1, unique=True),
        purpose=st.sampled_from(("approval", "status_call")),
    )
    def ask(self, who: str, asked: list[str], purpose: str) -> None:
        self._try(who, "ask", purpose=purpose, asked=asked, deadline_minutes=60)

    @rule(who=people, option=st.sampled_from(("approve", "reject", "affected")))
    def answer(self, who: str, option: str) -> None:
        if self.scene.case.consultations:
            self._try(who, "answer", consultation=next(iter(self.scene.case.consultations)), option=option)

    @rule(who=people, owner=st.none() | people, organization=organizations, function=functions)
    def task_add(self, who: str, owner: str | None, organization: str, function: Function) -> None:
        self._try(
            who,
            "task.add",
            organization=organization,
            function=function,
            **(owned_by(owner) if owner else {}),
        )

    @rule(who=people, organization=organizations, function=functions, office=st.sampled_from(Office))
    def task_of_an_office(self, who: str, organization: str, function: Function, office: Office) -> None:
        """As a playbook asks whose agent is an office."""
        self._try(who, "task.add", organization=organization, function=function, office=office)

    @rule(
        who=people,
        means=st.sampled_from(Means),
        deliberate=st.sampled_from(Known),
        danger=st.sampled_from(Danger),
    )
    def activate(self, who: str, means: Means, deliberate: Known, danger: Danger) -> None:
        before = self.scene.state
        self._try(who, "hybrid.activate", means=means, deliberate=deliberate, danger=danger)
        if self.scene.state.hybrid != before.hybrid:
            assert means is not Means.NEITHER
            assert deliberate is Known.YES
            assert danger is not Danger.NEITHER
            assert (self.scene.state.lead, self.scene.state.roles) == (before.lead, before.roles)

    @rule(
        who=st.sampled_from(("oict-duty", "dss-duty")),
        act=st.sampled_from(("assess", "recommend", "withdraw", "sign", "end")),
    )
    def network(self, who: str, act: str) -> None:
        network = self.scene.state.hybrid
        version = network.version if network else 0
        match act:
            case "assess":
                self._try(who, "hybrid.assess", base=version, station="NBO", risk="high")
            case "recommend":
                self._try(who, "hybrid.recommend", measure="preventive")
            case "withdraw":
                newest = len(network.recommendations) if network else 0
                self._try(who, "hybrid.withdraw", recommendation=f"P-{newest}")
            case "sign":
                self._try(who, "hybrid.sign", version=version)
            case _:
                self._try(who, "hybrid.deactivate")
        self._carry_out()

    def _carry_out(self) -> None:
        """What the incident puts to the Secretariat's part when both have signed."""
        agreed = next((e for e in self.scene.entries[-2:] if e.kind == Kind.ASSESSMENT_AGREE), None)
        network = self.scene.state.hybrid
        if agreed is not None and network is not None:
            for task in tasks_of(network, agreed):
                self._try(agreed.actor.id, "task.add", organization="UN", **task.command.args)

    def _hand_over(self) -> None:
        """As a part puts to the other what was handed to somebody there."""
        entry = self.scene.entries[-1]
        if entry.kind == Kind.TASK_HAND_OVER:
            task = self.scene.task(entry.data["task"])
            said = {"function": task.function.value, "owner": entry.data["owner"]}
            self.attempt(entry.actor.id, "task.add", organization=entry.data["to"], **said)

    @rule(organization=organizations, function=functions, office=st.none() | st.sampled_from(Office))
    def task_of_a_playbook(self, organization: str, function: Function, office: Office | None) -> None:
        """A step whose agent is an organization, or an office of it."""
        whose = {"office": office.value} if office else {}
        self.attempt(
            "playbook of UNHCR", "task.add", organization=organization, function=function.value, **whose
        )

    @rule(who=people, verb=st.sampled_from(("give", "accept", "decline", "withdraw")), code=organizations)
    def mandate(self, who: str, verb: str, code: str) -> None:
        """A part handed to another: here to whichever organization says that it is a provider."""
        self._try(who, f"mandate.{verb}", to=code, organization=code, is_provider=True)

    @rule(who=people, organizations=st.lists(organizations, max_size=3, unique=True))
    def invite_several(self, who: str, organizations: list[str]) -> None:
        self._try(who, "invite", organizations=organizations)

    @rule(who=people, verb=st.sampled_from(("service.request", "retainer.activate")))
    def outside_help(self, who: str, verb: str) -> None:
        said = {"service": SERVICE, "membership": "member", "agreement": TERMS}
        self._try(who, verb, **said)

    @rule(who=people, whom=st.sampled_from((*PEOPLE, "ir-example-lead")))
    def admit(self, who: str, whom: str) -> None:
        self._try(who, "retainer.admit", **naming(whom))

    @rule(organization=organizations, happening=st.sampled_from(("ticket_changed", "ticket_commented")))
    def told_by_a_ticket(self, organization: str, happening: str) -> None:
        """What a vendor's ticket tells decides nothing here, whoever did it there."""
        before = self.scene.case
        said = {"effect": "e", "ref": "R-1", "happened_at": self.scene.at.isoformat(), "now": "done"}
        self.attempt(f"vendor of {organization}", "notice", happening=happening, **said)
        after = self.scene.case
        assert (after.tasks, after.state.roles, after.state.phase) == (
            before.tasks,
            before.state.roles,
            before.state.phase,
        )

    @rule(verb=st.sampled_from(("task.accept", "task.decline", "task.done")), data=st.data())
    def task(self, verb: str, data: st.DataObject) -> None:
        if tasks := list(self.scene.case.tasks):
            task = data.draw(st.sampled_from(tasks))
            self._try(data.draw(_mostly_of(task)), verb, task=task)

    @rule(whom=people, data=st.data())
    def task_assign(self, whom: str, data: st.DataObject) -> None:
        if tasks := list(self.scene.case.tasks):
            task = data.draw(st.sampled_from(tasks))
            self._try(data.draw(_mostly_of(task)), "task.assign", task=task, **naming(whom))

    @invariant()
    def states_round_trip_through_json(self) -> None:
        state = self.scene.state
        assert IncidentState.model_validate_json(state.model_dump_json()) == state
        for organization in ORGANIZATIONS:
            part = self.scene.part(organization)
            assert PartState.model_validate_json(part.model_dump_json()) == part

    @invariant()
    def dss_holds_no_cyber_work_and_oict_no_physical_security(self) -> None:
        case = self.scene.case
        held: list[tuple[str, Function]] = [
            (person, role.function) for role, person in case.state.roles.items()
        ]
        tasks = case.tasks.values()
        held += [(task.owner or "", task.function) for task in tasks if not task.is_settled]
        owned = [(OFFICES.get(person), function) for person, function in held]
        for office, function in (*owned, *((task.office, task.function) for task in tasks)):
            assert office is not Office.DSS or function is Function.PHYSICAL_SECURITY
            assert office is not Office.OICT or function is not Function.PHYSICAL_SECURITY

    @invariant()
    def what_was_done_was_done_by_the_side_whose_work_it_is(self) -> None:
        tasks = self.scene.case.tasks
        for entry in self.scene.entries:
            if entry.kind in (Kind.TASK_ACCEPT, Kind.TASK_DONE):
                task = tasks[entry.data["task"]]
                assert entry.actor.office is not Office.DSS or task.function is Function.PHYSICAL_SECURITY
                assert task.office in (None, entry.actor.office)

    @invariant()
    def nobody_of_dss_decides_for_the_secretariat_in_a_cyber_incident(self) -> None:
        """Neither by a role nor by a duty: the commands of whoever leads an incident are never hers."""
        commands = (
            Kind.SEVERITY_CHANGE,
            Kind.PHASE_CHANGE,
            Kind.COMMAND_TRANSFER,
            Kind.CLOSE,
            Kind.ANSWER_GIVE,
        )
        for entry in self.scene.entries:
            assert entry.actor.office is not Office.DSS or entry.kind not in commands

    @invariant()
    def what_both_agreed_on_both_signed(self) -> None:
        signed: dict[int, dict[str, str]] = {}
        for entry in self.scene.entries:
            if entry.kind == Kind.ASSESSMENT_SIGN:
                signed.setdefault(entry.data["version"], {})[entry.data["office"]] = entry.actor.id
            if entry.kind == Kind.ASSESSMENT_AGREE:
                assert set(signed[entry.data["version"]]) == {"OICT", "DSS"}

    @invariant()
    def versions_count_on_and_no_recommendation_is_named_or_given_out_twice(self) -> None:
        """Also where the network ended and begins again."""
        changes = (Kind.ASSESSMENT_SAVE, Kind.ASSESSMENT_RECOMMEND, Kind.ASSESSMENT_WITHDRAW)
        versions = [entry.data["version"] for entry in self.scene.entries if entry.kind in changes]
        assert versions == list(range(1, len(versions) + 1))
        withdrawn, given = (
            [each for entry in self.scene.entries for each in named(entry)] for named in (_withdrawn, _given)
        )
        assert len({*withdrawn, *given}) == len(withdrawn) + len(given)

    @invariant()
    def the_lead_is_there_and_roles_are_held_by_parties(self) -> None:
        state = self.scene.state
        if state.declared_at is None:
            return
        assert state.parties[state.lead] is Standing.LEAD
        assert set(state.role_organizations.values()) <= set(state.active_parties)
        assert set(state.roles) == set(state.role_organizations)

    @invariant()
    def effects_are_told_under_deterministic_ids(self) -> None:
        if not self.scene.entries:
            return
        entry, state = self.scene.entries[-1], self.scene.state
        ids = [request.effect_id for request in follow_ups(entry, state)]
        assert ids == [request.effect_id for request in follow_ups(entry, state)]
        assert len(set(ids)) == len(ids)

    @invariant()
    def folding_twice_gives_the_same(self) -> None:
        assert fold(KEY, self.scene.entries) == self.scene.case

    @invariant()
    def entry_ids_are_taken_once(self) -> None:
        ids = [entry.id for entry in self.scene.entries]
        assert len(set(ids)) == len(ids)


IncidentMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestIncident = IncidentMachine.TestCase
