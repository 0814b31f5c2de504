"""The playbooks that ship in other languages: what they call things and what they say, before and after they ran."""

import re
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.library import Library
from integrations.simulated.content import SimulatedContent
from playbooks import library
from playbooks.cacao.extension import ActionName, step_notes
from playbooks.cacao.model import ActionStep, CommandType, Playbook, Variable
from playbooks.cacao.show import as_markdown, as_mermaid
from playbooks.cacao.variables import references
from playbooks.domain.tongue import Tongue, speaking
from playbooks.library.wording import in_words
from playbooks.texts import load_texts
from playbooks.texts.spoken import as_catalogued, code_of_name, code_of_text, name_as_read, text_as_read
from workflows.activities.recording import WordsFrom

TEXTS = load_texts()
NAMES = {code for code in TEXTS if code.startswith("shipped.")}
SAID = {code for code in TEXTS if code.startswith("says.")}
LANGUAGES = pytest.mark.parametrize("language", ["fr", "es"])
WORDS = ("message", "question", "summary", "details", "what", "service")


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


def _says(playbook: Playbook) -> Iterator[str]:
    """Whatever people read of it beside its names; a text that is one variable says what that says."""
    yield playbook.description or ""
    yield from _of_variables(playbook.playbook_variables.values())
    for step in playbook.workflow.values():
        yield step.description or ""
        yield from _of_variables(step.step_variables.values())
        for command in (*(step.commands if isinstance(step, ActionStep) else ()), *step_notes(step).undo):
            yield from ((command.text,) if command.type == CommandType.MANUAL else ())
            words = (*WORDS, *(("purpose",) if command.command == ActionName.ROOM else ()))
            yield from (str(command.arguments[name]) for name in words if name in command.arguments)


def _of_variables(variables: Iterable[Variable]) -> Iterator[str]:
    for variable in variables:
        yield variable.description or ""
        yield from ((variable.value,) if isinstance(variable.value, str) and " " in variable.value else ())


def _spoken(playbook: Playbook) -> set[str]:
    return {said for said in _says(playbook) if said and not re.fullmatch(r"__[a-z_]+__:value", said)}


@pytest.mark.parametrize("name", library.NAMES)
def test_whatever_a_shipped_playbook_calls_something_has_its_text(name: str) -> None:
    words = [said for said in _called(_shipped(name)) if re.search("[a-z]{2}", said)]
    assert [said for said in words if code_of_name(said) not in TEXTS] == []
    assert [said for said in words if TEXTS.say(code_of_name(said)) != said] == []


@pytest.mark.parametrize("name", library.NAMES)
def test_whatever_a_shipped_playbook_says_has_its_text(name: str) -> None:
    for said in _spoken(_shipped(name)):
        code = code_of_text(said)
        assert code in TEXTS, said
        assert TEXTS.say(code, **{each: f"{{{each}}}" for each in TEXTS.placeholders(code)}) == as_catalogued(
            said
        )


def test_no_text_is_left_that_no_shipped_playbook_has() -> None:
    playbooks = [_shipped(name) for name in library.NAMES]
    assert {code_of_name(said) for each in playbooks for said in _called(each)} >= NAMES
    assert {code_of_text(said) for each in playbooks for said in _spoken(each)} == SAID


@LANGUAGES
@pytest.mark.parametrize("name", library.NAMES)
def test_a_shipped_playbook_is_read_in_the_readers_language_and_stays_what_it_is(
    name: str, language: str
) -> None:
    playbook = _shipped(name)
    with speaking(Tongue(language=language)):
        read = in_words(playbook)
        assert not set(_called(read)) & {said for said in _called(playbook) if code_of_name(said) in NAMES}
        assert not _spoken(read) & _spoken(playbook)
        assert not any(
            said in as_mermaid(read) + as_markdown(read) for said in _spoken(playbook) if len(said) > 20
        )
    assert list(read.workflow) == list(playbook.workflow)
    assert [step.transitions for step in read.workflow.values()] == [
        step.transitions for step in playbook.workflow.values()
    ]


def test_an_organizations_own_playbook_stays_as_it_was_written() -> None:
    own = _shipped("ransomware").model_copy(update={"id": "playbook--00000000-0000-4000-8000-000000000001"})
    with speaking(Tongue(language="fr")):
        assert in_words(own) is own


@LANGUAGES
@pytest.mark.parametrize("name", library.NAMES)
async def test_what_a_step_put_into_the_record_is_read_line_by_line_in_the_readers_language(
    name: str, language: str
) -> None:
    at_hand = Library(SimulatedContent())
    sha256, playbook = (await at_hand.put(name)).content, _shipped(name)
    for id, step in playbook.workflow.items():
        if not isinstance(step, ActionStep):
            continue
        filled: dict[str, str | None] = dict.fromkeys(_free(playbook, step), "the relay of WFP")
        words = await at_hand.words(WordsFrom(content=sha256, step=id, values=filled, asks=step.out_args))
        with speaking(Tongue(language=language)):
            assert name_as_read(words["name"]) != words["name"]
            read = text_as_read(words["text"])
        lines = zip(words["text"].split("\n"), read.split("\n"), strict=True)
        assert [line for line, other in lines if line == other and line != "the relay of WFP"] == []
        assert read.count("the relay of WFP") == words["text"].count("the relay of WFP")


def _free(playbook: Playbook, step: ActionStep) -> Iterator[str]:
    """Variables that whoever has it run gives in words."""
    said = " ".join(
        command.text + " ".join(map(str, command.arguments.values())) for command in step.commands
    )
    known = {**playbook.playbook_variables, **step.step_variables}
    return (name for name in references(said) if known[name].type == "string")


VALUED = sorted(code for code in SAID if TEXTS.placeholders(code))


@given(
    st.sampled_from(VALUED),
    st.text(
        st.characters(codec="utf-8", exclude_characters="\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), min_size=1
    ),
    st.sampled_from(["fr", "es"]),
)
def test_a_value_is_read_as_it_was_given(code: str, value: str, language: str) -> None:
    values = dict.fromkeys(TEXTS.placeholders(code), value)
    said = TEXTS.say(code, **values)
    with speaking(Tongue(language=language)):
        assert text_as_read(said) == TEXTS.say(code, **values)


@given(st.text())
def test_what_no_playbook_says_stays_as_it_was_written(words: str) -> None:
    with speaking(Tongue(language="fr")):
        assert text_as_read(words) == words
        assert (
            text_as_read(f"Take memory and disk images now. {words}")
            == f"Take memory and disk images now. {words}"
        )


def test_a_value_that_ships_is_read_in_the_readers_language_too() -> None:
    with speaking(Tongue(language="fr")):
        read = text_as_read("Suspected ransomware on the reported system")
    assert "reported" not in read
    assert "Suspected" not in read
