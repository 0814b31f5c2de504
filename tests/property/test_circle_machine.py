"""The sharing machine with the vendor on retainer, its guests, shared services, the hybrid network and merging at work.

Whatever is said and done, in any order: what the rules withhold stays withheld, and a vendor reads what is addressed to
it by name and nothing else.
"""

from datetime import timedelta
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from playbooks.domain.catalogue import Service
from playbooks.domain.circle.guest import is_vendor, vendor_of
from playbooks.domain.incident import Phase
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import Reader, release
from tests.casts import UNICC, agreement, naming
from tests.property.machine import rarely
from tests.property.test_sharing_machine import PEOPLE, SharingMachine, markings, people

VENDOR: Final = vendor_of("IR-EXAMPLE")
STAFF: Final = ("ir-example-lead", "ir-example-analyst")
"""The second is not cleared here: the agreement of these scenes names the first alone."""
ELSEWHERE: Final = "INC-2026-0008"
SERVICE: Final = Service(code="soc", name="Security operations", provider=UNICC)
TERMS: Final = {**agreement().model_dump(mode="json"), "staff": [STAFF[0]]}
BEYOND: Final = {
    "role": "scribe",
    "severity": "low",
    "organizations": ["UNICC"],
    "to": ["WFP"],
    "purpose": "status_call",
    "asked": ["WFP"],
    "deadline_minutes": 60,
}
"""What commands that are no guest's take."""
MAY: Final = frozenset(
    {
        *(Kind.RETAINER_MEET, Kind.HOURS_LOG, Kind.HOURS_WARN, Kind.GUEST_LEAVE, Kind.ANSWER_GIVE),
        *(Kind.WORDS_SAY, Kind.EVIDENCE_RECEIVE, Kind.EVIDENCE_HAND_OVER, Kind.QUESTION_OPEN),
    }
)
"""What stands in the record by a guest; a question is the one that hours beyond what was bought wait for."""
anybody = st.sampled_from((*PEOPLE, *STAFF))
leading = st.sampled_from(("unhcr-ciso", "unhcr-duty"))
"""Who gets far: what the others may not is tried by `anybody`."""


class CircleMachine(SharingMachine):
    """Whoever takes part, and three of the vendor's, of whom the agreement clears two."""

    terms = TERMS

    @initialize(marking=markings, ends_today=st.booleans(), is_admitted=st.sampled_from((True, True, False)))
    def declare(self, marking: Marking, ends_today: bool, is_admitted: bool) -> None:  # noqa: FBT001  drawn
        """The vendor's duty of confidentiality may end with the day."""
        super().declare(marking)
        if ends_today:
            self.terms = {**TERMS, "nda_until": self.scene.at.date().isoformat()}
        self.scene.do("unhcr-ciso", "retainer.activate", agreement=self.terms)
        if is_admitted:
            self.scene.do("unhcr-ciso", "retainer.admit", **naming(STAFF[0]))

    @rule(who=leading, how=st.sampled_from(("retainer.close", "close", "reopen", "restrict")), really=rarely)
    def end(self, who: str, how: str, *, really: bool) -> None:
        if really:
            self.attempt(who, how, named=["wfp-duty"])

    @rule(really=rarely)
    def night(self, *, really: bool) -> None:
        self.scene.at += timedelta(hours=12 * really)

    @rule(who=leading | anybody, whom=st.sampled_from(STAFF) | anybody)
    def guest(self, who: str, whom: str) -> None:
        verb = "retainer.dismiss" if whom in self.scene.state.guests else "retainer.admit"
        self.attempt(who, verb, **naming(whom))

    @rule(who=anybody, act=st.sampled_from(("activate", "close", "confirm", "hours")), much=st.booleans())
    def retainer(self, who: str, act: str, much: bool) -> None:  # noqa: FBT001  drawn
        said: dict[str, dict[str, Any]] = {
            "activate": {"agreement": self.terms},
            "confirm": {"what": "remote"},
            "hours": {"hours": "81" if much else "2", "organization": "UNHCR"},
        }
        self.attempt(who, f"retainer.{act}", **said.get(act, {}))

    @rule(who=anybody, joint=st.sampled_from(("v-1", "all")))
    def say(self, who: str, joint: str) -> None:
        self.attempt(who, "say", joint=joint)

    @rule(who=leading, with_vendor=st.booleans())
    def open_room(self, who: str, with_vendor: bool) -> None:  # noqa: FBT001  drawn
        self.attempt(who, "joint.open", name="all", **({"with": [VENDOR, "WFP"]} if with_vendor else {}))
        self.attempt(STAFF[0], "say", joint="all")

    @rule(who=anybody, whom=anybody, by_its_holder=st.booleans())
    def evidence(self, who: str, whom: str, by_its_holder: bool) -> None:  # noqa: FBT001  drawn
        self.attempt(who, "evidence.add", sha256="0" * 64)
        for piece, holder in self.scene.state.evidence.items():
            giver = holder if by_its_holder else who
            self.attempt(giver, "evidence.hand_over", evidence=piece, **naming(whom))

    @rule(who=people, marking=st.none() | markings, data=st.data())
    def share_with_the_vendor(self, who: str, marking: Marking | None, data: st.DataObject) -> None:
        self.share(who=who, to=VENDOR, marking=marking, data=data)

    @rule(
        who=st.sampled_from(STAFF) | anybody,
        whom=anybody,
        verb=st.sampled_from(("role", "transfer", "note", "join", "severity", "share", "invite", "ask")),
    )
    def beyond_a_guest(self, who: str, whom: str, verb: str) -> None:
        self.attempt(who, verb, **BEYOND, **naming(whom))

    @rule(
        who=leading,
        asked=st.sampled_from(([VENDOR], [VENDOR, "WFP"], ["WFP", VENDOR])),
        purpose=st.sampled_from(("mutual_aid", "status_call", "approval", "opt_in")),
    )
    def ask_the_vendor(self, who: str, asked: list[str], purpose: str) -> None:
        self.attempt(who, "ask", purpose=purpose, asked=asked, deadline_minutes=60)
        for each in ("wfp-duty", STAFF[0]):
            for question in self.scene.case.consultations:
                self.attempt(each, "answer", consultation=question, option="offer", hours=8)

    @rule(act=st.sampled_from(("retainer.activate", "service.request")))
    def by_a_playbook(self, act: str) -> None:
        """A machine asks for the lead, which agrees or does not (`answer`)."""
        said = {"agreement": self.terms, "service": SERVICE.model_dump(mode="json"), "membership": "member"}
        self.attempt("playbook of UNHCR", act, **said)

    @rule(who=people)
    def service(self, who: str) -> None:
        asked = SERVICE.model_dump(mode="json")
        self.attempt(who, "service.request", service=asked, membership="member")

    @rule(who=people, on=st.booleans())
    def network(self, who: str, on: bool) -> None:  # noqa: FBT001  drawn
        if on:
            self.attempt(who, "hybrid.activate", means="digital", deliberate="yes", danger="both")
            self.attempt(who, "hybrid.expose", named=["oict-duty"])
        else:
            self.attempt(who, "hybrid.deactivate")

    @rule(who=people, match=st.sampled_from(("M-1", "M-2")))
    def merge(self, who: str, match: str) -> None:
        self.attempt("timer of UNHCR", "introduced", match=match, organization="WFP", other=ELSEWHERE)
        self.attempt(who, "merge", other=ELSEWHERE)
        self.attempt(who, "merged", into=ELSEWHERE)

    def _readers(self) -> list[tuple[str, Reader]]:
        return [*super()._readers(), *((who, self._reader(who)) for who in (*STAFF, VENDOR))]

    @invariant()
    def a_vendor_reads_what_is_addressed_to_it_or_its_own(self) -> None:
        for entry in self.scene.entries:
            for who in (*STAFF, VENDOR):
                if release(entry, self._reader(who)):
                    by_name = {VENDOR, f"person:{who}"} & {*entry.audience}
                    assert by_name or is_vendor(entry.actor.organization), (who, entry.kind)

    @invariant()
    def a_vendor_hears_no_answer_of_another_and_speaks_in_its_own_rooms_alone(self) -> None:
        for entry in self.scene.entries:
            of_vendor = is_vendor(entry.actor.organization)
            if entry.kind == Kind.ANSWER_GIVE and not of_vendor:
                assert not release(entry, self._reader(VENDOR))
            if entry.kind == Kind.WORDS_SAY and of_vendor:
                assert VENDOR in entry.audience

    @invariant()
    def a_vendor_takes_no_part_and_no_role(self) -> None:
        state = self.scene.state
        assert not any(map(is_vendor, (*state.parties, *state.role_organizations.values())))

    @invariant()
    def whoever_is_a_guest_is_so_under_an_open_call_of_an_incident_that_is_open_to_its_parties(self) -> None:
        state = self.scene.state
        for guest in state.guests.values():
            assert state.calls[guest.call].is_open
            assert not state.restricted
            assert state.phase is not Phase.CLOSED

    @invariant()
    def guests_did_the_little_that_is_theirs_and_only_as_guests(self) -> None:
        here: set[str] = set()
        for entry in self.scene.entries:
            if is_vendor(entry.actor.organization):
                assert entry.kind in MAY
                assert entry.actor.id in here or entry.kind == Kind.GUEST_LEAVE
            if entry.kind == Kind.GUEST_ADMIT:
                here.add(entry.data["person"])
            if entry.kind == Kind.GUEST_LEAVE:
                here.discard(entry.data["person"])


CircleMachine.TestCase.settings = settings(max_examples=200, stateful_step_count=25, deadline=None)
TestCircle = CircleMachine.TestCase
