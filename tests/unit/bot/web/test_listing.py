"""The list as asked for: filtered, sorted, a page at a time."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.web.page.listing import PAGE, Asked
from integrations.simulated import listing
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.incident import Phase, Severity
from playbooks.ports.listing import Sort, Which
from playbooks.ports.views import IncidentLine, Listing

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def line(
    number: int, severity: Severity, *, closed: bool, waiting: int, parties: tuple[str, ...]
) -> IncidentLine:
    return IncidentLine(
        key=IncidentKey(f"INC-2026-{number:04}"),
        title=f"Number {number}",
        severity=severity,
        phase=Phase.CLOSED if closed else Phase.RESPOND,
        lead=OrganizationCode("UNHCR"),
        parties=tuple(OrganizationCode(each) for each in parties),
        invited=(),
        commander="",
        declared_at=NOON - timedelta(hours=number % 7),
        closed_at=NOON if closed else None,
        marking="TLP:AMBER",
        waiting=waiting,
    )


def listed(lines: list[IncidentLine], asked: Asked, found: Collection[IncidentKey] | None) -> Listing:
    return listing.listed(lines, asked.wanted, found)


LINES = st.lists(
    st.builds(
        line,
        st.integers(1, 9999),
        st.sampled_from(Severity),
        closed=st.booleans(),
        waiting=st.integers(0, 5),
        parties=st.sampled_from([("UNHCR",), ("UNHCR", "WFP")]),
    ),
    unique_by=lambda each: each.key,
    max_size=120,
)
ASKED = st.builds(
    Asked,
    which=st.sampled_from(Which),
    severity=st.none() | st.sampled_from(Severity),
    organization=st.sampled_from(["", "WFP", "FAO"]),
    sort=st.sampled_from(Sort),
    page=st.integers(1, 9),
)


@given(LINES, ASKED)
def test_each_page_holds_what_was_asked_for_and_all_of_them_everything(
    lines: list[IncidentLine], asked: Asked
) -> None:
    pages = listed(lines, asked, None).pages
    all_of_them = [
        each
        for page in range(1, pages + 1)
        for each in listed(lines, asked.model_copy(update={"page": page}), None).lines
    ]
    assert len({each.key for each in all_of_them}) == len(all_of_them) == listed(lines, asked, None).total
    assert len(listed(lines, asked, None).lines) <= PAGE
    for each in all_of_them:
        assert asked.severity in (None, each.severity)
        assert asked.which is Which.ALL or (each.closed_at is None) is (asked.which is Which.OPEN)
        assert not asked.organization or asked.organization in each.parties
    left_out = {each.key for each in lines} - {each.key for each in all_of_them}
    if not asked.narrows and asked.which is Which.ALL:
        assert not left_out


def test_the_orders_are_what_they_say() -> None:
    some = [
        line(1, Severity.LOW, closed=False, waiting=3, parties=("UNHCR",)),
        line(2, Severity.CRITICAL, closed=False, waiting=0, parties=("UNHCR",)),
        line(3, Severity.HIGH, closed=True, waiting=0, parties=("UNHCR",)),
    ]

    def order(sort: Sort) -> list[str]:
        return [each.key[-1] for each in listed(some, Asked(which=Which.ALL, sort=sort), None).lines]

    assert order(Sort.NEWEST) == ["1", "2", "3"]
    assert order(Sort.OLDEST) == ["2", "1", "3"]
    assert order(Sort.SEVERITY) == ["2", "3", "1"]
    assert order(Sort.WAITING)[0] == "1"


def test_only_where_the_words_are_is_listed() -> None:
    some = [line(n, Severity.LOW, closed=False, waiting=0, parties=("UNHCR",)) for n in (1, 2)]
    assert [each.key for each in listed(some, Asked(q="x"), {IncidentKey("INC-2026-0002")}).lines] == [
        "INC-2026-0002"
    ]
    assert not listed(some, Asked(q="x"), ()).lines


def test_an_address_says_what_is_asked_and_no_more() -> None:
    assert Asked().way() == "/incidents?"
    assert (
        Asked(q="mail relay", sort=Sort.SEVERITY).way(page=2)
        == "/incidents?q=mail+relay&sort=severity&page=2"
    )
