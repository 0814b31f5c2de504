"""The directory that ships, and what a check says of one that is wrong."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.directory import Weight, check_directory, load_directory, shipped_organizations
from playbooks.domain.errors import Malformed
from playbooks.domain.organization import Directory, Duty, Membership
from playbooks.domain.tongue import Tongue, speaking

FOLDER = Path(__file__).parents[4] / "playbooks" / "directory"
SHIPPED = (FOLDER / "organizations.yaml").read_bytes()
DEMO = (FOLDER / "demo_people.yaml").read_bytes()


def codes(directory: Directory) -> set[str]:
    return {finding.code for finding in check_directory(directory)}


def with_people(*lines: str) -> Directory:
    return load_directory(SHIPPED, "\n".join(["people:", *(f"  - {{{line}}}" for line in lines)]).encode())


def test_thirty_two_members_and_eighteen_observers_ship() -> None:
    organizations = load_directory(SHIPPED).organizations
    members = [one.code for one in organizations if one.membership is Membership.MEMBER]
    observers = [one.code for one in organizations if one.membership is Membership.OBSERVER]
    assert (len(members), len(observers)) == (32, 18)
    assert len({one.code for one in organizations}) == 50


def test_the_annexs_slips_are_carried_as_what_it_means() -> None:
    directory = load_directory(SHIPPED)
    assert directory.organization("UNFPA").membership is Membership.MEMBER
    assert directory.organization("UNJSPF").membership is Membership.OBSERVER
    assert directory.organization("ITC-ILO").name == "International Training Centre of the ILO"
    assert directory.organization("OECD").name.startswith("Organisation ")


def test_unicc_is_an_observer_and_the_service_provider() -> None:
    providers = [one.code for one in load_directory(SHIPPED).organizations if one.service_provider]
    assert providers == ["UNICC"]


def test_nobody_ships_and_the_shipped_directory_has_no_fault() -> None:
    directory = load_directory(SHIPPED)
    assert directory.people == ()
    assert check_directory(directory) == ()


def test_the_demos_people_fill_the_roles_without_a_fault() -> None:
    directory = load_directory(SHIPPED, DEMO)
    assert check_directory(directory) == ()
    for code in ("UNHCR", "WFP", "UNICC"):
        for duty in (Duty.CISO, Duty.ON_CALL, Duty.LEGAL, Duty.RESPONDER):
            assert directory.of(directory.organization(code).code, duty), (code, duty)
    assert {person.office for person in directory.people if person.office} == {"OICT", "DSS"}


def test_a_later_file_adjusts_an_organization_and_keeps_the_rest() -> None:
    directory = load_directory(SHIPPED, b"organizations: [{code: WFP, time_zone: Europe/Rome}]")
    wfp = directory.organization("WFP")
    assert (wfp.name, wfp.time_zone) == ("World Food Programme", "Europe/Rome")
    assert len(directory.organizations) == 50


def test_a_new_organization_needs_its_name_and_standing() -> None:
    with pytest.raises(Malformed, match="needs: name, membership"):
        load_directory(SHIPPED, b"organizations: [{code: NEW}]")


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["id: a, organization: NOWHERE"], "unknown_organization"),
        (["id: wfp-a, organization: WFP", "id: WFP-A, organization: WFP"], "duplicate_handle"),
        (["id: Operator, organization: WFP"], "own_handle"),
        (
            [
                "id: a, organization: WFP, identities: {a: U1}",
                "id: b, organization: FAO, identities: {a: u1}",
            ],
            "duplicate_identity",
        ),
        ([f"id: {handle}, organization: WFP, duties: [ciso]" for handle in "ab"], "two_votes"),
        (["id: a, organization: WFP, office: DSS"], "office_of_the_secretariat"),
        (["id: a, organization: UN, office: DSS, duties: [ciso]"], "ciso_of_physical_security"),
        (["id: a, organization: WFP"], "no_ciso"),
        (["id: a, organization: WFP, duties: [ciso]"], "no_on_call"),
    ],
)
def test_a_fault_is_found_and_said(lines: list[str], code: str) -> None:
    assert code in codes(with_people(*lines))


def test_a_missing_duty_is_a_warning_and_a_double_vote_is_not() -> None:
    weights = {f.code: f.weight for f in check_directory(with_people("id: a, organization: WFP"))}
    assert set(weights.values()) == {Weight.WARN}


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    directory = load_directory(SHIPPED, b"organizations: [{code: WFP, time_zone: Rome}]")
    assert codes(directory) == {"unknown_time_zone"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"people: [", "not YAML, at line 1"),
        (b"\xff\xfe\xfa", "UTF-8"),
        (b"- 1", "at the top"),
        (b"people: [{id: a}]", "people number 1 organization"),
        (b"people: [{id: a, organization: WFP, duties: [king]}]", "people number 1 duties number 1"),
        (b"persons: []", "at persons"),
        (b"a: &a [1]\nb: *a\nc: !!python/object:os.system {}", "Directory file 2"),
    ],
)
def test_a_file_that_is_no_directory_is_refused_in_one_sentence(content: bytes, says: str) -> None:
    with pytest.raises(Malformed) as refusal:
        load_directory(SHIPPED, content)
    assert says in refusal.value.sentence
    assert "\n" not in refusal.value.sentence


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    with suppress(Malformed):
        load_directory(content)


CLOCK = "length: {hours: 72}, receiver: Board, approves: legal, policy: Statute 12"


def test_clocks_are_read_with_their_organization_and_adjust_what_ships() -> None:
    own = f"organizations:\n  - {{code: WFP, clocks: [{{id: board, {CLOCK}}}]}}\n".encode()
    wfp = load_directory(shipped_organizations(), own).organization("WFP")
    assert [(clock.id, clock.length.hours, clock.approves) for clock in wfp.clocks] == [
        ("board", 72, "legal")
    ]


@pytest.mark.parametrize(
    ("clocks", "code"),
    [
        (f"[{{id: board, {CLOCK}}}, {{id: board, {CLOCK}}}]", "duplicate_clock"),
        (f"[{{id: board, {CLOCK}}}]", "no_approver"),
    ],
)
def test_what_is_wrong_with_clocks_is_found(clocks: str, code: str) -> None:
    own = f"organizations:\n  - {{code: WFP, clocks: {clocks}}}\npeople:\n  - {{id: a, organization: WFP}}\n"
    found = check_directory(load_directory(shipped_organizations(), own.encode()))
    assert code in [finding.code for finding in found]


@pytest.mark.parametrize("wrong", ["length: {hours: 1, days: 1}", "time_zone: Mars/Olympus", "receiver: ''"])
def test_a_clock_that_cannot_run_is_refused_with_its_place(wrong: str) -> None:
    own = f"organizations:\n  - {{code: WFP, clocks: [{{id: board, {wrong}}}]}}\n".encode()
    with pytest.raises(Malformed, match="organizations number 1 clocks number 1"):
        load_directory(shipped_organizations(), own)


def test_what_is_wrong_is_told_in_the_language_of_whoever_reads_it_and_its_code_in_none() -> None:
    own = b"people:\n  - {id: a, organization: WFP, duties: [ciso]}\n  - {id: b, organization: WFP, duties: [ciso]}\n"
    with speaking(Tongue(language="fr")):
        found = check_directory(load_directory(shipped_organizations(), own))
        with pytest.raises(Malformed, match=r"people numéro 1 organization.: ceci manque"):
            load_directory(b"people: [{id: a}]")
    assert next(each for each in found if each.code == "two_votes").sentence.startswith("WFP a 2 RSSI")
