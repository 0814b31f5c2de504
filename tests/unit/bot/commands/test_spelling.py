"""What is typed for a code: itself, or its word in any language, so that a line means the same to everybody."""

import pytest

from bot.commands.answering import taken_by_playbook
from bot.commands.misread import Misread
from bot.commands.parameter import choice
from bot.commands.registry import COMMANDS
from bot.commands.spelling import meant, spellings, word
from playbooks.domain.task import Question
from playbooks.domain.tongue import Tongue, speaking
from playbooks.ports.playbooks import PlaybookAtHand
from tests.unit.bot.commands.test_registry import HEARING


@pytest.mark.parametrize("choices", [("true", "false"), ("yes", "no"), ("oui", "non"), ("Sí", "No")])
@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("oui", 0),
        ("Oui", 0),
        ("sí", 0),
        ("si", 0),
        ("yes", 0),
        ("TRUE", 0),
        ("non", 1),
        ("no", 1),
        ("false", 1),
    ],
)
def test_a_yes_and_a_no_are_understood_in_every_language(
    typed: str, place: int, choices: tuple[str, ...]
) -> None:
    assert meant(typed, "", choices) == choices[place]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("élevée", "high"), ("elevee", "high"), ("Alta", "high"), ("HIGH", "high"), ("oui", None)],
)
def test_a_code_is_typed_in_the_words_that_people_read_for_it(typed: str, code: str | None) -> None:
    assert meant(typed, "severity", ("critical", "high", "medium", "low")) == code


def test_each_word_that_is_shown_for_a_choice_is_understood_as_it() -> None:
    for command in COMMANDS:
        for parameter in command.parameters:
            for code in parameter.choices:
                for spelled in spellings(parameter.called, code):
                    assert meant(spelled, parameter.called, parameter.choices) == code, (
                        command.spelled,
                        spelled,
                    )


def test_a_question_of_a_playbook_is_answered_in_the_speakers_language_and_keeps_its_own_words() -> None:
    asked = (
        Question(name="severity", type="bool", choices=("true", "false")),
        Question(name="form", choices=("Yes, all", "close")),
    )
    playbook = PlaybookAtHand(title="", takes=asked)
    found = taken_by_playbook("p", {"p": playbook})
    assert found[0].read("oui", HEARING) == {"given": {"severity": "true"}}
    assert found[1].read("yes, ALL", HEARING) == {"given": {"form": "Yes, all"}}
    with speaking(Tongue(language="fr")):
        assert word(found[0].called, "true") == "oui"
        assert word(found[1].called, "close") == "close", "no text of Muster's that happens to be called so"


def test_nobody_is_asked_whether_she_meant_what_she_typed() -> None:
    with pytest.raises(Misread) as misread:
        choice("x", ("Yes, all", "no")).read("yes, al", HEARING)
    assert misread.value.nearest == "Yes, all"
