"""Costs under any sequence of commands: nothing is lost or charged twice, and each figure is what its entries say."""

from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from playbooks.domain.circle.cost import ShareStatus, cost_of, evolve_costs
from playbooks.domain.circle.retainer import tallied
from playbooks.domain.entry import Entry
from playbooks.domain.errors import IncidentError
from playbooks.domain.folding.calls import CALLS, funded
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.figures.cost import CostLine, cost_lines, totals
from tests.casts import Scene, agreement, declared

PEOPLE: Final = ("unhcr-ciso", "wfp-ciso", "unicc-ciso", "oict-ciso")
PARTIES: Final = ("UNHCR", "WFP", "UNICC", "UN")
people, organizations = st.sampled_from(PEOPLE), st.sampled_from(PARTIES)
money = st.integers(1, 10**7).map(lambda cents: str(Decimal(cents) / 100))
quarters = st.integers(1, 200).map(lambda quarters: str(Decimal(quarters) / 4))
costs = st.sampled_from(("K-1", "K-2", "K-3", "V-1"))


class CostMachine(RuleBasedStateMachine):
    """WFP has handed its part over; a vendor on retainer is called."""

    scene: Scene

    @initialize()
    def work(self) -> None:
        self.scene = declared(joined=("WFP", "UNICC", "UN"))
        self.scene.do("wfp-ciso", "mandate.give", to="UNICC", is_provider=True)
        self.scene.do("unicc-ciso", "mandate.accept", organization="WFP")
        self.scene.do("unhcr-ciso", "retainer.activate", agreement=agreement().model_dump(mode="json"))

    def _try(self, who: str, verb: str, **args: Any) -> None:
        args["is_provider"] = who == "unicc-ciso"
        with suppress(IncidentError):
            self.scene.do(who, verb, **args)

    @rule(
        who=people,
        bearers=st.lists(organizations, min_size=1, unique=True),
        how=st.fixed_dictionaries({}, optional={"hours": quarters, "amount": money, "rate": money}),
        currency=st.sampled_from(("USD", "CHF")),
    )
    def log(self, who: str, bearers: list[str], how: dict[str, str], currency: str) -> None:
        self._try(who, "cost.log", bearers=bearers, currency=currency, **how)

    @rule(who=people, cost=costs, verb=st.sampled_from(("cost.confirm", "cost.dispute")))
    def settle(self, who: str, cost: str, verb: str) -> None:
        self._try(who, verb, cost=cost)

    @rule(who=people, cost=costs, amount=money, organization=organizations)
    def fund(self, who: str, cost: str, amount: str, organization: str) -> None:
        self._try(who, "cost.fund", cost=cost, amount=amount, organization=organization)

    @rule(hours=quarters, organization=organizations)
    def on_retainer(self, hours: str, organization: str) -> None:
        self._try("unhcr-duty", "retainer.hours", hours=hours, organization=organization)

    @rule(who=people, number=st.integers(1, 4))
    def confirm_hours(self, who: str, number: int) -> None:
        self._try(who, "retainer.confirm", what=f"H-{number}")

    @property
    def _lines(self) -> tuple[CostLine, ...]:
        return cost_lines((self.scene.state,))

    @invariant()
    def what_was_logged_is_borne_waits_or_is_disputed_to_the_hundredth(self) -> None:
        state = self.scene.state
        logged: dict[str, Decimal] = {}
        for entry in self.scene.entries:
            if entry.kind == Kind.COST_LOG and entry.data.get("amount"):
                add(logged, entry.data["currency"], Decimal(entry.data["amount"]))
        for call in state.calls.values():
            for hours in tallied(call.logged.values()).values():
                add(logged, call.agreement.currency, call.agreement.cost(hours))
        found: dict[str, Decimal] = {}
        for total in totals(self._lines):
            add(found, total.currency, total.amount)
        for cost in state.costs.values():
            for share in cost.shares.values():
                if share.status is ShareStatus.DISPUTED:
                    add(found, cost.currency, share.amount)
        assert {code: sum for code, sum in found.items() if sum} == logged

    @invariant()
    def the_fund_carries_no_more_than_a_share_and_waiting_is_part_of_it(self) -> None:
        for line in self._lines:
            assert 0 <= line.fund <= line.amount
            assert 0 <= line.waiting <= line.amount
            assert line.borne >= 0

    @invariant()
    def nobody_bears_what_she_did_not_write_down_or_confirm(self) -> None:
        by = {str(entry.id): entry for entry in self.scene.entries}
        for cost in self.scene.state.costs.values():
            for share in cost.shares.values():
                if share.status is ShareStatus.BORNE:
                    said = {
                        by[id].actor.organization for id in share.entries if by[id].kind != Kind.COST_FUND
                    }
                    assert share.organization in said

    @invariant()
    def each_figure_is_what_its_own_entries_say(self) -> None:
        """Folding the entries that a line names, and nothing else, gives the line."""
        by = {str(entry.id): entry for entry in self.scene.entries}
        for line in self._lines:
            kept = [by[id] for id in line.entries]
            assert len(set(line.entries)) == len(kept), "no entry counts twice"
            assert alone(self.scene.state, kept, line) == (line.hours, line.amount, line.fund)


def add(sums: dict[str, Decimal], currency: str, amount: Decimal) -> None:
    sums[currency] = sums.get(currency, Decimal()) + amount


def alone(state: IncidentState, entries: Iterable[Entry], line: CostLine) -> tuple[Decimal, ...]:
    """Hours, amount and fund of a line, of an incident with its calls in which nothing but these entries is known."""
    bare = {id: call.model_copy(update={"logged": {}, "fund": {}}) for id, call in state.calls.items()}
    known = state.model_copy(update={"costs": {}, "calls": bare})
    for entry in sorted(entries, key=lambda each: each.at):
        if entry.kind == Kind.COST_FUND:
            change = funded(known, entry)
        elif entry.kind in CALLS:
            change = CALLS[entry.kind](known, entry)
        else:
            change = {"costs": evolve_costs(known.costs, entry)}
        known = known.model_copy(update=change)
    every = (*known.costs.values(), *(cost_of(call, known.lead) for call in known.calls.values()))
    shares = [
        cost.shares[line.organization]
        for cost in every
        if (cost.source, cost.currency) == (line.source, line.currency) and line.organization in cost.shares
    ]
    return tuple(
        sum((getattr(each, name) for each in shares), Decimal()) for name in ("hours", "amount", "fund")
    )


CostMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestCosts = CostMachine.TestCase
