"""Whatever is said, shared, restricted and joined, in any order: nobody reads what the rules withhold.

What a reader may have is said here anew, in plain words and from what was done, beside `release`, which decides it.
"""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from playbooks.domain.circle.escalation import Issue
from playbooks.domain.entry import Entry
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import ATTRIBUTION, Reader, release
from tests.casts import directory, reader
from tests.property.machine import SceneMachine, rarely

PEOPLE = ("unhcr-duty", "unhcr-ciso", "wfp-duty", "wfp-legal", "unicc-duty", "oict-duty")
ORGANIZATIONS = ("UNHCR", "WFP", "UNICC", "UN")
STRANGER = "UNICEF"
OF: dict[str, str] = {person.id: person.organization for person in directory().people}
SAID = (Kind.INDICATORS_ADD, Kind.NOTE_ADD, Kind.MATERIAL_SHARE)
people, organizations = st.sampled_from(PEOPLE), st.sampled_from(ORGANIZATIONS)
markings = st.sampled_from(Marking)


def as_marked(marking: Marking | None) -> dict[str, str]:
    """The argument of a command, where a marking is said."""
    return {"marking": marking.value} if marking else {}


class SharingMachine(SceneMachine):
    """Four organizations and one that was never asked; each may try whatever it will."""

    @initialize(marking=markings)
    def declare(self, marking: Marking) -> None:
        self.scene.do("unhcr-duty", "declare", severity="high", marking=marking.value)
        for organization, who in (("WFP", "wfp-duty"), ("UN", "oict-duty")):
            self.scene.do("unhcr-duty", "invite", organizations=[organization])
            self.scene.do(who, "join")

    @rule(who=people, marking=st.none() | markings)
    def add(self, who: str, marking: Marking | None) -> None:
        self.attempt(who, "indicators.add", count=1, **as_marked(marking))

    @rule(who=people)
    def note(self, who: str) -> None:
        self.attempt(who, "note")

    @rule(who=people, organization=organizations)
    def invite(self, who: str, organization: str) -> None:
        self.attempt(who, "invite", organizations=[organization])

    @rule(who=people, verb=st.sampled_from(("join", "leave", "close", "reopen")), really=rarely)
    def come_and_go(self, who: str, verb: str, *, really: bool) -> None:
        if really or verb == "join":
            self.attempt(who, verb)

    @rule(who=people, named=st.lists(people, min_size=1, max_size=2, unique=True), really=rarely)
    def restrict(self, who: str, named: list[str], *, really: bool) -> None:
        if really:
            self.attempt(who, "restrict", named=named)

    @rule(
        who=st.sampled_from((*PEOPLE, *["ccop-secretary"] * 8)),
        issue=st.sampled_from(Issue),
        in_words=st.booleans(),
        agreed=st.sampled_from((None, "C-1", "C-2")),
    )
    def escalate(self, who: str, issue: Issue, in_words: bool, agreed: str | None) -> None:  # noqa: FBT001  drawn
        self.attempt(
            who, "escalate", issue=issue.value, in_words=in_words, **({"agreed": agreed} if agreed else {})
        )

    @rule(data=st.data(), says_yes=st.booleans() | st.just(value=True))
    def answer(self, data: st.DataObject, says_yes: bool) -> None:  # noqa: FBT001  drawn
        """Mostly whoever was asked, now and then anybody; what waits for it is done once they agreed."""
        open_ones = [id for id, how in self.scene.state.consultations.items() if how == "open"]
        if open_ones:
            id = data.draw(st.sampled_from(open_ones))
            asked = self.scene.consultation(id).question.asked
            of_them = tuple(person for person in PEOPLE if OF[person] in asked)
            who = data.draw(st.sampled_from(of_them * 3 + PEOPLE))
            self.say_and_settle(id, who, "approve" if says_yes else "reject")

    @rule(match=st.sampled_from(("M-1", "M-2")))
    def introduce(self, match: str) -> None:
        self.attempt("timer of UNHCR", "introduce", match=match, alike="few")

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
        self.attempt(who, "share", to=[to], **self._named(number, entry), **as_marked(marking))

    @rule(to=organizations, sources=st.lists(organizations, max_size=2, unique=True), marking=markings)
    def share_by_playbook(self, to: str, sources: list[str], marking: Marking) -> None:
        """A machine gives on only what those whose it is, or the lead, agreed to."""
        self.attempt("playbook of UNHCR", "share", to=[to], sources=sources, marking=marking.value)

    @rule(who=people, data=st.data())
    def correct(self, who: str, data: st.DataObject) -> None:
        readable = [
            (number, entry)
            for number, entry in enumerate(self.scene.entries, start=1)
            if release(entry, self._reader(who))
        ]
        if readable:
            number, entry = data.draw(st.sampled_from(readable))
            self.attempt(who, "correct", **self._named(number, entry))

    def _named(self, number: int, entry: Entry) -> dict[str, Any]:
        """An entry as the gateway completes a command about it."""
        return {
            "number": number,
            "entry": entry.id,
            "entry_organization": entry.actor.organization,
            "entry_audience": list(entry.audience),
            "entry_marking": entry.marking.value,
        }

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
    def once_restricted_nothing_new_goes_to_organizations(self) -> None:
        restricted = False
        for entry in self.scene.entries:
            if restricted and entry.kind in (*SAID, Kind.QUESTION_OPEN):
                assert all(who.startswith("person:") for who in entry.audience)
            restricted = restricted or entry.kind == Kind.RESTRICT

    @invariant()
    def that_there_is_a_match_is_for_the_lead_alone(self) -> None:
        """Until they are one: whoever takes part where work goes on is told what was taken in."""
        for entry in self.scene.entries:
            if entry.data.get("match") and entry.data.get("into") != self.scene.key:
                readers = {OF.get(who, who) for who, each in self._readers() if release(entry, each)}
                assert readers <= {self.scene.state.lead}

    @invariant()
    def a_stricter_marking_or_way_never_widens(self) -> None:
        for entry in self._said()[-2:]:
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


SharingMachine.TestCase.settings = settings(max_examples=200, stateful_step_count=25, deadline=None)
TestSharing = SharingMachine.TestCase
