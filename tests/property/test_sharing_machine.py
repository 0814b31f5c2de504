"""Whatever is said, shared, restricted and joined, in any order: nobody reads what the rules withhold.

What a reader may have is said here anew, in plain words and from what was done, beside `release`, which decides it.
"""

from contextlib import suppress
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from playbooks.domain.circle.escalation import Issue
from playbooks.domain.consultation import tally
from playbooks.domain.entry import Entry
from playbooks.domain.errors import IncidentError
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import ATTRIBUTION, Reader, release
from tests.casts import Scene, directory, reader

PEOPLE = ("unhcr-duty", "unhcr-ciso", "wfp-duty", "wfp-legal", "unicc-duty", "oict-duty")
ORGANIZATIONS = ("UNHCR", "WFP", "UNICC", "UN")
STRANGER = "UNICEF"
OF: dict[str, str] = {person.id: person.organization for person in directory().people}
SAID = (Kind.INDICATORS_ADD, Kind.NOTE_ADD, Kind.MATERIAL_SHARE)
people, organizations = st.sampled_from(PEOPLE), st.sampled_from(ORGANIZATIONS)
markings = st.sampled_from(Marking)


class SharingMachine(RuleBasedStateMachine):
    """Four organizations and one that was never asked; each may try whatever it will."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene()

    @initialize(marking=markings)
    def declare(self, marking: Marking) -> None:
        self.scene.do("unhcr-duty", "declare", severity="high", marking=marking.value)
        for organization, who in (("WFP", "wfp-duty"), ("UN", "oict-duty")):
            self.scene.do("unhcr-duty", "invite", organization=organization)
            self.scene.do(who, "join")

    def _try(self, who: str, verb: str, **args: Any) -> None:
        with suppress(IncidentError):
            self.scene.do(who, verb, **args)

    @rule(who=people, marking=st.none() | markings)
    def add(self, who: str, marking: Marking | None) -> None:
        self._try(who, "indicators.add", count=1, **({"marking": marking.value} if marking else {}))

    @rule(who=people)
    def note(self, who: str) -> None:
        self._try(who, "note")

    @rule(who=people, organization=organizations)
    def invite(self, who: str, organization: str) -> None:
        self._try(who, "invite", organization=organization)

    @rule(who=people, verb=st.sampled_from(("join", "leave", "close", "reopen")))
    def come_and_go(self, who: str, verb: str) -> None:
        self._try(who, verb)

    @rule(who=people, named=st.lists(people, min_size=1, max_size=2, unique=True))
    def restrict(self, who: str, named: list[str]) -> None:
        self._try(who, "restrict", named=named)

    @rule(
        who=st.sampled_from((*PEOPLE, *["ccop-secretary"] * 8)),
        issue=st.sampled_from(Issue),
        in_words=st.booleans(),
        agreed=st.sampled_from((None, "C-1", "C-2")),
    )
    def escalate(self, who: str, issue: Issue, in_words: bool, agreed: str | None) -> None:  # noqa: FBT001  drawn
        self._try(
            who, "escalate", issue=issue.value, in_words=in_words, **({"agreed": agreed} if agreed else {})
        )

    @rule(who=people, option=st.sampled_from(("approve", "reject")), data=st.data())
    def answer(self, who: str, option: str, data: st.DataObject) -> None:
        if asked := list(self.scene.case.consultations):
            self._try(who, "answer", consultation=data.draw(st.sampled_from(asked)), option=option)
            self._close_and_carry_out()

    def _close_and_carry_out(self) -> None:
        """What a consultation does when all have agreed, and the incident when it did: what was held is done."""
        for id, asked in self.scene.case.consultations.items():
            outcome = tally(asked.question, asked.answers).outcome
            if self.scene.state.consultations.get(id) != "open" or outcome == "open":
                continue
            last = self.scene.entries[-1]
            said = {"consultation": id, "outcome": outcome, "counts": {}, "missing": []}
            more = {"id": f"closed-{id}", "kind": Kind.QUESTION_CLOSE, "data": said}
            self.scene.entries.append(last.model_copy(update=more))
            awaited = self.scene.state.awaited.get(id)
            if outcome == "approved" and awaited is not None:
                with suppress(IncidentError):
                    self.scene.entries.extend(self.scene.judged(awaited.agreed(self.scene.key, id)))

    @rule(match=st.sampled_from(("M-1", "M-2")))
    def introduce(self, match: str) -> None:
        self._try("timer of UNHCR", "introduce", match=match, alike="few")

    @rule(
        who=people,
        to=st.sampled_from((*ORGANIZATIONS, STRANGER)),
        marking=st.none() | markings,
        data=st.data(),
    )
    def share(self, who: str, to: str, marking: Marking | None, data: st.DataObject) -> None:
        """As the gateway completes it: only of what she may read herself."""
        readable = [
            (number, entry)
            for number, entry in enumerate(self.scene.entries, start=1)
            if entry.kind in SAID and release(entry, self._reader(who))
        ]
        if not readable:
            return
        number, entry = data.draw(st.sampled_from(readable))
        self._try(
            who,
            "share",
            to=[to],
            number=number,
            entry=entry.id,
            entry_organization=entry.actor.organization,
            entry_audience=list(entry.audience),
            entry_marking=entry.marking.value,
            **({"marking": marking.value} if marking else {}),
        )

    def _reader(self, who: str) -> Reader:
        return reader(who, self.scene.case)

    def _readers(self) -> list[tuple[str, Reader]]:
        return [(who, self._reader(who)) for who in (*PEOPLE, *ORGANIZATIONS, STRANGER)]

    def _said(self) -> list[Entry]:
        return [entry for entry in self.scene.entries if entry.kind in SAID]

    @invariant()
    def who_was_never_asked_reads_nothing(self) -> None:
        for entry in self.scene.entries:
            for who in (STRANGER, None):
                assert not release(entry, reader(who, self.scene.case))

    @invariant()
    def red_is_for_the_persons_named_alone(self) -> None:
        for entry in self.scene.entries:
            if entry.marking is not Marking.RED:
                continue
            for who, each in self._readers():
                assert not release(entry, each) or who == entry.actor.id or f"person:{who}" in entry.audience

    @invariant()
    def only_who_takes_part_wrote_it_or_was_given_it_reads_it(self) -> None:
        state = self.scene.state
        for entry in self._said():
            for who, each in self._readers():
                organization = OF.get(who, who)
                given_it = organization in entry.audience or f"person:{who}" in entry.audience
                takes_part = organization in state.active_parties or (state.restricted and who in state.named)
                if not (given_it or takes_part or organization == entry.actor.organization):
                    assert not release(entry, each), (who, entry.kind, entry.audience)

    @invariant()
    def what_is_given_on_is_its_sources_or_was_asked(self) -> None:
        """Nobody gave another's further: without its agreement there is a question and no gift."""
        before = {entry.id: entry for entry in self.scene.entries}
        for entry in self.scene.entries:
            if entry.kind != Kind.MATERIAL_SHARE:
                continue
            source = before[entry.data["entry"]]
            assert Marking.RED not in (entry.marking, source.marking)
            wider = not source.marking.within(entry.marking)
            assert not wider or entry.actor.organization == source.actor.organization

    @invariant()
    def words_leave_the_circle_when_every_party_of_that_moment_agreed_and_by_the_secretary_alone(
        self,
    ) -> None:
        approved: dict[str, set[str]] = {}
        asked: dict[str, set[str]] = {}
        restricted = False
        for entry in self.scene.entries:
            restricted = restricted or entry.kind == Kind.RESTRICT
            if entry.kind == Kind.QUESTION_OPEN:
                asked[entry.data["consultation"]] = set(entry.data["asked"])
            if entry.kind == Kind.ANSWER_GIVE:
                said = approved.setdefault(entry.data["consultation"], set())
                (said.add if entry.data["option"] == "approve" else said.discard)(entry.data["organization"])
            if entry.kind == Kind.ISSUE_ESCALATE:
                assert not restricted
                assert (entry.actor.id, entry.marking) == ("ccop-secretary", Marking.GREEN)
                if entry.data.get("in_words"):
                    assert approved[entry.data["agreed"]] >= asked[entry.data["agreed"]] >= {"UNHCR"}

    @invariant()
    def once_restricted_nothing_new_goes_to_organizations(self) -> None:
        restricted = False
        for entry in self.scene.entries:
            if restricted and entry.kind in (*SAID, Kind.QUESTION_OPEN):
                assert all(who.startswith("person:") for who in entry.audience)
            restricted = restricted or entry.kind == Kind.RESTRICT

    @invariant()
    def that_there_is_a_match_is_for_the_lead_alone(self) -> None:
        for entry in self.scene.entries:
            if entry.data.get("match"):
                readers = {OF.get(who, who) for who, each in self._readers() if release(entry, each)}
                assert readers <= {self.scene.state.lead}

    @invariant()
    def a_stricter_marking_or_way_never_widens(self) -> None:
        for entry in self._said():
            for _who, each in self._readers():
                slots = release(entry, each)
                for stricter in [marking for marking in Marking if entry.marking.within(marking)]:
                    marked = entry.model_copy(update={"marking": stricter})
                    assert release(marked, each) <= slots
                    assert release(entry, each.model_copy(update={"ceiling": entry.marking})) <= slots
                under_the_rule = release(entry, each.model_copy(update={"chatham_house": True}))
                assert under_the_rule <= slots
                if each.organization != entry.actor.organization:
                    assert not under_the_rule & set(ATTRIBUTION)


SharingMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestSharing = SharingMachine.TestCase
