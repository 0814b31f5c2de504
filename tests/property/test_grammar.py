"""The grammar under any text at all: an answer always, never a fault; people's words as they are."""

import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.commands.completion import Surroundings, complete
from bot.commands.grammar import LONGEST, cleaned, read_line, tokens
from bot.commands.registry import COMMANDS
from playbooks.domain.document import plain
from playbooks.texts import load_texts
from tests.circle import KEY, Circle, Conversation, directory

_WORDS = st.sampled_from(
    [
        *(command.spelled for command in COMMANDS),
        *(f"{parameter.label}=" for command in COMMANDS for parameter in command.parameters),
        *(
            "WFP",
            "unhcr",
            "all",
            "@unhcr-ciso",
            "me",
            "<@U1>",
            "WFP-1",
            "C-1",
            "INC-2026-0001",
            "restricted",
            "2h",
        ),
        *(
            "“",
            "”",
            '"',
            "'",
            "«",
            "»",
            "„",
            "\n",
            "=",
            ",",
            "-",
            "/incident",
            "!incident",
            "\x1b[31m",
            "\u202e",
        ),
        *(
            "18:00",
            "0001-01-01T00:00+23:59",
            "9999-12-31T23:59-23:59",
            "999999999999w",
            "²",
            "٣h",
            "high",
            "amber",
        ),
    ]
)
_LINES = st.lists(st.one_of(_WORDS, st.text(max_size=12)), max_size=10).map(" ".join)
ANY_LINE = st.one_of(_LINES, st.text(max_size=200))


@settings(max_examples=400, deadline=None)
@given(line=ANY_LINE, in_room=st.booleans())
@example(line="task add x due=0001-01-01T00:00+23:59", in_room=True)
@example(line="/incident", in_room=False)
@example(line="declare \ud800", in_room=True)
async def test_any_line_gets_an_answer_and_no_fault(line: str, *, in_room: bool) -> None:
    talk = Conversation()
    await talk.desk.say("declare Ransomware", talk.speaker("unhcr-ciso", None))
    document = await talk.desk.say(line, talk.speaker("unhcr-ciso", KEY if in_room else None))
    said = plain(document)
    assert said.strip()
    assert not {c for c in said if unicodedata.category(c) in {"Cc", "Cs"}} - {"\n", "\t"}


@given(st.text(max_size=300))
async def test_a_note_on_the_further_lines_is_kept_as_it_is(words: str) -> None:
    talk = Conversation()
    await talk.desk.say("declare Ransomware", talk.speaker("unhcr-ciso", None))
    await talk.desk.say(f"note\nfirst {words}", talk.speaker("unhcr-ciso"))
    assert talk.circle.last.texts == {"note": cleaned(f"first {words}").rstrip()}


@given(st.text(max_size=200))
def test_words_are_found_where_they_stand_and_none_is_lost(text: str) -> None:
    head = cleaned(text).replace("\n", " ")
    found = tokens(head)
    assert all(one.end <= other.start for one, other in pairwise(found))
    covered = {i for t in found for i in range(t.start, t.end)}
    assert all(head[i].isspace() for i in range(len(head)) if i not in covered)


@given(ANY_LINE)
def test_completion_never_fails_and_goes_on_from_what_is_typed(line: str) -> None:
    around = Surroundings(directory(), (KEY,))
    for suggestion in complete(line, COMMANDS, around, load_texts()):
        typed = line[len(line) - suggestion.replaces :]
        assert suggestion.text.casefold().startswith(typed.casefold())


@pytest.mark.parametrize(
    "word", ["“ ", '" ', "a=“ ", "WFP ", "restricted ", "severity=high ", "x=y ", "@unhcr-ciso ", "\u0301"]
)
@pytest.mark.parametrize(
    "command", ["note ", "declare ", "ask status ", "task add ", "restrict ", "nonsense "]
)
async def test_the_longest_line_is_read_within_a_moment(command: str, word: str) -> None:
    talk = Conversation(Circle())
    line = (command + word * LONGEST)[:LONGEST]
    began = time.process_time()
    read_line(line)
    await talk.desk.say(line, talk.speaker("unhcr-ciso", KEY))
    assert time.process_time() - began < 5
