"""What the figures count, by a world told entry by entry and by any world that Hypothesis thinks of."""

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.entry import Entry
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.incident import Severity
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader, show
from playbooks.figures.board import board
from playbooks.figures.chart import Chart, Row
from playbooks.figures.export import as_csv
from playbooks.figures.facts import IncidentFacts, facts_of
from playbooks.figures.noise import AlertGroups
from playbooks.figures.times import percentile
from playbooks.figures.work import by_hour
from tests.worlds import BEGAN_AT, RANSOMWARE, Story, a_ransomware_incident

UNHCR = Reader(organization=OrganizationCode("UNHCR"), party_to=(RANSOMWARE,))
OTHER = IncidentKey("INC-2026-0043")


def facts(entries: Sequence[Entry], reader: Reader = UNHCR) -> IncidentFacts:
    key = entries[0].incident
    assert key
    found = facts_of(key, (show(entry, reader) for entry in entries))
    assert found
    return found


def chart(charts: Sequence[Chart], name: str) -> Chart:
    return next(each for each in charts if each.name == name)


def row(charts: Sequence[Chart], name: str, of: str) -> Row:
    return next(each for each in chart(charts, name).rows if each.name == of)


def test_times_are_from_the_alert_and_from_the_declaration() -> None:
    charts = board([facts(a_ransomware_incident(closed=True))])
    told = a_ransomware_incident(closed=True)
    closed = next(entry for entry in told if entry.kind == Kind.CLOSE)
    recovered = next(
        entry for entry in told if entry.kind == Kind.PHASE_CHANGE and entry.data["phase"] == "recover"
    )
    minutes = {
        name: (entry.at - BEGAN_AT) / timedelta(minutes=1)
        for name, entry in {"close": closed, "contain": recovered}.items()
    }
    for name, expected in minutes.items():
        assert row(charts, "times", name).values == pytest.approx((expected, expected, 1), abs=0.1)
    assert row(charts, "times", "declare").values == (0, 0, 1)
    acknowledged = row(charts, "times", "acknowledge").values[0]
    assert acknowledged == pytest.approx(6.4, abs=0.2)
    assert row(charts, "times", "detect").values == (None, None, 0)


def test_a_moment_that_an_entry_gives_makes_the_time_to_detect() -> None:
    story = Story()
    story.say(
        "unhcr-duty",
        0,
        Kind.DECLARE,
        lead="UNHCR",
        severity="high",
        marking="TLP:AMBER",
        **{"class": "phishing"},
    )
    story.say("unhcr-duty", 5, Kind.NOTE_ADD, happened_at=(BEGAN_AT - timedelta(hours=3)).isoformat())
    assert row(board([facts(story.entries)]), "times", "detect").values == (180, 180, 1)


def test_an_incident_reopened_is_not_closed() -> None:
    story = Story()
    story.say(
        "unhcr-duty",
        0,
        Kind.DECLARE,
        lead="UNHCR",
        severity="high",
        marking="TLP:AMBER",
        **{"class": "phishing"},
    )
    story.say("unhcr-duty", 60, Kind.CLOSE, was="detect")
    story.say("unhcr-duty", 60, Kind.REOPEN)
    assert row(board([facts(story.entries)]), "times", "close").values == (None, None, 0)
    story.say("unhcr-duty", 60, Kind.CLOSE, was="respond")
    assert row(board([facts(story.entries)]), "times", "close").values == (180, 180, 1)


def test_organizations_are_counted_as_leads_and_as_those_who_joined() -> None:
    charts = board([facts(a_ransomware_incident())])
    assert row(charts, "organization", "UNHCR").values == (0, 1)
    assert row(charts, "organization", "WFP").values == (1, 0)


def test_response_by_organization_is_medians_and_counts() -> None:
    response = row(board([facts(a_ransomware_incident(closed=True))]), "response", "UNICC")
    named = dict(
        zip((measure.name for measure in chart(board([]), "response").measures), response.values, strict=True)
    )
    assert named["to_join"] == pytest.approx(4.5)
    assert named["questions_asked"] == 2
    assert named["questions_answered"] == 2
    assert named["tasks_done"] == 1


def test_whoever_is_only_invited_counts_what_the_invitation_says() -> None:
    invited = Reader(organization=OrganizationCode("WFP"))
    told = [entry for entry in a_ransomware_incident() if entry.kind == Kind.PARTY_INVITE]
    found = facts(told, invited)
    assert (found.incident_class, found.severity, found.declared_at) == (
        "malicious-code",
        "critical",
        BEGAN_AT,
    )
    assert found.parties == ("UNHCR",)


def test_of_an_incident_of_which_nothing_is_shown_there_is_no_fact() -> None:
    stranger = Reader(organization=OrganizationCode("FAO"))
    assert facts_of(RANSOMWARE, (show(entry, stranger) for entry in a_ransomware_incident())) is None


def test_alerts_of_an_incident_that_the_reader_may_not_know_of_are_in_no_number() -> None:
    groups = [
        AlertGroups(source="wazuh", status="attached", incident=RANSOMWARE, groups=1, alerts=7, arrivals=30),
        AlertGroups(source="wazuh", status="dismissed", incident=None, groups=4, alerts=9, arrivals=10),
        AlertGroups(source="wazuh", status="attached", incident=OTHER, groups=1, alerts=500, arrivals=5000),
        AlertGroups(source="secret", status="attached", incident=OTHER, groups=1, alerts=1, arrivals=1),
    ]
    noise = chart(board([facts(a_ransomware_incident())], groups), "noise")
    assert [(each.name, each.values, each.incidents) for each in noise.rows] == [
        ("wazuh", (30, 10, 16, 5, 25), (RANSOMWARE,))
    ]


def test_days_choose_by_the_declaration_and_months_between_are_shown() -> None:
    first = facts(a_ransomware_incident())
    second = first.model_copy(update={"key": OTHER, "declared_at": datetime(2027, 2, 1, tzinfo=UTC)})
    charts = board([first, second])
    assert [each.name for each in chart(charts, "month").rows] == ["2026-11", "2026-12", "2027-01", "2027-02"]
    later = board([first, second], since=date(2027, 2, 1), until=date(2027, 2, 1))
    assert row(later, "severity", "critical").incidents == (OTHER,)


def test_the_file_holds_every_number_and_no_formula() -> None:
    groups = [AlertGroups(source="=cmd()", status="triage", incident=None, groups=1, alerts=1, arrivals=1)]
    charts = board([facts(a_ransomware_incident(closed=True))], groups)
    lines = list(csv.DictReader(StringIO(as_csv(charts))))
    assert len(lines) == sum(len(each.measures) * len(each.rows) for each in charts)
    assert not [line for line in lines for cell in line.values() if cell.startswith("=")]
    assert next(line for line in lines if line["row"] == "close")["incidents"] == RANSOMWARE


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    values: list[float], share: float
) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  the strategy adds the zone


@given(
    st.lists(st.tuples(st.sampled_from(Severity), MOMENTS, st.sampled_from(["phishing", "dos"])), max_size=40)
)
def test_every_incident_is_counted_once_in_each_of_severity_kind_and_month(
    told: list[tuple[Severity, datetime, str]],
) -> None:
    many = [
        IncidentFacts(
            key=IncidentKey(f"INC-2026-{number:04}"),
            incident_class=kind,
            severity=severity,
            lead="WFP",
            parties=("WFP",),
            declared_at=at,
        )
        for number, (severity, at, kind) in enumerate(told)
    ]
    charts = board(many)
    for name in ("severity", "kind"):
        assert sum(int(each.values[0] or 0) for each in chart(charts, name).rows) == len(many)
    shown = chart(charts, "month").rows
    assert all(sum(int(value or 0) for value in each.values) == len(each.incidents) for each in shown)
    assert len(shown) <= 24


def test_without_any_task_the_hours_of_the_day_are_not_listed_one_by_one() -> None:
    assert by_hour(()).rows == ()
