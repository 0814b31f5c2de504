"""The playbooks that ship in other languages: what they call themselves, their steps and those who do them."""

import re
from collections.abc import Iterator

import pytest

from playbooks import library
from playbooks.cacao.extension import step_notes
from playbooks.cacao.model import Playbook
from playbooks.cacao.show import as_mermaid
from playbooks.domain.tongue import Tongue, speaking
from playbooks.library.wording import code_of, in_words
from playbooks.texts import load_texts

TEXTS = load_texts()
CODES = {code for code in TEXTS if code.startswith("shipped.")}


def _shipped(name: str) -> Playbook:
    playbook = library.shipped(name).playbook
    assert playbook is not None
    return playbook


def _called(playbook: Playbook) -> Iterator[str]:
    yield playbook.name
    for step in playbook.workflow.values():
        yield from ((step.name,) if step.name else ())
        yield from step_notes(step).streams
    for agents in (playbook.agent_definitions, playbook.target_definitions):
        yield from (agent.name for agent in agents.values())


@pytest.mark.parametrize("name", library.NAMES)
def test_whatever_a_shipped_playbook_calls_something_has_its_text(name: str) -> None:
    words = [said for said in _called(_shipped(name)) if re.search("[a-z]{2}", said)]
    assert [said for said in words if code_of(said) not in TEXTS] == []
    assert [said for said in words if TEXTS.say(code_of(said)) != said] == []


def test_no_text_is_left_that_no_shipped_playbook_has() -> None:
    assert {code_of(said) for name in library.NAMES for said in _called(_shipped(name))} >= CODES


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_shipped_playbook_is_read_in_the_readers_language_and_stays_what_it_is(language: str) -> None:
    playbook = _shipped("ransomware")
    with speaking(Tongue(language=language)):
        read = in_words(playbook)
        assert not set(_called(read)) & {said for said in _called(playbook) if code_of(said) in CODES}
        assert "Page the incident commander" not in as_mermaid(read)
    assert list(read.workflow) == list(playbook.workflow)
    assert [step.transitions for step in read.workflow.values()] == [
        step.transitions for step in playbook.workflow.values()
    ]


def test_an_organizations_own_playbook_stays_as_it_was_written() -> None:
    own = _shipped("ransomware").model_copy(update={"id": "playbook--00000000-0000-4000-8000-000000000001"})
    with speaking(Tongue(language="fr")):
        assert in_words(own) is own
