"""What a task asks is answered by name: each answer of its type, no choice left out, prose apart from values."""

from typing import Any

import pytest

from playbooks.domain.errors import Malformed
from playbooks.domain.told import answers_of, referred
from tests.casts import Scene, declared

ASKS = [
    {"name": "clicked", "type": "integer"},
    {"name": "reported", "type": "bool", "choices": ["true", "false"]},
    {"name": "sender", "type": "string"},
]


def asked() -> Scene:
    scene = declared()
    scene.do("unhcr-duty", "task.add", organization="UNHCR", asks=ASKS)
    return scene


def test_every_question_is_answered_by_its_name() -> None:
    scene = asked()
    given = {"clicked": "3", "reported": "true", "sender": None}
    (entry,) = scene.do("unhcr-duty", "task.done", task="UNHCR-1", given=given)
    answers = answers_of(scene.task("UNHCR-1"))
    assert entry.data["given"] == given
    assert (answers["clicked"], answers["reported"]) == ("3", "true")
    assert referred(answers["sender"]) == (entry.id, "sender"), "prose is referred to and does not travel"


def test_what_is_no_choice_may_be_left_out() -> None:
    scene = asked()
    scene.do("unhcr-duty", "task.done", task="UNHCR-1", given={"reported": "false"})
    assert answers_of(scene.task("UNHCR-1")) == {"reported": "false"}


def test_an_answer_alone_answers_the_first_choice() -> None:
    scene = asked()
    scene.do("unhcr-duty", "task.done", task="UNHCR-1", answer="false", given={"clicked": "7"})
    assert answers_of(scene.task("UNHCR-1")) == {"clicked": "7", "reported": "false"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "UNHCR-1 asks for reported"),
        ({"clicked": "many", "reported": "true"}, "clicked takes: a whole number"),
        ({"clicked": None, "reported": "true"}, "clicked takes: a whole number"),
        ({"reported": "perhaps"}, "reported takes: true, false"),
        ({"reported": None}, "reported takes: true, false"),
        ({"reported": "true", "sender": "two words"}, "sender takes: a word"),
        ({"reported": "true", "colour": "red"}, "does not ask for “colour”"),
    ],
)
def test_what_does_not_answer_is_refused_with_what_would(given: dict[str, Any], said: str) -> None:
    with pytest.raises(Malformed) as refusal:
        asked().do("unhcr-duty", "task.done", task="UNHCR-1", given=given)
    assert said in refusal.value.sentence
    assert "clicked=(integer) reported=(true|false)" in refusal.value.sentence
