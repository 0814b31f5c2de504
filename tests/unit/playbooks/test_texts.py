"""The catalogue: every code that is used is there, every placeholder is filled, every kind of entry is told."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands.registry import COMMANDS
from playbooks.actions.registry import ACTIONS
from playbooks.domain.consultation import OPTIONS, Purpose
from playbooks.domain.document import Code, Mention, Text, Time
from playbooks.domain.ids import PersonId
from playbooks.domain.incident import Phase, Severity, Standing
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import PERMISSIONS
from playbooks.domain.roles import Role
from playbooks.domain.task import TaskStatus
from playbooks.texts import UnknownText, load_texts
from playbooks.texts.wording import label, sentence, span, worded
from tests.circle import NOON

TEXTS = load_texts()
ROOT = Path(__file__).parents[3]
SOURCES = (*(ROOT / "bot").rglob("*.py"), *(ROOT / "playbooks").rglob("*.py"))
_MAKES_PIECES = {"say", "parts", "_tell"}
_IS_FILLED_ELSEWHERE = {"sentence"}


def _calls() -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """Where a code is named in the sources: the place, the code, and the placeholders given (None: unknown)."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = 1 if name in _IS_FILLED_ELSEWHERE else 0
            codes = [a for a in node.args[first : first + 1] if isinstance(a, ast.Constant)]
            if name not in _MAKES_PIECES | _IS_FILLED_ELSEWHERE | {"Misread", "Unfound"} or not codes:
                continue
            given = frozenset(k.arg for k in node.keywords if k.arg) - {"nearest"}
            if name == "Misread" and codes[0].value == "misread.nearest":
                continue
            whole = name not in _IS_FILLED_ELSEWHERE and all(k.arg for k in node.keywords)
            if name in {"say", "parts"} and "nearest" in {k.arg for k in node.keywords}:
                given |= {"nearest"}
            yield f"{source.relative_to(ROOT)}:{node.lineno}", str(codes[0].value), given if whole else None


def test_every_code_that_the_sources_name_is_in_the_catalogue() -> None:
    calls = list(_calls())
    assert len(calls) > 50
    assert [(place, code) for place, code, _given in calls if code not in TEXTS] == []


def test_every_placeholder_is_filled_where_its_text_is_said() -> None:
    unfilled = [
        (place, code, TEXTS.placeholders(code) - given)
        for place, code, given in _calls()
        if given is not None and TEXTS.placeholders(code) - given
    ]
    assert unfilled == []


def test_a_code_that_is_not_there_and_a_placeholder_left_open_fail() -> None:
    with pytest.raises(UnknownText):
        TEXTS.say("no.such.code")
    with pytest.raises(UnknownText):
        TEXTS.say("verdict.severity.done", incident="INC-2026-0001")
    with pytest.raises(UnknownText):
        TEXTS.say("tasks.heading", incident="INC-2026-0001")


def test_a_language_that_does_not_ship_is_said_so() -> None:
    with pytest.raises(LookupError, match="tlh"):
        load_texts("tlh")


def test_a_counted_text_takes_the_form_of_its_number() -> None:
    assert TEXTS.say("list.heading", count=1) == "1 open incident"
    assert TEXTS.say("list.heading", count=0) == "0 open incidents"


def test_what_fills_a_placeholder_is_never_read_as_a_text() -> None:
    said = TEXTS.say("refusal.incident", incident="{sentence}", sentence="{incident} `x`")
    assert said == "{sentence}: {incident} `x`"
    parts = TEXTS.parts("refusal.incident", incident="a", sentence="`x`")
    assert all(isinstance(part, Text) for part in parts)


def test_a_moment_and_a_mention_stay_pieces_and_a_command_is_code() -> None:
    parts = TEXTS.parts("owed.update", incident=Mention(person=PersonId("unhcr-ciso")), due_at=Time(at=NOON))
    assert [type(part) for part in parts] == [Text, Mention, Text, Time, Text]
    assert Code(text="/incident help") in TEXTS.parts("misread.no_command", typed="x")


@pytest.mark.parametrize(
    ("minutes", "said"), [(150, "2 h 30 min"), (90, "1 h 30 min"), (10080, "1 w"), (0, "0 min")]
)
def test_spans_are_said_in_the_units_of_a_clock(minutes: int, said: str) -> None:
    assert span(minutes) == said
    assert worded(TEXTS, "due_minutes", minutes) == Text(text=said)


def test_a_clause_stands_only_where_its_argument_does() -> None:
    said = sentence(TEXTS, "verdict.update.done", {"incident": "INC-2026-0001", "every_minutes": 120})
    assert "".join(part.text for part in said if isinstance(part, Text)).endswith("owed in 2 h.")
    assert len(sentence(TEXTS, "verdict.update.done", {"incident": "INC-2026-0001"})) < len(said)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_entry_has_its_sentence(kind: Kind) -> None:
    assert f"tell.{kind.value}" in TEXTS


@pytest.mark.parametrize("verb", sorted({*PERMISSIONS} - {"alerts.attach"}))
def test_every_verdict_has_its_text(verb: str) -> None:
    assert f"verdict.{verb}.done" in TEXTS


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("severity", tuple(Severity)),
        ("phase", tuple(Phase)),
        ("role", tuple(Role)),
        ("standing", tuple(Standing)),
        ("status", tuple(TaskStatus)),
        ("purpose", tuple(Purpose)),
        ("option", tuple(option for options in OPTIONS.values() for option in options)),
        ("action", tuple(action.name for action in ACTIONS)),
        ("deed", tuple(action.name for action in ACTIONS)),
    ],
)
def test_every_coded_value_has_its_word(name: str, codes: tuple[str, ...]) -> None:
    assert [code for code in codes if f"{name}.{code}" not in TEXTS] == []
    assert label(TEXTS, name, "something newer") == "something newer"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.spelled)
def test_every_command_has_its_texts(command: object) -> None:
    from bot.commands.chat_command import ChatCommand

    assert isinstance(command, ChatCommand)
    assert command.summary(TEXTS)
    assert command.usage(TEXTS)
    assert command.example(TEXTS)


def test_texts_are_calm_and_whole() -> None:
    for code in TEXTS:
        text = TEXTS.say(code, **dict.fromkeys(TEXTS.placeholders(code), 2))
        assert text == text.strip(), code
        assert "!" not in text.replace("!incident", ""), code
        assert not re.search(r"[{}]", text), code
        assert text.count("`") % 2 == 0, code
