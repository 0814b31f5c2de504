"""A match shows without showing what matches, what is common matches nobody, and each side answers for itself."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.directory import load_directory, shipped_organizations
from playbooks.domain.circle.matching import QUESTIONS_A_DAY, Standing
from playbooks.domain.errors import Conflict, Refused
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.release import release
from playbooks.indicators.alike import COMMON_FROM, alike, match_id, tokens
from playbooks.indicators.lines import read_lines
from tests.casts import Scene, declared, reader
from workflows.messages import agreed as awaited

KEY = b"k" * 32
OWN = load_directory(shipped_organizations()).domains
ONE, OTHER = IncidentKey("INC-2026-0001"), IncidentKey("INC-2026-0002")


def matches(first: str, second: str) -> list[str]:
    held = {ONE: tokens(read_lines(first), KEY, OWN), OTHER: tokens(read_lines(second), KEY, OWN)}
    return [each.band for each in alike(held, KEY)]


@pytest.mark.parametrize(
    ("first", "second", "band"),
    [
        ("evil.example", "evil.example", ["few"]),
        ("hxxps://evil[.]example/x?to=someone@wfp.org", "https://evil.example/x?to=other@unhcr.org", ["few"]),
        ("203.0.113.7", "203.0.113.7", []),
        ("203.0.113.7, 203.0.113.8", "203.0.113.8, 203.0.113.7", ["few"]),
        ("evil.example", "evil2.example", []),
        ("www.google.com, 8.8.8.8, https://google.com/", "www.google.com, 8.8.8.8, https://google.com/", []),
        ("https://drive.google.com/file/evil", "https://drive.google.com/file/evil", ["few"]),
        ("mail.wfp.org, 10.0.0.1", "mail.wfp.org, 10.0.0.1", []),
        ("file invoice.exe", "file invoice.exe", []),
        (
            ",".join(f"e{n}.example" for n in range(12)),
            ",".join(f"e{n}.example" for n in range(12)),
            ["many"],
        ),
    ],
)
def test_what_tells_of_one_attacker_matches_and_nothing_else(
    first: str, second: str, band: list[str]
) -> None:
    assert matches(first, second) == band


def test_what_many_incidents_have_tells_nothing_of_two() -> None:
    held = {
        IncidentKey(f"INC-2026-{n:04}"): tokens(read_lines("evil.example"), KEY) for n in range(COMMON_FROM)
    }
    assert not alike(held, KEY)


@settings(max_examples=30)
@given(
    st.sampled_from(["evil.example", "d" * 32, "https://evil.example/x", "203.0.113.7"]),
    st.binary(min_size=32),
)
def test_a_hash_says_nothing_without_the_key_and_nothing_is_like_it_under_another(
    value: str, other: bytes
) -> None:
    [token] = tokens(read_lines(value), KEY)
    assert value.encode() not in token.hash
    if other != KEY:
        assert not tokens(read_lines(value), other) & {token}


def test_the_id_is_the_same_for_both() -> None:
    assert match_id(ONE, OTHER, KEY) == match_id(OTHER, ONE, KEY) != match_id(ONE, OTHER, b"x" * 32)


def asked(match: str = "M-1") -> Scene:
    here = declared(joined=("WFP",))
    here.do("timer of UNHCR", "introduce", match=match, alike="few")
    return here


def agreed() -> Scene:
    here = asked()
    here.do("unhcr-ciso", "answer", consultation="C-1", option="approve")
    question = here.entries[-1]
    closing = {
        "id": "closed",
        "kind": Kind.QUESTION_CLOSE,
        "data": {"consultation": "C-1", "outcome": "approved", "counts": {}, "missing": []},
    }
    here.entries.append(question.model_copy(update=closing))
    here.entries.extend(here.judged(awaited(here.state.key, "C-1", here.state.awaited["C-1"]).command))
    return here


def test_only_the_lead_is_asked_and_the_question_tells_nothing_of_the_other() -> None:
    here = asked()
    question = here.entries[-1]
    assert (question.kind, question.data["asked"]) == (Kind.QUESTION_OPEN, ["UNHCR"])
    assert release(question, reader("unhcr-ciso", here.case))
    assert not release(question, reader("wfp-duty", here.case))
    assert here.refused("timer of UNHCR", "introduce", match="M-1", alike="few").code == "asked_already"


def test_nobody_is_introduced_before_she_agreed_and_then_once() -> None:
    named: dict[str, Any] = {"match": "M-1", "organization": "ILO", "other": "INC-2026-0009"}
    error = asked().refused("timer of UNHCR", "introduced", **named)
    assert (type(error), error.code, error.source) == (Refused, "not_agreed", "004 §7")
    here = agreed()
    [told] = here.do("timer of UNHCR", "introduced", **named)
    match = here.state.matches["M-1"]
    assert (match.standing, match.organization, match.other) == (Standing.INTRODUCED, "ILO", "INC-2026-0009")
    assert not release(told, reader("wfp-duty", here.case))
    assert here.refused("timer of UNHCR", "introduced", **named).code == "introduced_already"


def test_nobody_but_the_rounds_themselves_asks_or_introduces() -> None:
    for who in ("unhcr-ciso", "unhcr-duty", "playbook of UNHCR"):
        assert declared().refused(who, "introduce", match="M-1", alike="few").code == "not_entitled"


def test_a_restricted_incident_is_asked_nothing() -> None:
    here = declared()
    here.do("unhcr-duty", "restrict", named=["unhcr-duty"])
    assert here.refused("timer of UNHCR", "introduce", match="M-1", alike="few").code == "restricted"


def test_one_that_was_restricted_after_its_lead_agreed_is_introduced_to_nobody() -> None:
    here = agreed()
    here.do("unhcr-duty", "restrict", named=["unhcr-duty"])
    named: dict[str, Any] = {"match": "M-1", "organization": "ILO", "other": "INC-2026-0009"}
    assert here.refused("timer of UNHCR", "introduced", **named).code == "restricted"


def test_nobody_is_introduced_by_a_match_that_was_never_asked_about() -> None:
    named: dict[str, Any] = {"match": "M-9", "organization": "ILO", "other": "INC-2026-0009"}
    assert agreed().refused("timer of UNHCR", "introduced", **named).code == "not_agreed"


def test_guesses_are_answered_a_few_times_a_day_at_most() -> None:
    here = declared()
    for number in range(QUESTIONS_A_DAY):
        here.do("timer of UNHCR", "introduce", match=f"M-{number}", alike="few")
    error = here.refused("timer of UNHCR", "introduce", match="M-x", alike="few")
    assert (type(error), error.code) == (Conflict, "too_many_matches")
