"""Changing the directory by command: who may, of whom, and what may stand there."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.actor import Actor
from playbooks.domain.command import Command
from playbooks.domain.community import Community, community_of
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Conflict, IncidentError, NotFound, Refused
from playbooks.domain.ids import CommandId, PersonId
from playbooks.domain.judging.directory import judge_directory
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Duty
from playbooks.domain.policy import represents
from playbooks.domain.release import Reader, release
from playbooks.domain.team import FACTS, Route, Team, with_fact
from tests.casts import NOON, UNICC, WFP, actor, directory


def command(verb: str, by: str, **args: Any) -> Command:
    return Command(
        id=CommandId(f"{verb}-{by}"), verb=f"directory.{verb}", actor=actor(by), args=args, received_at=NOON
    )


def told(by: str, fact: str, value: str, community: Community | None = None) -> Entry:
    said = command("set", by, fact=fact, value=value, known_services=["soc"])
    return judge_directory(community or Community(), said, NOON)[0]


def test_an_organization_tells_of_its_own_team_and_of_no_other() -> None:
    entry = told("wfp-duty", "emergency", "+39 06 555 01 00")
    assert (entry.kind, entry.incident, entry.data["organization"]) == (Kind.TEAM_CHANGE, None, "WFP")
    assert community_of(directory(), [entry]).team(WFP).emergency == "+39 06 555 01 00"


def test_only_who_answers_for_an_organization_changes_what_it_tells() -> None:
    with pytest.raises(Refused, match="CISO or duty officer"):
        told("wfp-responder", "emergency", "+39 06 555 01 00")
    with pytest.raises(Refused, match="machines do not"):
        told("alert of WFP", "emergency", "+39 06 555 01 00")


def test_every_organization_of_the_directory_may_read_it_and_the_public_may_not() -> None:
    entry = told("wfp-duty", "hours", "Mon-Fri 08:30-17:00")
    assert release(entry, Reader(organization=UNICC))
    assert not release(entry, Reader(organization=None))


def test_the_last_word_of_a_fact_holds_and_an_empty_one_takes_it_back() -> None:
    first = told("wfp-duty", "route", "Matrix")
    again = told("wfp-duty", "route", "", community_of(directory(), [first]))
    again = again.model_copy(update={"id": "e2", "at": NOON + timedelta(minutes=1)})
    assert community_of(directory(), [first]).team(WFP).route is Route.MATRIX
    assert community_of(directory(), [again, first]).team(WFP).route is None


def test_what_is_so_already_is_no_change() -> None:
    with pytest.raises(Conflict):
        told("wfp-duty", "mail", "")


@pytest.mark.parametrize(
    ("fact", "wrong"),
    [
        ("telephone", "06 555"),
        ("mail", "somebody"),
        ("hours", "always"),
        ("openpgp", "12 34"),
        ("slack", "wfp"),
        ("matrix", "https://wfp.org"),
        ("route", "pigeon"),
        ("marking", "pink"),
        ("labels", "INTERNAL=pink"),
        ("services", "soc, magic"),
    ],
)
def test_what_cannot_stand_there_is_refused_with_a_sentence(fact: str, wrong: str) -> None:
    with pytest.raises(IncidentError) as refused:
        told("wfp-duty", fact, wrong)
    assert len(refused.value.sentence) > 10


@given(fact=st.sampled_from(sorted(FACTS)), typed=st.text(max_size=80))
def test_any_text_is_a_fact_or_is_refused_and_what_was_taken_is_taken_again(fact: str, typed: str) -> None:
    try:
        team = with_fact(Team(), fact, typed)
    except IncidentError:
        return
    assert with_fact(team, fact, typed) == team
    assert Team.model_validate(team.model_dump(mode="json")) == team


def test_its_own_labels_say_how_far_its_words_may_go() -> None:
    team = with_fact(Team(), "labels", "internal use = TLP:GREEN, Confidential=AMBER")
    assert team.read_marking("Internal  Use") is Marking.GREEN
    assert team.read_marking("confidential") is Marking.AMBER
    assert team.read_marking("amber+strict") is Marking.AMBER_STRICT
    with pytest.raises(Refused, match="NATO"):
        with_fact(Team(), "labels", "X=NATO SECRET")


def test_that_somebody_was_entrusted_the_secretary_records_and_nobody_else() -> None:
    for who in ("unicc-ciso", "unhcr-ciso", "oict-ciso"):
        with pytest.raises(Refused, match="Secretary"):
            entrusted(who)
    held = community_of(directory(), [entrusted("ccop-secretary")]).entrusted
    assert held is not None
    assert (held.organization, held.reference) == ("UNICC", "CEB/2026/HLCM/12")


def test_only_the_service_provider_is_entrusted_once_and_it_can_be_taken_back() -> None:
    with pytest.raises(Refused, match="provider"):
        entrusted("ccop-secretary", organization="WFP", is_provider=False)
    given_ = entrusted("ccop-secretary")
    community = community_of(directory(), [given_])
    with pytest.raises(Conflict, match="already"):
        judge_directory(community, _entrust("ccop-secretary"), NOON)
    back, _ = judge_directory(community, command("revoke", "ccop-secretary"), NOON + timedelta(days=1))
    assert community_of(directory(), [given_, back]).entrusted is None
    with pytest.raises(NotFound):
        judge_directory(Community(), command("revoke", "ccop-secretary"), NOON)


def _entrust(by: str, **more: Any) -> Command:
    said = {"organization": "UNICC", "is_provider": True, "reference": "CEB/2026/HLCM/12"}
    return command("entrust", by, **{**said, **more})


def entrusted(by: str, **more: Any) -> Entry:
    return judge_directory(Community(), _entrust(by, **more), NOON)[0]


def _cleared(by: str = "unhcr-ciso", person: str = "wfp-responder", **more: Any) -> Entry:
    said = command("clear", by, **{"person": person, "person_organization": "WFP", **more})
    return judge_directory(Community(), said, NOON)[0]


def test_a_further_representative_is_cleared_by_a_co_chair_on_the_record_and_answers_from_then_on() -> None:
    person = directory().person(PersonId("wfp-responder"))
    assert not represents(Actor.of(community_of(directory()).standing(person)))
    entry = _cleared()
    assert (entry.data, entry.marking) == ({"organization": "WFP", "person": "wfp-responder"}, Marking.GREEN)
    cleared = community_of(directory(), [entry])
    assert represents(Actor.of(cleared.standing(person)))
    said = command("withdraw", "unhcr-ciso", person="wfp-responder", person_organization="WFP")
    taken_back = judge_directory(cleared, said, NOON + timedelta(days=1))[0]
    after = community_of(directory(), [entry, taken_back])
    assert not represents(Actor.of(after.standing(person)))
    with pytest.raises(NotFound):
        judge_directory(after, said, NOON)


def test_no_file_of_the_directory_makes_a_representative() -> None:
    person = directory().person(PersonId("wfp-responder"))
    claimed = person.model_copy(update={"duties": (*person.duties, Duty.REPRESENTATIVE)})
    assert Duty.REPRESENTATIVE not in Community().standing(claimed).duties


@pytest.mark.parametrize(
    ("by", "more", "code"),
    [
        ("unicc-ciso", {}, "not_co_chair"),
        ("ccop-secretary", {}, "not_co_chair"),
        ("unhcr-ciso", {"person": "unhcr-ciso"}, "own_clearance"),
        ("unhcr-ciso", {"person_office": "DSS"}, "dss_physical_security_only"),
        ("unhcr-ciso", {"person_organization": "vendor:IR-EXAMPLE"}, "not_of_the_community"),
    ],
)
def test_nobody_else_clears_and_not_everybody_is_cleared(by: str, more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        _cleared(by, **more)
    assert caught.value.code == code


@pytest.mark.parametrize("label", ["NATO SECRET", "secret ue"])
def test_a_label_of_foreign_classification_is_no_label_of_ones_own(label: str) -> None:
    with pytest.raises(Refused) as caught:
        told("wfp-duty", "labels", f"INTERNAL=TLP:GREEN, {label}=TLP:RED")
    assert caught.value.code == "foreign_classification"
    assert (
        label.upper() in with_fact(Team(), "labels", f"{label}=TLP:RED").labels
    )  # a record that has one is read
