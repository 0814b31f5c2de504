"""What leaves the circle says what its list allows, coarsely, and not one byte of the incidents beneath."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.actor import Actor
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed, Refused
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import Reader, show
from playbooks.domain.rsit import RSIT_CLASSES
from playbooks.figures.facts import Asked, IncidentFacts, facts_of
from playbooks.governance.bands import BANDS, FEW, LEAST_BASE, TOO_FEW, count_band, share_band
from playbooks.governance.periods import quarters
from playbooks.governance.report import Report, ReportKind, check_may_release, report_of, written
from playbooks.governance.statements import GOVERNANCE, OVERVIEW
from playbooks.texts import load_texts
from tests.worlds import a_circle, a_ransomware_incident

TEXTS = load_texts()
UNHCR = OrganizationCode("UNHCR")
H1 = (date(2026, 1, 1), date(2026, 6, 30))
NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)
LEADS = ("UNHCR", "WFP", "FAO", "UNICEF")


def incidents_beneath(count: int = 24) -> list[tuple[Entry, ...]]:
    return [
        a_ransomware_incident(
            closed=number % 3 > 0,
            hostile=number % 4 == 0,
            key=IncidentKey(f"INC-2026-{number:04}"),
            began_at=NOON + timedelta(days=number * 5),
        )
        for number in range(1, count + 1)
    ]


def facts(told: Iterable[Sequence[Entry]]) -> list[IncidentFacts]:
    found = []
    for entries in told:
        key = entries[0].incident
        assert key
        reader = Reader(organization=UNHCR, party_to=(key,))
        read = facts_of(key, (show(entry, reader) for entry in entries))
        assert read
        found.append(read)
    return found


def everything_that_would_tell(told: Iterable[Sequence[Entry]], *, but: Iterable[str] = ()) -> set[str]:
    """Every name, indicator, rule, source, key, id and word of the entries, and every number that stands in them."""
    found: set[str] = set()
    for entry in (entry for entries in told for entry in entries):
        found |= {
            entry.id,
            str(entry.incident),
            entry.actor.id,
            entry.actor.organization,
            *entry.texts.values(),
        }
        found |= {word for text in entry.texts.values() for word in re.findall(r"[\w.:/@-]{6,}", text)}
        found |= set(_strings(entry.data)) | set(entry.subject.split("/"))
    found |= {person.id for person in a_circle().people} | {each.code for each in a_circle().organizations}
    return {each for each in found if len(each) > 3} - set(but)


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


THE_CATALOGUES = " ".join(
    TEXTS.say(code, **dict.fromkeys(TEXTS.placeholders(code), ""))
    for code in TEXTS
    if code.startswith(("governance.", "band.", "topic.", "report."))
)
"""What a report would say over no incidents at all; a word of it tells of none."""


@pytest.mark.parametrize("kind", ReportKind)
def test_not_one_byte_of_the_incidents_beneath_is_in_it(kind: ReportKind) -> None:
    told = incidents_beneath()
    report = report_of(kind, UNHCR, *H1, facts(told))
    out = (written(report, TEXTS) + report.model_dump_json(exclude={"organization"})).casefold()
    own = {"UNHCR", "unhcr", *Marking} if kind is ReportKind.GOVERNANCE else set(Marking)
    secret = {
        each
        for each in everything_that_would_tell(told, but=own)
        if each.casefold() not in THE_CATALOGUES.casefold()
    }
    assert len(secret) > 150
    assert [each for each in secret if re.search(rf"(?<!\w){re.escape(each.casefold())}(?!\w)", out)] == []


def test_a_word_of_an_incident_would_be_found() -> None:
    secret = everything_that_would_tell(incidents_beneath(2))
    assert {"203.0.113.7", "FS-GVA-03", "unhcr-ciso", "INC-2026-0001", "wfp-duty", "UNICC"} <= secret


def test_the_overview_names_no_organization_not_even_its_maker() -> None:
    text = written(report_of(ReportKind.OVERVIEW, UNHCR, *H1, facts(incidents_beneath())), TEXTS)
    codes = {each.code for each in a_circle().organizations} - {"UN"}
    assert not [code for code in codes if re.search(rf"\b{re.escape(code)}\b", text)]


def test_everything_it_may_say_is_a_band_of_the_list() -> None:
    said = {code for report in (GOVERNANCE, OVERVIEW) for code, _band in report}
    assert said == {
        "handled",
        "concluded",
        "planned",
        "jointly",
        "partners",
        "answered",
        "in_time",
        "learned",
        "improved",
    }
    for kind in ReportKind:
        for beneath in ([], facts(incidents_beneath(4)), facts(incidents_beneath())):
            assert {band for _code, band in report_of(kind, UNHCR, *H1, beneath).bands} <= {*BANDS}


def an_incident(number: int, kind: str, lead: str, *, closed: bool, tasks: int) -> IncidentFacts:
    return IncidentFacts(
        key=IncidentKey(f"INC-2026-{number:04}"),
        incident_class=kind,
        severity="high",
        lead=lead,
        parties=(lead, "UNICC"),
        declared_at=NOON,
        closed_at=NOON if closed else None,
        tasks=tuple(
            Asked(organization=lead, asked_at=NOON, due_at=NOON, answered_at=NOON) for _ in range(tasks)
        ),
    )


INCIDENTS = st.lists(
    st.tuples(
        st.sampled_from((*RSIT_CLASSES[:3], "named-after-a-person")),
        st.sampled_from(LEADS),
        st.booleans(),
        st.integers(0, 9),
    ),
    max_size=40,
)


@given(INCIDENTS)
def test_few_incidents_are_told_as_few_and_carry_no_share(told: list[tuple[str, str, bool, int]]) -> None:
    beneath = [
        an_incident(n, kind, lead, closed=closed, tasks=t) for n, (kind, lead, closed, t) in enumerate(told)
    ]
    for kind in ReportKind:
        report = report_of(kind, UNHCR, *H1, beneath)
        bands = dict(report.bands)
        if len(beneath) < FEW:
            assert set(bands.values()) == {"fewer_than_5", TOO_FEW}
        if sum(facts.tasks != () for facts in beneath) < FEW:
            assert bands["in_time"] == TOO_FEW
        for topic in report.topics:
            of_it = [facts for facts in beneath if facts.incident_class == topic]
            assert topic in RSIT_CLASSES
            assert len(of_it) >= FEW
            assert len({facts.lead for facts in of_it}) >= 3


@given(st.integers(0, 500))
def test_a_band_is_shared_by_at_least_five_numbers(count: int) -> None:
    assert sum(count_band(other) == count_band(count) for other in range(600)) >= 5


@given(st.integers(LEAST_BASE, 400), st.data())
def test_a_share_is_shared_by_at_least_two_numbers_so_that_no_remainder_is_one(
    whole: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(0, whole))
    band = share_band(part, whole, FEW)
    alike = [other for other in range(whole + 1) if share_band(other, whole, FEW) == band]
    assert len(alike) >= 2
    assert share_band(whole - 1, whole, FEW) == share_band(whole, whole, FEW)
    assert share_band(0, whole, FEW) == share_band(1, whole, FEW)


@given(st.dates(date(2020, 1, 1), date(2026, 6, 30)), st.dates(date(2020, 1, 1), date(2026, 6, 30)))
def test_two_periods_share_a_quarter_or_no_day_at_all(first: date, second: date) -> None:
    """So that keeping each quarter once keeps any two reports from being subtracted."""
    periods = []
    for day in (first, second):
        begin = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        end = (begin + timedelta(days=280)).replace(day=1)
        end = date(end.year, (end.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
        periods.append((begin, end, set(quarters(begin, end, date(2030, 1, 1)))))
    (since, until, ours), (other_since, other_until, theirs) = periods
    assert bool(ours & theirs) == (since <= other_until and other_since <= until)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 1, 2), date(2026, 3, 31)),
        (date(2026, 1, 1), date(2026, 3, 30)),
        (date(2026, 2, 1), date(2026, 4, 30)),
        (date(2026, 7, 1), date(2026, 6, 30)),
        (date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_whole_quarters_that_are_over(since: date, until: date) -> None:
    with pytest.raises(Malformed):
        quarters(since, until, date(2026, 11, 22))
    assert quarters(date(2025, 10, 1), date(2026, 3, 31), date(2026, 11, 22)) == ("2025-Q4", "2026-Q1")


@pytest.mark.parametrize(
    ("kind", "person", "may"),
    [
        (ReportKind.GOVERNANCE, "unhcr-ciso", True),
        (ReportKind.GOVERNANCE, "unhcr-duty", False),
        (ReportKind.GOVERNANCE, "wfp-ciso", False),
        (ReportKind.OVERVIEW, "unhcr-ciso", True),
        (ReportKind.OVERVIEW, "unhcr-legal", False),
    ],
)
def test_a_person_with_the_duty_of_that_organization_releases(
    kind: ReportKind, person: str, *, may: bool
) -> None:
    report = Report(kind=kind, organization=UNHCR, since=H1[0], until=H1[1], bands=())
    actor = Actor.of(a_circle().person(person))
    if may:
        check_may_release(actor, report)
    else:
        with pytest.raises(Refused):
            check_may_release(actor, report)


def test_what_a_report_is_made_of_says_nothing_of_alerts() -> None:
    beneath = facts(incidents_beneath())
    quiet = [each.model_copy(update={"alerts": 0, "alerted_at": None, "person_at": None}) for each in beneath]
    for kind in ReportKind:
        assert report_of(kind, UNHCR, *H1, beneath) == report_of(kind, UNHCR, *H1, quiet)
    assert any(entry.kind == Kind.ALERTS_ATTACH for entry in incidents_beneath(1)[0])
