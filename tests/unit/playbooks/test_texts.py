"""The catalogue: every code that is used is there, every placeholder is filled, every kind of entry is told."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.commands.chat_command import ChatCommand
from bot.commands.forms import fields
from bot.commands.registry import COMMANDS
from playbooks.actions.registry import ACTIONS
from playbooks.domain.consultation import OPTIONS, Purpose
from playbooks.domain.document import Code, Mention, Text, Time
from playbooks.domain.ids import PersonId
from playbooks.domain.incident import Phase, Severity, Standing
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import PERMISSIONS
from playbooks.domain.reconciling import Finding, Thing
from playbooks.domain.roles import Role
from playbooks.domain.task import TaskStatus
from playbooks.domain.tongue import Tongue, speaking
from playbooks.texts import UnknownText, load_texts
from playbooks.texts.wording import label, sentence, span, worded
from tests.circle import NOON

TEXTS = load_texts()
ROOT = Path(__file__).parents[3]
SOURCES = (*(ROOT / "bot").rglob("*.py"), *(ROOT / "playbooks").rglob("*.py"))


@pytest.mark.parametrize("tongue", ["en", "fr", "es"])
def test_each_text_stands_once_in_a_catalogue(tongue: str) -> None:
    written = (ROOT / "playbooks" / "texts" / f"{tongue}.po").read_text("utf-8")
    codes = Counter(re.findall(r'^msgid "(.+)"$', written, re.MULTILINE))
    assert [code for code, times in codes.items() if times > 1] == []


class Said(NamedTuple):
    """Where a source names a code, and the placeholders it fills; None where they cannot be seen there."""

    place: str
    code: str
    given: frozenset[str] | None


def _said() -> Iterator[Said]:
    for source in SOURCES:
        tree = ast.parse(source.read_text("utf-8"))
        for node in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
            for found in _codes(node):
                given = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                seen = len(given) == len(node.keywords) and not _is_sentence(node)
                yield Said(f"{source.relative_to(ROOT)}:{node.lineno}", found, given if seen else None)


SAYS = re.compile(r"(load_)?texts(\(\))?\.(say|parts)|saying|Misread|Unfound|self\._tell")
"""The functions whose first argument is a code."""


def _codes(call: ast.Call) -> Iterator[str]:
    """The codes that a call names: of `texts.say`, `saying` and their like the first argument, of `warn` the third."""
    function = ast.unparse(call.func)
    if function in {"refuse", "warn"}:
        yield from _codes_of_finding(call)
    says = SAYS.fullmatch(function) or function.endswith((".texts.say", ".texts.parts"))
    first = call.args[1:2] if _is_sentence(call) else call.args[:1] if says else []
    yield from (str(a.value) for a in first if isinstance(a, ast.Constant))


def _codes_of_finding(call: ast.Call) -> Iterator[str]:
    """Of what is wrong, and of what to do about it."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    remedy = named.get("remedy")
    code = call.args[2].value if isinstance(call.args[2], ast.Constant) else None
    shared = remedy.value if isinstance(remedy, ast.Constant) else None
    if isinstance(code, str):
        yield f"finding.{code}"
        if "remedy" not in named:
            yield f"finding.{code}.remedy"
    if isinstance(shared, str) and shared:
        yield f"finding.remedy.{shared}"


def _is_sentence(call: ast.Call) -> bool:
    return ast.unparse(call.func) == "sentence"


def test_every_code_that_the_sources_name_is_in_the_catalogue() -> None:
    said = list(_said())
    assert len(said) > 50
    assert [each for each in said if each.code not in TEXTS] == []


def test_every_placeholder_is_filled_where_its_text_is_said() -> None:
    open_ones = [
        each for each in _said() if each.given is not None and TEXTS.placeholders(each.code) - each.given
    ]
    assert open_ones == []


def test_a_code_that_is_not_there_and_a_placeholder_left_open_fail() -> None:
    with pytest.raises(UnknownText):
        TEXTS.say("no.such.code")
    with pytest.raises(UnknownText):
        TEXTS.say("verdict.severity.done", incident="INC-2026-0001")
    with pytest.raises(UnknownText):
        TEXTS.say("tasks.heading", incident="INC-2026-0001")


def test_what_a_language_lacks_is_said_in_english() -> None:
    with speaking(Tongue(language="ar")):
        assert TEXTS.say("nobody") == "nobody"


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


def test_a_command_that_a_text_tells_can_be_typed_as_it_stands_with_what_fills_it() -> None:
    parts = TEXTS.parts("refusal.not_a_party.service", provider="UNICC", incident="INC-2026-0001")
    assert parts[-2:] == (Code(text="/incident invite UNICC"), Text(text="."))
    hostile = TEXTS.parts("refusal.not_a_party.service", provider="`rm`", incident="x")
    assert Code(text="/incident invite `rm`") in hostile, "what fills a text is never read as one"


@pytest.mark.parametrize(
    ("minutes", "said"), [(150, "2 h 30 min"), (90, "1 h 30 min"), (10080, "7 d"), (0, "0 min")]
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


@pytest.mark.parametrize(
    "verb",
    sorted(
        {*PERMISSIONS}
        - {"alerts.attach", "notice", "compare", "introduce", "introduced", "merged", "page.call"}
        - {"review.settle", "review.resume", "room.open"}
    ),
)
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
        ("thing", tuple(Thing)),
        ("tell.effect:thing:differ", tuple(each for each in Finding if each is not Finding.AGREES)),
        ("option", tuple(option for options in OPTIONS.values() for option in options)),
        ("counts", tuple(option for options in OPTIONS.values() for option in options)),
        ("action", tuple(action.name for action in ACTIONS)),
        ("deed", tuple(action.name for action in ACTIONS)),
    ],
)
def test_every_coded_value_has_its_word(name: str, codes: tuple[str, ...]) -> None:
    assert [code for code in codes if f"{name}.{code}" not in TEXTS] == []
    assert label(TEXTS, name, "something newer") == "something newer"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.spelled)
def test_every_command_has_its_texts(command: ChatCommand) -> None:
    assert command.summary(TEXTS)
    assert command.usage(TEXTS)
    assert command.example(TEXTS)


def test_only_who_offers_people_is_asked_for_hours_to_lend() -> None:
    asked = {
        command.spelled: field.words(TEXTS, command)
        for command in COMMANDS
        for field in fields(command)
        if field.label == "hours"
    }
    assert {spelled for spelled, words in asked.items() if "lend" in words} == {"answer"}


SIGN = re.compile(r"!incident|[`“]![`”]")
"""Where a text names the sign itself, it raises no voice."""


def test_texts_are_calm_and_whole() -> None:
    for code in TEXTS:
        text = TEXTS.say(code, **dict.fromkeys(TEXTS.placeholders(code), 2))
        assert text == text.strip(), code
        assert "!" not in SIGN.sub("", text), code
        assert not re.search(r"[{}]", text), code
        assert text.count("`") % 2 == 0, code
