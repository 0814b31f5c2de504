"""Scripts: what is not said is done in time; a mistake is one sentence that says where."""

from datetime import timedelta

import pytest

from playbooks import library
from playbooks.cacao.model import Playbook
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode
from playbooks.rehearsal.manner import Does, Manner
from playbooks.rehearsal.script import Script, read_script

WFP, UNICC = OrganizationCode("WFP"), OrganizationCode("UNICC")


def ransomware() -> Playbook:
    playbook = library.shipped("ransomware").playbook
    assert playbook is not None
    return playbook


def step(name: str) -> str:
    return next(id for id in ransomware().workflow if ransomware().label(id) == name)


def test_what_is_not_said_is_done_in_a_third_of_the_time_given() -> None:
    manner = Script().manner(step("Check the backups"))
    assert manner.does is Does.DO
    assert manner.delay(timedelta(hours=4)) == timedelta(hours=1, minutes=12)
    assert manner.delay(None) == timedelta(minutes=18)


def test_a_step_is_met_by_its_own_words_then_by_its_organizations_then_by_everybodys() -> None:
    script = read_script(
        """
everybody: {takes: 50%}
steps:
  Check the backups: false
  Preserve memory and disks: decline
  Ask every organization how it stands: {takes: 1 hour, WFP: nothing, UNICC: {answer: unknown}}
""",
        ransomware(),
    )
    assert script.manner(step("Check the backups")).answer == "false"
    assert script.manner(step("Check the backups")).takes == "50%"
    assert script.manner(step("Preserve memory and disks")).does is Does.DECLINE
    asked = step("Ask every organization how it stands")
    assert script.manner(asked, WFP).does is Does.NOTHING
    assert script.manner(asked, UNICC) == Manner(answer="unknown", takes="1 hour")
    assert script.manner(asked).delay(timedelta(hours=4)) == timedelta(hours=1)


def test_an_organization_that_the_playbook_names_takes_part() -> None:
    hybrid = library.shipped("hybrid-cyberattack").playbook
    assert hybrid is not None
    assert Script().with_parties(hybrid).setting.parties == ("WFP", "UNICC", "UN")
    assert Script().with_parties(ransomware()) == Script()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps: {Check the tea: true}", "no step “Check the tea”"),
        ("people: {}", "“people” means nothing"),
        ("- one", "a mapping"),
        ("steps: {Check the backups: {takes: soon}}", "“soon” is no time"),
        ("incident: {severity: awful}", "severity"),
        ("incident: {lead: [}", "cannot be read"),
        ("steps: [Check the backups]", "names steps"),
    ],
)
def test_a_mistake_is_one_sentence_that_says_where(text: str, said: str) -> None:
    with pytest.raises(Malformed, match=said) as refused:
        read_script(text, ransomware())
    assert "\n" not in refused.value.sentence


def test_what_was_not_said_is_not_said_after_a_trip_through_json_either() -> None:
    script = read_script(
        "everybody: {takes: 50%, decision: never}\nsteps: {Check the backups: false}", ransomware()
    )
    again = Script.model_validate_json(script.model_dump_json())
    assert again.manner(step("Check the backups")) == script.manner(step("Check the backups"))
    assert again.manner(step("Check the backups")).takes == "50%"
