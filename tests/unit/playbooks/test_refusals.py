"""What people are refused with stands in the catalogue, so that each reads it in her own language."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Outcome, Verdict
from playbooks.domain.errors import Refused
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.policy import check_represents
from playbooks.domain.saying import says
from playbooks.domain.tongue import Tongue, speaking
from playbooks.texts import load_texts

ROOT: Final = Path(__file__).parents[3]
ERRORS: Final = frozenset({"Refused", "Conflict", "NotFound", "Malformed", "Unavailable"})
FOR_OPERATORS: Final = (
    "playbooks/domain/proof",
    "playbooks/domain/rota/calendar.py",
    "playbooks/cacao",
    "playbooks/directory",
    "playbooks/rehearsal",
    "playbooks/actions/calls.py",
    "workflows/payloads",
    "workflows/starting.py",
    "integrations/postgres/device_store.py",
    "integrations/postgres/effects.py",
)
"""What whoever runs Muster reads in its log, and what programs are told."""


PLACES = (
    *("playbooks", "workflows", "integrations/postgres"),
    *("bot/reading", "bot/web", "bot/intake", "bot/kept/signin.py", "bot/serving.py"),
)


def _calls(names: frozenset[str]) -> Iterator[tuple[str, ast.Call]]:
    for place in PLACES:
        for file in sorted((ROOT / place).rglob("*.py")) or [ROOT / place]:
            path = str(file.relative_to(ROOT))
            if path.startswith(FOR_OPERATORS):
                continue
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                    yield f"{path}:{node.lineno}", node


def test_no_refusal_is_written_outside_the_catalogue() -> None:
    literal = [
        where
        for where, call in _calls(ERRORS)
        if call.args and isinstance(call.args[0], ast.Constant | ast.JoinedStr)
    ]
    assert literal == []


def test_each_refusal_says_what_its_text_wants_and_each_text_is_said() -> None:
    texts, said = load_texts(), set()
    for where, call in _calls(frozenset({"says"})):
        code = call.args[0]
        if not isinstance(code, ast.Constant):
            continue
        text = f"refusal.{code.value!s}"
        said.add(text)
        assert text in texts, where
        given = {each.arg for each in call.keywords}
        if None not in given:
            assert given == texts.placeholders(text), where
    shown = {"refusal.incident", "refusal.rule", "refusal.rule_and_source"}
    by_variable = {each for each in texts if each.startswith("refusal.answer_needed.")}
    assert {each for each in texts if each.startswith("refusal.")} - shown - by_variable == said - by_variable


@pytest.mark.parametrize(("language", "word"), [("en", "please"), ("fr", "veuillez"), ("es", "avíseles")])
def test_a_refusal_is_read_in_the_readers_language_however_long_it_was_kept(language: str, word: str) -> None:
    actor = Actor(id="wfp-analyst", organization=OrganizationCode("WFP"), kind=ActorKind.PERSON)
    with pytest.raises(Refused) as raised:
        check_represents(actor)
    assert raised.value.code == "not_representative"
    verdict = Verdict(outcome=Outcome.REFUSED, code=raised.value.code, wording=raised.value.wording)
    kept = Verdict.model_validate_json(verdict.model_dump_json())
    with speaking(Tongue(language=language)):
        assert "WFP" in kept.sentence
        assert word in kept.sentence


def test_codes_and_moments_in_a_refusal_are_in_the_readers_words() -> None:
    with speaking(Tongue(language="fr")):
        assert "élevée" in str(says("same_severity", incident="INC-2026-0001", severity="high"))
        kept = says("awareness_declared", organization="WFP", declared_at="2026-11-22T09:00:00+00:00")
        assert "22 nov. 2026" in str(kept)
        assert "OICT" in str(says("not_entitled", entitled=["oict", "party"]))
