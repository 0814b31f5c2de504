"""What a playbook takes from whoever has it run, and how a run begins with it."""

import pytest

from playbooks import library
from playbooks.cacao.reading import read
from playbooks.cacao.taken import first_values, meanings, taken
from playbooks.domain.errors import Malformed
from playbooks.domain.judging.answers import check_given

_READ = read(
    b"""
playbook: Look
description: Look at it.
types: [notification]
created: 2026-11-22T08:00:00.000Z
variables:
  system: {type: string, description: The system, value: the reported system, external: true}
  address: {type: ipv4-addr, description: Where it is, external: true}
  api_token: {type: string, description: For asking, external: true}
  found: {type: string, description: What was found}
agents:
  lead organization: {organization: lead}
steps:
  - {step: Look, task: 'Look at __system__:value.', by: lead organization, answers: [found]}
"""
).playbook
assert _READ is not None
PLAYBOOK = _READ


def test_a_playbook_takes_its_external_variables_and_no_secret() -> None:
    assert [(each.name, each.type) for each in taken(PLAYBOOK)] == [
        ("system", "string"),
        ("address", "ipv4-addr"),
    ]
    assert meanings(PLAYBOOK) == {"system": "The system", "address": "Where it is"}


def test_a_run_begins_with_what_was_given_and_leaves_out_what_the_playbook_does_not_take() -> None:
    given = {"system": "db-3", "api_token": "x", "found": "nothing", "nowhere": "y"}
    assert first_values(PLAYBOOK, given) == {"__system__": "db-3"}


@pytest.mark.parametrize("name", [name for name in library.NAMES if name != "insider"])
def test_what_a_shipped_playbook_is_about_may_be_given_along(name: str) -> None:
    playbook = library.shipped(name).playbook
    assert playbook is not None
    assert taken(playbook)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"sender": "x"}, "The playbook look does not ask for “sender”. It"),
        ({"address": "there"}, "address takes: an IPv4 address. The playbook look"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_the_playbook_takes(
    given: dict[str, str | None], sentence: str
) -> None:
    takes = "takes: system (string), address (ipv4-addr)."
    with pytest.raises(Malformed) as error:
        check_given("look", taken(PLAYBOOK), given)
    assert error.value.sentence == f"{sentence} {takes}"


def test_prose_may_be_given_for_any_text_and_for_nothing_else() -> None:
    check_given("look", taken(PLAYBOOK), {"system": None, "address": "10.0.0.1"})
    with pytest.raises(Malformed):
        check_given("look", taken(PLAYBOOK), {"address": None})
