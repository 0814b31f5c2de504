"""The rules of the circle said anew: what must have been so for an entry to stand, beside the code that let it in.

`check` is asked of everything that a machine's command led to. It goes by the record so far, the directory and the
agreement alone, and by none of the code that judges or releases.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from playbooks.domain.actor import ActorKind
from playbooks.domain.case import Case
from playbooks.domain.circle.mandate import MandateStatus
from playbooks.domain.entry import Entry
from playbooks.domain.fold import evolve
from playbooks.domain.function import Function, Office
from playbooks.domain.ids import OrganizationCode, TaskId
from playbooks.domain.incident import IncidentState, Phase, Standing
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.membership import Membership
from playbooks.domain.organization import Duty, Person
from playbooks.domain.roles import Role
from playbooks.domain.task import Task
from tests.casts import agreement, directory

PERSONS: Final[dict[str, Person]] = {person.id: person for person in directory().people}
MEMBERS: Final = {each.code for each in directory().organizations if each.membership is Membership.MEMBER}
_VENDOR: Final = "vendor:"
_COMMANDS: Final = (Role.INCIDENT_COMMANDER, Role.DEPUTY_INCIDENT_COMMANDER)
_EDITS: Final = (*_COMMANDS, Role.SCRIBE)
_LABELS: Final = ("parties", "unattributed")


class Moment(NamedTuple):
    """One entry, what stood in the record before the command that led to it, and the case of that."""

    entry: Entry
    past: Sequence[Entry]
    case: Case

    @property
    def state(self) -> IncidentState:
        return self.case.state

    @property
    def data(self) -> dict[str, Any]:
        return self.entry.data

    @property
    def organization(self) -> OrganizationCode:
        """Whose act it is."""
        return self.entry.actor.organization

    @property
    def is_machines(self) -> bool:
        return self.entry.actor.kind not in (ActorKind.PERSON, ActorKind.GUEST)

    def takes_part(self, code: str) -> bool:
        return self.state.parties.get(OrganizationCode(code)) in (Standing.LEAD, Standing.JOINED)

    def knows(self, code: str) -> bool:
        """Of an organization that was invited or takes part; of a vendor one of whose people is here."""
        if code.startswith(_VENDOR):
            return any(PERSONS[guest].organization == code for guest in self.state.guests)
        return self.state.parties.get(OrganizationCode(code), Standing.LEFT) is not Standing.LEFT

    def holds(self, *roles: Role) -> bool:
        return self.entry.actor.id in [self.state.roles.get(role) for role in roles]

    @property
    def represents(self) -> bool:
        """Its CISO or whoever is on call, and nobody of DSS (004, §4; 002, §15-16)."""
        person = PERSONS.get(self.entry.actor.id)
        duties = () if person is None or person.office is Office.DSS else person.duties
        return Duty.CISO in duties or Duty.ON_CALL in duties

    @property
    def leads(self) -> bool:
        return self.holds(*_COMMANDS) or (self.organization == self.state.lead and self.represents)

    def found(self, kind: Kind, **said: object) -> list[Entry]:
        """Entries of the past that say this."""
        return [
            each
            for each in self.past
            if each.kind == kind and all(each.data.get(name) == value for name, value in said.items())
        ]

    def was_agreed(self, verb: str, by: Sequence[str], **said: object) -> bool:
        """Whether all of these approved, in the consultation that the entry names, of this very act."""
        id = self.data.get("agreed")
        asked = self.found(Kind.QUESTION_OPEN, consultation=id, about=verb, **said)
        if not asked or not set(by) <= set(asked[0].data["asked"]):
            return False
        answers = self.found(Kind.ANSWER_GIVE, consultation=id)
        last = {each.data["organization"]: each for each in answers}
        return all(code in last and last[code].data["option"] == "approve" for code in by)

    def works(self, code: str) -> bool:
        """An organization's own part, or one that it holds the mandate for."""
        held = (
            each.to == self.organization
            for each in self.state.mandates.values()
            if each.organization == code and each.status is MandateStatus.HELD
        )
        return self.organization == code or any(held)


def check(entries: Sequence[Entry], past: Sequence[Entry], case: Case) -> None:
    """Hold each entry that a command led to against every rule that is about it, as things stood right before it."""
    if entries and entries[0].kind == Kind.DECLARE:
        return
    for entry in entries:
        moment = Moment(entry, past, case)
        for rule in (_hears_of_it, _acts_here, *_RULES.get(entry.kind, ())):
            rule(moment)
        case = evolve(case, entry)


def _hears_of_it(at: Moment) -> None:
    """Parties, and by name whoever knows of the incident; once it is restricted, the named alone."""
    by_name = [who for who in at.entry.audience if who not in _LABELS]
    named = {*at.state.named, *(at.data.get("named", ()) if at.entry.kind == Kind.RESTRICT else ())}
    if at.state.restricted or at.entry.kind == Kind.RESTRICT:
        assert {*at.entry.audience} <= {f"person:{person}" for person in named}
        return
    concerned = {str(at.data.get("organization", "")), at.organization, f"person:{at.entry.actor.id}"}
    if at.entry.kind in (Kind.ENTRY_CORRECT, Kind.MATERIAL_SHARE):
        about = next((each for each in at.past if each.id == at.data.get("entry")), at.entry)
        concerned |= {*about.audience, about.actor.organization, *at.data.get("source", ())}
    match at.entry.kind:
        case Kind.EXPOSURE_TELL:  # who is in danger, and where, is for the persons who are named
            concerned |= {who for who in by_name if who.startswith("person:")}
        case Kind.NETWORK_ACTIVATE:  # OICT leads it, so the Secretariat hears of it and is invited (002, §16)
            concerned.add("UN")
        case (
            Kind.COST_CONFIRM | Kind.COST_DISPUTE | Kind.COST_FUND
        ):  # who bears it, also once it left (003, §143)
            concerned |= {*at.state.costs[at.data["cost"]].shares}
        case Kind.QUESTION_OPEN if (
            "about" in at.data
        ):  # the source of what is to go further, also when it left
            concerned |= {*at.data["asked"]}
        case Kind.WORDS_SAY | Kind.WORDS_SIGN | Kind.WORDS_CHANGE | Kind.WORDS_WITHDRAW:
            concerned |= {*at.state.joint[at.data["joint"]].organizations}
        case _:
            pass
    for who in by_name:
        assert at.knows(who) or who in concerned, (at.entry.kind, who)


def _acts_here(at: Moment) -> None:
    """Whoever acts takes part, was asked to, or is a guest; in a restricted incident she is named."""
    actor = at.entry.actor
    if at.is_machines:
        return
    assert not at.state.restricted or actor.id in at.state.named
    if actor.kind is ActorKind.GUEST:
        assert actor.id in at.state.guests
        assert at.entry.kind in _OF_GUESTS, at.entry.kind
        assert at.entry.kind != Kind.QUESTION_OPEN or at.data["about"] == "retainer.hours"
    elif at.entry.kind not in (Kind.PARTY_JOIN, Kind.ANSWER_GIVE):
        assert at.takes_part(at.organization), at.entry.kind
    else:
        assert OrganizationCode(at.organization) in at.state.parties


_OF_GUESTS: Final = (
    *(Kind.RETAINER_MEET, Kind.HOURS_LOG, Kind.HOURS_WARN, Kind.GUEST_LEAVE, Kind.ANSWER_GIVE),
    *(Kind.WORDS_SAY, Kind.EVIDENCE_RECEIVE, Kind.EVIDENCE_HAND_OVER, Kind.QUESTION_OPEN),
)
"""What a guest may do; a question of hers is the one that hours beyond what was bought wait for."""


def _by_who_leads(at: Moment) -> None:
    """The commander, a deputy, or who answers for the lead."""
    assert at.leads or at.is_machines


def _given_by_its_source(at: Moment) -> None:
    """What goes further is the source's to give: its own act, or its agreement to this very gift (004, §5)."""
    to = at.data["to"]
    source = next((each for each in at.past if each.id == at.data.get("entry")), None)
    assert not at.state.restricted
    assert at.entry.marking is not Marking.RED
    assert source is None or source.marking is not Marking.RED
    assert all(at.knows(code) for code in to)
    sources = [source.actor.organization] if source else list(at.data["source"])
    assert {*at.entry.audience} <= {*to, *sources, at.organization, at.state.lead}
    stays = source is None and all(at.takes_part(code) or code in sources for code in to)
    if stays and at.state.marking.within(at.entry.marking):
        return
    if at.is_machines or sources != [at.organization]:
        known = [code for code in sources if code in at.state.parties] or [at.state.lead]
        others = [code for code in known if code != at.organization] or known
        how = {"to": to, "as_marked": at.entry.marking.value, "number": at.data.get("number")}
        assert at.was_agreed("share", others, **how), (sources, at.organization)


def _asked_by_the_rules(at: Moment) -> None:
    """Who is asked knows of it; a vendor by itself, and for what a vendor may be asked; members alone have a vote."""
    asked, purpose = at.data["asked"], at.data["purpose"]
    assert "about" in at.data or all(map(at.knows, asked))
    if any(code.startswith(_VENDOR) for code in asked):
        assert len(asked) == 1
        assert purpose in ("status_call", "mutual_aid")
        assert {*at.entry.audience} <= {"parties", *asked}
    assert purpose != "vote" or {*asked} <= MEMBERS


def _answered_by_who_may(at: Moment) -> None:
    """Each for itself; a vote by the CISO, a signature by its office, and nobody agrees to her own request."""
    asked = at.case.consultations[at.data["consultation"]].question
    person, code = PERSONS[at.entry.actor.id], at.data["organization"]
    assert code in asked.asked
    assert not asked.fresh, "it takes a passkey, and nobody in these scenes has used one"
    if code != person.organization:
        assert at.works(code)
        assert asked.purpose.value == "status_call"
    match asked.purpose.value:
        case "vote":
            assert Duty.CISO in person.duties
        case "sign_off":
            signs = asked.signs.value if asked.signs else "executive"
            assert signs in [duty.value for duty in person.duties]
            assert person.office is not Office.DSS
        case "approval":
            assert person.id != asked.asked_by
            assert at.represents or (asked.by_person and at.holds(*_COMMANDS))
        case _:
            assert at.represents or at.entry.actor.kind is ActorKind.GUEST
    opened = at.found(Kind.QUESTION_OPEN, consultation=asked.id)[0]
    assert {*at.entry.audience} <= {*opened.audience} or at.state.restricted


def _corrects_no_further(at: Moment) -> None:
    """A correction is marked as what it corrects, and read by nobody else; by its author's own, or an editor."""
    source = next(each for each in at.past if each.id == at.data["entry"])
    assert at.entry.marking is source.marking
    if not at.state.restricted:
        assert {*at.entry.audience} <= {*source.audience, source.actor.organization}
    assert source.actor.organization == at.organization or at.holds(*_EDITS)


def _handed_over_by_its_holder(at: Moment) -> None:
    """By whoever holds it, or the commander; to somebody of a party, or a guest (ISO/IEC 27037)."""
    holder = at.state.evidence[at.data["evidence"]]
    assert at.entry.actor.id == holder or at.holds(Role.INCIDENT_COMMANDER)
    assert at.data["person"] in at.state.guests or at.takes_part(at.data["organization"])
    hear = {PERSONS[each].organization for each in (holder, at.data["person"]) if each in at.state.guests}
    assert {*at.entry.audience} <= {*at.state.audience, *hear}


def _admitted_by_the_agreement(at: Moment) -> None:
    """Somebody whom the agreement clears, under a call that is open, of an incident that is open to its parties."""
    call = at.state.calls[at.data["call"]]
    assert at.data["person"] in call.agreement.staff
    assert call.agreement.nda_until is not None
    assert at.entry.at.date() <= call.agreement.nda_until
    assert call.is_open
    assert not at.state.restricted
    assert at.leads


def _leaves_by_word_of_who_may(at: Moment) -> None:
    assert at.leads or at.entry.actor.id == at.data["person"]


def _room_of_who_is_there(at: Moment) -> None:
    assert not at.state.restricted
    for code in at.data.get("asked", ()):
        assert at.knows(code) if code.startswith(_VENDOR) else at.takes_part(code)
    vendors = [code for code in at.entry.audience if code.startswith(_VENDOR)]
    assert not vendors or "parties" not in at.entry.audience


def _said_in_a_room_of_its_own(at: Moment) -> None:
    """Only where the organization sits, and heard there alone."""
    joint = at.state.joint[at.data["joint"]]
    assert not at.state.restricted
    assert at.organization in joint.organizations or not (
        joint.organizations or at.organization.startswith(_VENDOR)
    )
    heard = set(joint.organizations or ("parties",))
    assert {*at.entry.audience} - {"unattributed"} == heard
    assert joint.unattributed == ("unattributed" in at.entry.audience)


def _own_words(at: Moment) -> None:
    said = next(each for each in at.past if each.id == at.data["about"])
    assert said.actor.id == at.entry.actor.id


def _held_by_who_may(at: Moment) -> None:
    """A role is held by somebody of a party, whose office may do it (002, §15-16)."""
    assert at.takes_part(at.data["organization"])
    _fits(PERSONS[at.data["person"]].office, Role(at.data["role"]).function)


def _fits(office: Office | None, function: Function) -> None:
    """DSS does physical security and nothing else, and OICT never does it (002, §15-16)."""
    physical = function is Function.PHYSICAL_SECURITY
    assert office is not Office.DSS or physical
    assert office is not Office.OICT or not physical


def _task_of(at: Moment) -> Task:
    return at.case.tasks[TaskId(at.data["task"])]


def _asked_of_a_party(at: Moment) -> None:
    function, office = Function(at.data["function"]), at.data.get("office")
    assert at.takes_part(at.data["organization"])
    _fits(Office(office) if office else None, function)
    owner = PERSONS.get(str(at.data.get("owner")))
    if owner is not None:
        _fits(owner.office, function)
    is_own = at.works(at.data["organization"])
    assert is_own or at.entry.kind == Kind.TASK_REQUEST
    if at.entry.kind == Kind.TASK_ADD and at.organization != at.data["organization"]:
        assert function is not Function.PHYSICAL_SECURITY


def _decided_in_ones_own_part(at: Moment) -> None:
    """By the organization whose part it is, or under its mandate, which is for cyber work (004, §7; 002, §15-16)."""
    task = _task_of(at)
    assert at.works(task.organization)
    assert at.organization == task.organization or task.function is not Function.PHYSICAL_SECURITY


def _done_by_the_side_whose_work_it_is(at: Moment) -> None:
    task = _task_of(at)
    if not at.is_machines:
        _fits(at.entry.actor.office, task.function)
        assert task.office in (None, at.entry.actor.office)


def _given_to_the_side_whose_work_it_is(at: Moment) -> None:
    task, owner = _task_of(at), PERSONS[at.data["owner"]]
    _fits(owner.office, task.function)
    assert task.office in (None, owner.office)
    assert (
        owner.organization == task.organization
        or task.function is not Function.PHYSICAL_SECURITY
        or (at.entry.kind == Kind.TASK_HAND_OVER)
    )
    assert at.takes_part(owner.organization)


def _own_mandate(at: Moment) -> None:
    assert at.represents
    stands = (MandateStatus.OFFERED, MandateStatus.HELD)
    given = at.state.mandates.get(at.data["mandate"])
    match at.entry.kind:
        case Kind.MANDATE_GIVE:
            assert at.organization == at.data["organization"]
            assert at.knows(at.data["to"])
        case Kind.MANDATE_END:
            assert given is not None
            assert given.status in stands
            assert at.organization in (given.organization, given.to)
        case _:
            assert given is not None
            assert (given.status, given.to) == (MandateStatus.OFFERED, at.organization)


def _for_the_lead_that_agreed(at: Moment) -> None:
    """That there is a match is the lead's alone, and who the other is comes after its own word (004, §7)."""
    assert not at.state.restricted
    assert {*at.entry.audience} == {at.state.lead}
    if at.entry.kind == Kind.MATCH_INTRODUCE:
        assert at.found(Kind.MATCH_AGREE, match=at.data["match"])


def _agreed_by_the_lead(at: Moment) -> None:
    asked = at.found(Kind.QUESTION_OPEN, match=at.data["match"])[0]
    answers = at.found(Kind.ANSWER_GIVE, consultation=asked.data["consultation"])
    assert asked.data["asked"] == [at.state.lead]
    assert answers[-1].data["option"] == "approve"


def _merged_by_the_other_lead(at: Moment) -> None:
    """In the one that goes on by who answers for the other; in the one that ends, the lead alone hears where to."""
    assert not at.state.restricted
    met = at.found(Kind.MATCH_INTRODUCE, match=at.data["match"])
    assert met
    if at.data["into"] == at.state.key:
        assert (at.organization, at.represents) == (met[-1].data["organization"], True)
    else:
        assert at.leads
        assert {*at.entry.audience} == {at.state.lead}


def _escalated_by_the_secretary(at: Moment) -> None:
    """A code, or words to which every party of that moment agreed (004, §5)."""
    assert Duty.SECRETARY in PERSONS[at.entry.actor.id].duties
    assert not at.state.restricted
    if at.data.get("in_words"):
        asked = at.found(Kind.QUESTION_OPEN, consultation=at.data["agreed"])[0]
        assert at.was_agreed("escalate", asked.data["asked"], issue=at.data["issue"])
        assert set(asked.data["asked"]) == set(_parties_at(asked, at.past))


def _parties_at(asked: Entry, past: Sequence[Entry]) -> set[str]:
    """Who took part when something was asked."""
    here: set[str] = set()
    for entry in past[: [each.id for each in past].index(asked.id)]:
        match entry.kind:
            case Kind.DECLARE:
                here.add(entry.data["lead"])
            case Kind.PARTY_JOIN:
                here.add(entry.data["organization"])
            case Kind.PARTY_LEAVE:
                here.discard(entry.data["organization"])
            case _:
                pass
    return here


def _asked_of_a_provider_that_is_there(at: Moment) -> None:
    assert at.takes_part(at.data["to"])
    if at.is_machines:
        assert at.was_agreed("service.request", [at.state.lead])
    else:
        assert at.represents
        assert at.organization == at.data["organization"]
    assert at.state.restricted or {*at.entry.audience} == {at.data["organization"], at.data["to"]}


def _called_under_the_agreement(at: Moment) -> None:
    assert at.state.lead in agreement().hours
    if at.is_machines:
        assert at.was_agreed("retainer.activate", [at.state.lead])
    else:
        assert at.holds(*_COMMANDS) or (at.organization == at.state.lead and at.represents)


def _within_what_was_bought(at: Moment) -> None:
    if at.data.get("overdrawn"):
        assert at.was_agreed("retainer.hours", [at.data["organization"]])
    before = sum(
        float(each.data["hours"])
        for each in at.found(Kind.HOURS_LOG, organization=at.data["organization"], call=at.data["call"])
    )
    over = before + float(at.data["hours"]) > agreement().hours[at.data["organization"]]
    assert over == bool(at.data.get("overdrawn"))
    assert not any(code.startswith(_VENDOR) for code in at.entry.audience)


def _confirmed_by_another_of_who_bears_it(at: Moment) -> None:
    logged = at.found(Kind.HOURS_LOG, hours_id=at.data["hours_id"], call=at.data["call"])[0]
    assert at.organization == logged.data["organization"]
    assert at.entry.actor.id != logged.actor.id


def _opened_once_closed(at: Moment) -> None:
    _by_who_leads(at)
    assert at.state.phase is Phase.CLOSED


def _by_itself(at: Moment) -> None:
    assert at.data["organization"] == at.organization


_Rule = Callable[[Moment], None]
_RULES: Final[dict[str, tuple[_Rule, ...]]] = {
    **dict.fromkeys((Kind.SEVERITY_CHANGE, Kind.PHASE_CHANGE, Kind.PARTY_INVITE), (_by_who_leads,)),
    **dict.fromkeys((Kind.RESTRICT, Kind.RETAINER_CLOSE, Kind.CLOSE), (_by_who_leads,)),
    Kind.REOPEN: (_opened_once_closed,),
    **dict.fromkeys((Kind.PARTY_JOIN, Kind.PARTY_LEAVE, Kind.AWARENESS_DECLARE), (_by_itself,)),
    Kind.ROLE_ASSIGN: (_by_who_leads, _held_by_who_may),
    Kind.COMMAND_TRANSFER: (_by_who_leads, _held_by_who_may),
    Kind.MATERIAL_SHARE: (_given_by_its_source,),
    Kind.QUESTION_OPEN: (_asked_by_the_rules,),
    Kind.ANSWER_GIVE: (_answered_by_who_may,),
    Kind.ENTRY_CORRECT: (_corrects_no_further,),
    Kind.EVIDENCE_HAND_OVER: (_handed_over_by_its_holder,),
    Kind.GUEST_ADMIT: (_admitted_by_the_agreement,),
    Kind.GUEST_LEAVE: (_leaves_by_word_of_who_may,),
    Kind.JOINT_OPEN: (_room_of_who_is_there,),
    **dict.fromkeys((Kind.WORDS_SAY, Kind.WORDS_SIGN), (_said_in_a_room_of_its_own,)),
    **dict.fromkeys((Kind.WORDS_CHANGE, Kind.WORDS_WITHDRAW), (_said_in_a_room_of_its_own, _own_words)),
    **dict.fromkeys((Kind.TASK_ADD, Kind.TASK_REQUEST), (_asked_of_a_party,)),
    **dict.fromkeys(
        (Kind.TASK_ACCEPT, Kind.TASK_DECLINE, Kind.TASK_DONE),
        (_decided_in_ones_own_part, _done_by_the_side_whose_work_it_is),
    ),
    **dict.fromkeys(
        (Kind.TASK_ASSIGN, Kind.TASK_HAND_OVER),
        (_decided_in_ones_own_part, _given_to_the_side_whose_work_it_is),
    ),
    **dict.fromkeys(
        (Kind.MANDATE_GIVE, Kind.MANDATE_ACCEPT, Kind.MANDATE_DECLINE, Kind.MANDATE_END), (_own_mandate,)
    ),
    Kind.MATCH_AGREE: (_for_the_lead_that_agreed, _agreed_by_the_lead),
    Kind.MATCH_INTRODUCE: (_for_the_lead_that_agreed,),
    Kind.MERGE: (_merged_by_the_other_lead,),
    Kind.ISSUE_ESCALATE: (_escalated_by_the_secretary,),
    Kind.SERVICE_REQUEST: (_asked_of_a_provider_that_is_there,),
    Kind.RETAINER_CALL: (_called_under_the_agreement,),
    Kind.HOURS_LOG: (_within_what_was_bought,),
    Kind.HOURS_CONFIRM: (_confirmed_by_another_of_who_bears_it,),
}
"""What must hold of each kind of entry, beside what holds of every one."""
