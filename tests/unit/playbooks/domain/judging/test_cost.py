"""Costs: written down by who did the work, borne by who confirms, carried by the fund where that is allowed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.circle.cost import ShareStatus, split
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.release import release
from playbooks.figures.cost import cost_lines, costs_as_csv, totals
from tests.casts import UNHCR, UNICC, WFP, Scene, agreement, declared, directory, reader

SERVICE: dict[str, Any] = {"hours": "6.5", "rate": "95", "currency": "usd", "is_provider": True}
CODES = tuple(each.code for each in directory().organizations)


def served(*bearers: str, mandate: bool = False) -> Scene:
    here = declared(joined=("WFP", "UNICC", "UN"))
    if mandate:
        here.do("wfp-ciso", "mandate.give", to="UNICC", is_provider=True)
        here.do("unicc-duty", "mandate.accept", organization="WFP")
    here.do("unicc-responder", "cost.log", bearers=list(bearers or ("WFP",)), **SERVICE)
    return here


@given(
    cents=st.integers(min_value=0, max_value=10**9),
    among=st.lists(st.sampled_from(CODES), min_size=1, unique=True),
)
def test_shares_make_up_the_whole_and_differ_by_a_hundredth_at_most(
    cents: int, among: list[OrganizationCode]
) -> None:
    total = Decimal(cents) / 100
    shares = split(total, among).values()
    assert sum(shares) == total
    assert max(shares) - min(shares) <= Decimal("0.01")


def test_what_was_done_for_several_is_borne_in_equal_parts_each_once_confirmed() -> None:
    here = served("WFP", "UNHCR", "UN")
    shares = here.state.costs["K-1"].shares
    assert [str(each.amount) for each in shares.values()] == ["205.84", "205.83", "205.83"]
    assert {each.status for each in shares.values()} == {ShareStatus.WAITING}
    here.do("wfp-duty", "cost.confirm", cost="K-1")
    here.do("oict-duty", "cost.dispute", cost="K-1")
    found = {line.organization: (line.amount, line.waiting) for line in cost_lines((here.state,))}
    assert found == {
        WFP: (Decimal("205.84"), Decimal(0)),
        UNHCR: (Decimal("205.83"), Decimal("205.83")),
    }, "what is disputed is in no figure"
    assert here.refused("wfp-ciso", "cost.confirm", cost="K-1").code == "share_settled"


def test_ones_own_cost_counts_at_once_and_is_ones_own_to_know() -> None:
    here = declared(joined=("WFP",))
    (entry,) = here.do("wfp-responder", "cost.log", hours="2.25")
    assert here.state.costs["K-1"].shares[WFP].status is ShareStatus.BORNE
    assert entry.audience == (WFP,)
    assert not release(entry, reader("unhcr-ciso", here.case)), "the lead asks, and reads what it is given"


@pytest.mark.parametrize(
    ("who", "said", "code", "source"),
    [
        ("wfp-duty", {"hours": "1", "bearers": ["FAO"]}, "not_a_party", "004 §7"),
        ("wfp-duty", {"hours": "1", "source_of_cost": "unicc"}, "no_service_provider", "003 §143"),
        ("wfp-duty", {}, "no_cost", ""),
        ("wfp-duty", {"amount": "10"}, "no_currency", ""),
        ("wfp-duty", {"amount": "10", "currency": "EURO"}, "no_currency", ""),
        ("wfp-duty", {"amount": "0.001", "currency": "EUR"}, "bad_amount", ""),
        ("wfp-duty", {"amount": "NaN", "currency": "EUR"}, "bad_amount", ""),
        ("wfp-duty", {"hours": "0.1"}, "bad_hours", ""),
    ],
)
def test_what_cannot_be_written_down_is_said(who: str, said: dict[str, Any], code: str, source: str) -> None:
    refused = declared(joined=("WFP",)).refused(who, "cost.log", **said)
    assert (refused.code, refused.source) == (code, source)


def test_nobody_says_what_another_bears() -> None:
    here = served()
    assert here.refused("wfp-responder", "cost.confirm", cost="K-1").code == "not_representative"
    assert here.refused("unhcr-ciso", "cost.confirm", cost="K-1").code == "no_cost"
    assert here.refused("unicc-ciso", "cost.dispute", cost="K-1").code == "no_cost"


def test_the_fund_carries_a_smaller_entity_s_share_of_a_service_and_no_more() -> None:
    here = served(mandate=True)
    said: dict[str, Any] = {"cost": "K-1", "organization": "WFP", "is_provider": True}
    assert here.refused("unicc-ciso", "cost.fund", amount="617.51", **said).code == "more_than_share"
    here.do("unicc-ciso", "cost.fund", amount="600", **said)
    (line,) = cost_lines((here.state,))
    assert (line.amount, line.fund, line.borne) == (Decimal("617.50"), Decimal(600), Decimal("17.50"))
    for who, more in (("wfp-ciso", {"is_provider": False}), ("unicc-responder", dict[str, Any]())):
        refused = here.refused(who, "cost.fund", amount="1", **{**said, **more})
        assert (refused.code, refused.source) == ("not_the_fund", "003, recommendation 3")


def test_the_fund_is_for_services_and_for_who_has_no_team() -> None:
    said: dict[str, Any] = {"cost": "K-1", "organization": "WFP", "amount": "1", "is_provider": True}
    refused = served().refused("unicc-ciso", "cost.fund", **said)
    assert (refused.code, refused.source) == ("fund_for_smaller_entities", "002 §10, 003 §157")
    own = declared(joined=("WFP", "UNICC"))
    own.do("wfp-duty", "cost.log", amount="10", currency="EUR")
    refused = own.refused("unicc-ciso", "cost.fund", **said)
    assert (refused.code, refused.source) == ("fund_for_services", "003 §157")


def test_the_fund_carries_a_smaller_entity_s_share_of_the_vendor_on_retainer_too() -> None:
    here = served("UNHCR", mandate=True)
    here.do("unhcr-ciso", "retainer.activate", agreement=agreement().model_dump(mode="json"))
    here.do("unhcr-duty", "retainer.hours", hours="6.5", organization="WFP")
    said: dict[str, Any] = {"cost": "V-1", "organization": "WFP", "is_provider": True}
    assert here.refused("unicc-ciso", "cost.fund", amount="2015.01", **said).code == "more_than_share"
    refused = here.refused("unicc-ciso", "cost.fund", amount="1", **{**said, "organization": "UNHCR"})
    assert refused.code == "no_cost", "UNHCR has no hours on it"
    here.do("unicc-ciso", "cost.fund", amount="500", **said)
    here.do("unicc-ciso", "cost.fund", amount="2000", **said)
    (line,) = (each for each in cost_lines((here.state,)) if each.source == "vendor")
    assert (line.amount, line.fund, line.borne) == (Decimal("2015.00"), Decimal(2000), Decimal("15.00"))
    kinds = {str(entry.id): entry.kind for entry in here.entries}
    assert [kinds[entry] for entry in line.entries] == [Kind.HOURS_LOG, Kind.COST_FUND, Kind.COST_FUND]
    assert here.refused("wfp-ciso", "cost.confirm", cost="V-1").code == "no_cost", "hours are confirmed there"


def test_each_figure_names_its_entries_and_the_retainer_s_hours_are_among_them() -> None:
    here = served()
    here.do("wfp-ciso", "cost.confirm", cost="K-1")
    here.do("unhcr-ciso", "retainer.activate", agreement=agreement().model_dump(mode="json"))
    here.do("unhcr-duty", "retainer.hours", hours="6.5", organization="WFP")
    here.do("wfp-duty", "retainer.confirm", what="H-1")
    kinds = {str(entry.id): entry.kind for entry in here.entries}
    behind = {line.source: [kinds[entry] for entry in line.entries] for line in cost_lines((here.state,))}
    assert behind == {
        "unicc": [Kind.COST_LOG, Kind.COST_CONFIRM],
        "vendor": [Kind.HOURS_LOG, Kind.HOURS_CONFIRM],
    }
    (total,) = totals(cost_lines((here.state,)))
    assert (total.hours, total.amount, total.currency) == (Decimal("13.0"), Decimal("2632.50"), "USD")


def test_currencies_are_never_one_number_and_hours_alone_have_none() -> None:
    here = declared(joined=("WFP",))
    here.do("wfp-duty", "cost.log", amount="10", currency="EUR")
    here.do("wfp-duty", "cost.log", amount="10", currency="USD")
    here.do("wfp-duty", "cost.log", hours="1")
    found = [(each.currency, each.amount) for each in totals(cost_lines((here.state,)))]
    assert found == [("", Decimal(0)), ("EUR", Decimal(10)), ("USD", Decimal(10))]


def test_a_closed_incident_still_takes_costs_and_the_file_has_a_line_for_each_figure() -> None:
    here = served()
    here.do("unhcr-duty", "close")
    here.do("wfp-ciso", "cost.confirm", cost="K-1")
    assert (
        costs_as_csv(cost_lines((here.state,)))
        .splitlines()[1]
        .startswith(f"{here.key},WFP,unicc,USD,6.50,617.50,0,617.50,0,")
    )


def test_whoever_bears_nothing_of_it_reads_nothing_of_it() -> None:
    here = served()
    assert not release(here.entries[-1], reader("oict-ciso", here.case))
    assert release(here.entries[-1], reader("wfp-ciso", here.case))
    assert here.entries[-1].audience == (UNICC, WFP)
