"""Indicators as people paste them, and what is left of them when nobody may be named."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.directory import load_directory, shipped_organizations
from playbooks.domain.alert import Indicator, IndicatorKind
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.indicators.lines import MOST, indicator, read_lines, write_lines
from playbooks.indicators.named import Named
from playbooks.indicators.unnamed import given_unnamed, unnamed_indicators

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OWN = load_directory(shipped_organizations()).domains


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("hxxps://evil[.]example/a", "url", "https://evil.example/a"),
        ("203[.]0[.]113[.]7", "ip_address", "203.0.113.7"),
        ("2001:DB8:0:0::7", "ip_address", "2001:db8::7"),
        ("Billing[at]Evil.example", "email", "billing@evil.example"),
        ("EVIL.Example.", "domain", "evil.example"),
        ("D" * 32, "file_hash", "d" * 32),
        ("file C:\\Users\\x\\a b.exe", "file_name", "C:\\Users\\x\\a b.exe"),
        ("ip: 203.0.113.7", "ip_address", "203.0.113.7"),
    ],
)
def test_what_people_paste_is_read_in_its_one_form(typed: str, kind: str, value: str) -> None:
    assert read_lines(typed) == (Indicator(kind=IndicatorKind(kind), value=value),)


@pytest.mark.parametrize("typed", ["hello", "ip_address 300.1.1.1", "domain -.example", "url evil.example"])
def test_what_is_none_is_said(typed: str) -> None:
    with pytest.raises(Malformed, match="is no indicator"):
        read_lines(typed)


def test_a_list_has_an_end() -> None:
    with pytest.raises(Malformed, match="several"):
        read_lines("\n".join(f"d{number}.example" for number in range(MOST + 1)))


values = st.one_of(
    st.ip_addresses().map(lambda each: (IndicatorKind.IP_ADDRESS, str(each))),
    st.from_regex(r"[a-z0-9]{1,9}\.(example|un\.org|internal)", fullmatch=True).map(
        lambda each: (IndicatorKind.DOMAIN, each)
    ),
    st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=20).map(
        lambda each: (IndicatorKind.FILE_NAME, each)
    ),
)


@given(st.lists(values, max_size=8))
def test_what_is_written_reads_as_the_same(found: list[tuple[IndicatorKind, str]]) -> None:
    known = tuple(dict.fromkeys(indicator(kind, value) for kind, value in found))
    assert read_lines(write_lines(known)) == known


@pytest.mark.parametrize(
    ("kind", "value", "left"),
    [
        ("ip_address", "10.1.2.3", None),
        ("ip_address", "203.0.113.7", "203.0.113.7"),
        ("domain", "mail.wfp.org", None),
        ("domain", "wfp.org.evil.example", "wfp.org.evil.example"),
        ("domain", "dc01.unhcr.local", None),
        ("email", "someone@unhcr.org", None),
        ("email", "billing@evil.example", "billing@evil.example"),
        ("url", "https://evil.example/login?u=someone@unhcr.org", "https://evil.example/login"),
        ("url", "https://evil.example/someone%40unhcr.org/x", "https://evil.example/"),
        ("url", "https://someone@evil.example:8443/x#y", "https://evil.example:8443/x"),
        ("url", "https://sso.un.org/login", None),
        ("url", "http://192.168.1.4/x", None),
        ("file_name", "C:\\Users\\someone\\invoice.exe", "invoice.exe"),
        ("file_name", "/home/someone/invoice.exe", "invoice.exe"),
        ("file_hash", "d" * 32, "d" * 32),
        ("other", "HOST-17", None),
    ],
)
def test_what_tells_whom_an_attack_hit_is_left_out(kind: str, value: str, left: str | None) -> None:
    given_out = unnamed_indicators([Indicator(kind=IndicatorKind(kind), value=value)], OWN)
    assert [each.value for each in given_out] == ([left] if left else [])


def test_what_says_a_host_a_mailbox_a_person_or_an_organization_of_the_incident_is_left_out() -> None:
    values = ("wfp-login.example", "evil.example", "fs17.evil.example", "x.example/unhcr-ciso")
    found = [
        Named(
            indicator=indicator(kind, value),
            marking=Marking.GREEN,
            organization=OrganizationCode("WFP"),
            at=NOON,
        )
        for kind, value in zip(
            (IndicatorKind.DOMAIN, IndicatorKind.DOMAIN, IndicatorKind.DOMAIN, IndicatorKind.FILE_NAME),
            values,
            strict=True,
        )
    ]
    given_out = given_unnamed(
        found, OrganizationCode("WFP"), OWN, known=("WFP", "UNHCR", "unhcr-ciso", "fs17")
    )
    assert [each.indicator.value for each in given_out] == ["evil.example"]


def test_another_organization_s_and_what_is_marked_stricter_is_not_its_to_give_unnamed() -> None:
    evil = indicator(IndicatorKind.DOMAIN, "evil.example")
    for organization, marking in (("UNHCR", Marking.GREEN), ("WFP", Marking.AMBER)):
        named = Named(indicator=evil, marking=marking, organization=OrganizationCode(organization), at=NOON)
        assert not given_unnamed([named], OrganizationCode("WFP"), OWN)
