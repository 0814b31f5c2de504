"""Mandates and costs under any sequence of commands: who decides in a part, who reads of it."""

from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from playbooks.domain.circle.mandate import held_of
from playbooks.domain.fold import fold
from playbooks.domain.function import Function, Office
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import PARTIES, release
from playbooks.domain.task import TaskStatus
from tests.casts import declared, directory, naming, reader
from tests.property.machine import SceneMachine

PEOPLE = ("unhcr-duty", "wfp-ciso", "wfp-responder", "unicc-duty", "unicc-responder", "oict-duty", "dss-duty")
CODES = ("UNHCR", "WFP", "UNICC", "UN")
OF = {str(person.id): person for person in directory().people}
DECIDED = (Kind.TASK_ADD, Kind.TASK_ACCEPT, Kind.TASK_DECLINE, Kind.TASK_ASSIGN, Kind.TASK_DONE)
people, codes = st.sampled_from(PEOPLE), st.sampled_from(CODES)


class Mandates(SceneMachine):
    """Any person gives any command; what is let through must keep to the mandates of that moment."""

    @initialize()
    def begin(self) -> None:
        """A part is handed over from the start, or hardly any sequence would get far."""
        self.scene = declared(joined=("WFP", "UNICC", "UN"))
        self.scene.do("wfp-ciso", "mandate.give", to="UNICC", is_provider=True)
        self.scene.do("unicc-duty", "mandate.accept", organization="WFP")

    def _try(self, who: str, verb: str, **args: Any) -> None:
        before = self.scene.state
        for entry in self.attempt(who, verb, **args):
            if entry.kind.startswith("part:"):
                owner = entry.data["task"].rpartition("-")[0]
                held = held_of(before.mandates, owner)
                works = {owner, held.to if held else owner}
                assert entry.kind not in DECIDED or entry.actor.organization in works
                assert (
                    (entry.actor.organization == owner)
                    or entry.kind not in DECIDED
                    or "mandate" in entry.data
                )
                task = self.scene.task(entry.data["task"])
                assert set(entry.audience) <= {*works, before.lead, task.requested_by}

    @rule(who=people, to=st.sampled_from(("UNICC", "UN")))
    def give(self, who: str, to: str) -> None:
        self._try(who, "mandate.give", to=to, is_provider=to == "UNICC")

    @rule(who=people, verb=st.sampled_from(("accept", "decline", "withdraw")), code=codes)
    def settle(self, who: str, verb: str, code: str) -> None:
        self._try(who, f"mandate.{verb}", organization=code)

    @rule(who=people, code=codes, function=st.sampled_from((Function.CYBER, Function.PHYSICAL_SECURITY)))
    def add(self, who: str, code: str, function: Function) -> None:
        self._try(who, "task.add", organization=code, function=function)

    @rule(
        who=people, verb=st.sampled_from(("accept", "decline", "assign", "done")), whom=people, data=st.data()
    )
    def work(self, who: str, verb: str, whom: str, data: st.DataObject) -> None:
        if tasks := list(self.scene.case.tasks):
            self._try(who, f"task.{verb}", task=data.draw(st.sampled_from(tasks)), **naming(whom))

    @rule(who=people, verb=st.sampled_from(("leave", "join", "close", "reopen")))
    def plain(self, who: str, verb: str) -> None:
        self._try(who, verb)

    @rule(who=people, cents=st.integers(1, 10_000), bearers=st.lists(codes, min_size=1, unique=True))
    def cost(self, who: str, cents: int, bearers: list[str]) -> None:
        provider = OF[who].organization == "UNICC"
        amount = str(Decimal(cents) / 100)
        self._try(who, "cost.log", amount=amount, currency="USD", bearers=bearers, is_provider=provider)

    @rule(
        who=people,
        verb=st.sampled_from(("confirm", "dispute", "fund")),
        code=codes,
        cents=st.integers(1, 10_000),
    )
    def bear(self, who: str, verb: str, code: str, cents: int) -> None:
        if costs := list(self.scene.state.costs):
            provider = OF[who].organization == "UNICC"
            said = {"organization": code, "amount": str(Decimal(cents) / 100), "is_provider": provider}
            self._try(who, f"cost.{verb}", cost=costs[-1], **(said if verb == "fund" else {}))

    @invariant()
    def shares_make_up_the_whole_and_the_fund_carries_no_more(self) -> None:
        totals = {e.data["cost"]: e.data["amount"] for e in self.scene.entries if e.kind == Kind.COST_LOG}
        for cost in self.scene.state.costs.values():
            assert sum(share.amount for share in cost.shares.values()) == Decimal(totals[cost.id])
            assert all(share.fund <= share.amount for share in cost.shares.values())

    @invariant()
    def what_the_provider_is_given_makes_no_client_a_reader(self) -> None:
        client = reader("wfp-ciso", self.scene.case)
        for entry in self.scene.entries[-1:]:
            named = {"WFP", PARTIES} & {*entry.audience, entry.actor.organization}
            for marking in (Marking.AMBER, Marking.AMBER_STRICT):
                assert named or not release(entry.model_copy(update={"marking": marking}), client)

    @invariant()
    def physical_security_passes_to_nobody_by_a_mandate_and_dss_gets_no_cyber_work(self) -> None:
        handed = TaskStatus.HANDED_OVER  # asked of another organization, whose own people it is then for
        for task in [each for each in self.scene.case.tasks.values() if each.status is not handed]:
            person = OF.get(str(task.owner))
            if person is not None:
                assert person.organization == task.organization or task.function is Function.CYBER
                assert person.office is not Office.DSS or task.function is Function.PHYSICAL_SECURITY

    @invariant()
    def folding_twice_gives_the_same(self) -> None:
        if self.scene.entries:
            assert fold(self.scene.key, self.scene.entries).state == self.scene.state


TestMandates = Mandates.TestCase
TestMandates.settings = settings(max_examples=40, stateful_step_count=25)
