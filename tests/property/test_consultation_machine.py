"""Whatever is asked of whom and answered by whomever, in any order: an answer is the word of who may give it.

What must have been so for each question and answer to stand is in `said_anew`.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from playbooks.domain.consultation import OPTIONS, Purpose, Question
from playbooks.domain.ids import ConsultationId
from playbooks.domain.kinds import Kind
from playbooks.domain.release import release
from tests.casts import declared, reader
from tests.property.machine import SceneMachine, rarely
from tests.property.said_anew import PERSONS

PEOPLE = (
    *("unhcr-ciso", "unhcr-duty", "unhcr-legal", "wfp-ciso", "wfp-duty", "wfp-legal", "wfp-responder"),
    *("unicc-ciso", "unicc-duty", "oict-ciso", "dss-duty", "un-legal"),
)
ORGANIZATIONS = ("UNHCR", "WFP", "UNICC", "UN", "UNICEF")
MEMBERSHIP = {"UNHCR": "member", "WFP": "member", "UNICC": "observer", "UN": "member", "UNICEF": "member"}
SIGNS = ("legal", "executive", "ciso")
people = st.sampled_from(PEOPLE)
leading = st.sampled_from(("unhcr-ciso", "unhcr-duty"))
MEMBERS = ("UNHCR", "WFP", "UN")
asked_anyhow = st.lists(st.sampled_from(ORGANIZATIONS), min_size=1, max_size=3, unique=True)
Said = tuple[str, int, str | None]


class ConsultationMachine(SceneMachine):
    """Three take part, one has handed its part to the provider, and one was never asked."""

    @initialize()
    def begin(self) -> None:
        self.scene = declared(joined=("WFP", "UNICC", "UN"))
        self.scene.do("wfp-ciso", "mandate.give", to="UNICC", is_provider=True)
        self.scene.do("unicc-duty", "mandate.accept", organization="WFP")

    @rule(
        who=leading,
        purpose=st.sampled_from(Purpose),
        asked=st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=3, unique=True) | asked_anyhow,
        signs=st.sampled_from(SIGNS),
        act=st.sampled_from((None, {"fresh": False}, {"fresh": True})),
        leaves=st.sampled_from((None, None, *PEOPLE)),
        answers=st.lists(st.tuples(people, st.integers(0, 2), st.none() | st.just("WFP")), max_size=6),
    )
    def ask(
        self,
        who: str,
        purpose: Purpose,
        asked: list[str],
        signs: str,
        act: dict[str, bool] | None,
        leaves: str | None,
        answers: list[Said],
    ) -> None:
        """A question, and what several people answer to it, for themselves or another, when somebody may have left."""
        of_act = {"by_person": True, "needed": 2, **act} if act and purpose == "approval" else {}
        told = {"roll": MEMBERSHIP, "signs": signs, "deadline_minutes": 60, **of_act}
        if self.attempt(who, "ask", purpose=purpose.value, asked=asked, **told):
            question = self.scene.case.consultations[
                ConsultationId(f"C-{len(self.scene.state.consultations)}")
            ]
            if leaves:
                self.attempt(leaves, "leave")
            for each in (*answers, (who, 0, None)):
                self._answer(question.question, *each)

    def _answer(self, question: Question, who: str, option: int, for_another: str | None) -> None:
        options = OPTIONS[question.purpose]
        said = {"organization": for_another} if for_another else {}
        self.say_and_settle(question.id, who, options[option % len(options)], hours=8, **said)

    @rule(who=people, option=st.integers(0, 2), data=st.data())
    def answer_anew(self, who: str, option: int, data: st.DataObject) -> None:
        if asked := list(self.scene.case.consultations):
            self._answer(
                self.scene.consultation(data.draw(st.sampled_from(asked))).question, who, option, None
            )

    @rule(who=people, verb=st.sampled_from(("leave", "join", "close", "reopen")), really=rarely)
    def come_and_go(self, who: str, verb: str, *, really: bool) -> None:
        if really or verb == "join":
            self.attempt(who, verb)

    @rule(
        who=people,
        code=st.sampled_from(ORGANIZATIONS),
        verb=st.sampled_from(("accept", "withdraw")),
        really=rarely,
    )
    def mandate(self, who: str, code: str, verb: str, *, really: bool) -> None:
        if really:
            self.attempt(who, f"mandate.{verb}", organization=code)

    @rule(who=leading, named=st.lists(people, max_size=3, unique=True), really=rarely)
    def restrict(self, who: str, named: list[str], *, really: bool) -> None:
        if really:
            self.attempt(who, "restrict", named=named)

    @rule(who=people, whom=people)
    def transfer(self, who: str, whom: str) -> None:
        found = PERSONS[whom]
        office = found.office.value if found.office else None
        said = {"person": whom, "person_organization": found.organization, "person_office": office}
        self.attempt(who, "transfer", **said)

    @invariant()
    def who_was_never_asked_reads_neither_question_nor_answer(self) -> None:
        for entry in self.scene.entries[-2:]:
            if entry.kind in (Kind.QUESTION_OPEN, Kind.ANSWER_GIVE):
                assert not release(entry, reader("UNICEF", self.scene.case))

    @invariant()
    def one_organization_counts_once(self) -> None:
        for asked in self.scene.case.consultations.values():
            if not asked.question.by_person:
                assert sum(asked.tally.counts.values()) <= len(asked.question.asked)


ConsultationMachine.TestCase.settings = settings(max_examples=200, stateful_step_count=20, deadline=None)
TestConsultation = ConsultationMachine.TestCase
