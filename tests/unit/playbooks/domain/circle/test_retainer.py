"""The vendor on retainer: its clocks, its hours, what they cost. Pure rules, under any input."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from playbooks.domain.circle.retainer import (
    WARNED_AT,
    Agreement,
    Call,
    Clock,
    Logged,
    Promise,
    first_claims,
    moments,
    read_hours,
    statement,
    tallied,
)
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.severity import Severity
from tests.casts import NOON, UNHCR, UNICC, WFP, agreement

QUARTERS = st.integers(1, 4000).map(lambda count: Decimal(count) / 4)
LINES = st.lists(st.tuples(st.sampled_from([UNHCR, WFP, UNICC]), QUARTERS, st.booleans()), max_size=12)


def call(severity: Severity = Severity.HIGH, *, on_site: bool = False, **more: object) -> Call:
    given = {"agreement": agreement(), "severity": severity, "on_site": on_site, "called_at": NOON}
    return Call.model_validate({"id": "V-1", **given, **more})


def logged(lines: list[tuple[OrganizationCode, Decimal, bool]]) -> dict[str, Logged]:
    return {
        f"H-{number}": Logged.model_validate(
            {"id": f"H-{number}", "organization": code, "hours": hours, "by": "x", "confirmed": is_confirmed}
        )
        for number, (code, hours, is_confirmed) in enumerate(lines, start=1)
    }


def test_each_clock_is_warned_of_when_a_quarter_is_left_and_breached_when_nothing_is() -> None:
    told = [(each.occasion, (each.at - NOON) / timedelta(minutes=1)) for each in moments(call())]
    assert told == [
        ("acknowledged/soon", 22.5),
        ("acknowledged/missed", 30),
        ("remote/soon", 90),
        ("remote/missed", 120),
    ]


def test_what_is_not_promised_is_not_owed() -> None:
    terms = agreement().model_copy(update={"response": {Severity.HIGH: Promise(acknowledged=30)}})
    assert call(agreement=terms, on_site=True).owed == {Clock.ACKNOWLEDGED: NOON + timedelta(minutes=30)}


def test_an_agreement_may_hold_for_one_day_and_ends_no_earlier_than_it_begins() -> None:
    said = agreement().model_dump(mode="json")
    day = said["valid_from"]
    assert Agreement.model_validate({**said, "valid_until": day}).valid_until == agreement().valid_from
    with pytest.raises(ValidationError, match="lies before"):
        Agreement.model_validate({**said, "valid_until": "2024-12-31"})


def test_a_mark_is_told_by_the_hours_that_reach_it_and_not_by_those_after() -> None:
    used = [Decimal(hours) for hours in ("59.75", "60", "60.25", "72")]
    told = [agreement().crossed(UNHCR, before, after) for before, after in pairwise(used)]
    assert told == [(75,), (), (90,)]


def test_being_there_is_owed_only_where_somebody_is_wanted_there() -> None:
    assert Clock.ON_SITE not in call().owed
    assert call(on_site=True).owed[Clock.ON_SITE] == NOON + timedelta(days=2)


def test_a_clock_that_was_met_is_told_no_more_and_whoever_works_has_acknowledged() -> None:
    assert not moments(call(met={Clock.REMOTE: NOON}))
    assert [each.clock for each in moments(call(met={Clock.ACKNOWLEDGED: NOON}))] == [Clock.REMOTE] * 2
    assert [each.occasion for each in moments(call(), ("acknowledged/soon", "remote/soon"))] == [
        "acknowledged/missed",
        "remote/missed",
    ]


@pytest.mark.parametrize("typed", ["0", "-1", "6.3", "1000.25", "NaN", "Infinity", "six", "", "1e9"])
def test_hours_that_are_none_are_refused(typed: str) -> None:
    with pytest.raises(Malformed):
        read_hours(typed)


@given(QUARTERS)
def test_hours_come_back_as_they_were_written(hours: Decimal) -> None:
    if hours <= 1000:
        assert read_hours(f"{hours:f}") == hours


@given(LINES)
def test_a_statement_has_every_confirmed_hour_once_and_no_other(
    lines: list[tuple[OrganizationCode, Decimal, bool]],
) -> None:
    here = call(logged=logged(lines))
    told = {line["organization"]: line for line in statement(here)}
    confirmed = [(code, hours) for code, hours, is_confirmed in lines if is_confirmed]
    assert sum((Decimal(line["hours"]) for line in told.values()), Decimal()) == sum(
        (hours for _code, hours in confirmed), Decimal()
    )
    for code, line in told.items():
        hours = sum((each for whose, each in confirmed if whose == code), Decimal())
        assert Decimal(line["cost"]) == (hours * agreement().rate).quantize(Decimal("0.01"))
        assert line["currency"] == "USD"
    assert set(told) == {code for code, _hours in confirmed}


@given(LINES)
def test_each_warning_is_given_once_however_the_hours_come(
    lines: list[tuple[OrganizationCode, Decimal, bool]],
) -> None:
    used, warned = dict[OrganizationCode, Decimal](), list[tuple[OrganizationCode, int]]()
    for code, hours, _is_confirmed in lines:
        before = used.get(code, Decimal())
        warned += [(code, at) for at in agreement().crossed(code, before, before + hours)]
        used[code] = before + hours
    assert len(warned) == len(set(warned))
    for code, hours in used.items():
        bought = agreement().hours[code]
        assert {at for whose, at in warned if whose == code} == {
            at for at in WARNED_AT if hours * 100 >= bought * at
        }


@given(LINES)
def test_what_is_left_and_what_is_used_are_what_was_bought(
    lines: list[tuple[OrganizationCode, Decimal, bool]],
) -> None:
    used = tallied(logged(lines).values())
    for code, bought in agreement().hours.items():
        assert agreement().left(code, used) + used.get(code, Decimal()) == bought


@given(st.permutations([Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.HIGH, Severity.CRITICAL]))
def test_the_worse_incident_comes_first_and_then_the_earlier_call(severities: list[Severity]) -> None:
    calls = [
        (f"INC-{number}", call(severity, called_at=NOON + timedelta(minutes=number)))
        for number, severity in enumerate(severities)
    ]
    order = [dict(calls)[key] for key in first_claims(reversed(calls))]
    ranks = [(list(Severity).index(each.severity), each.called_at) for each in order]
    assert ranks == sorted(ranks)
