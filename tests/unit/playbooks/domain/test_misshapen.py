"""Where a file is no YAML is told plainly, in the language of whoever wrote it, and without what stands there."""

from typing import cast, get_args

import pytest
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from playbooks.domain.misshapen import fault_of, no_yaml
from playbooks.domain.saying import Saying
from playbooks.domain.tongue import Tongue, speaking


def said(text: str, language: str = "en") -> str:
    with pytest.raises(YAMLError) as found:
        YAML(typ="safe", pure=True).load(text)
    with speaking(Tongue(language=language)):
        return str(no_yaml(found.value))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: b: c", "line 1, column 5: look at the indentation"),
        ("a: 1\nb: [", "line 2, column 5: look at the indentation"),
        ("a:\n\t- b", "line 2, column 1: a tab stands there"),
        ("key: secret\nkey: secret", "line 2, column 1: what stands there has been said before"),
        ("a: *b", "line 1, column 4: `&`, `*` and `!`"),
        ("a: !b c", "line 1, column 4: `&`, `*` and `!`"),
        ("a: \x01", "no text in UTF-8"),
    ],
)
def test_a_slip_is_told_by_line_and_column_and_what_to_look_at(text: str, told: str) -> None:
    assert told in said(text)
    assert "secret" not in said(text)


@pytest.mark.parametrize(("language", "told"), [("fr", "ligne 1, colonne 5"), ("es", "línea 1, columna 5")])
def test_a_slip_is_told_in_the_readers_language(language: str, told: str) -> None:
    assert said("a: b: c", language).startswith(told)


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_no_fault_of_a_file_is_told_in_pydantics_words(kind: str) -> None:
    """Of every type that pydantic has, whatever our models can raise by now."""
    problem = {"type": kind, "loc": ("rotas", 0), "msg": "Input should be otherwise"}
    assert isinstance(fault_of(cast("ErrorDetails", problem)), Saying)


def test_a_sentence_of_our_own_validators_is_told_as_it_is() -> None:
    problem = {"type": "value_error", "loc": (), "msg": "Value error, no such zone.", "ctx": {}}
    assert fault_of(cast("ErrorDetails", problem)) == "no such zone"
