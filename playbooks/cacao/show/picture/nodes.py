"""The boxes of a picture: how large a step is, and the words in it."""

import re
import textwrap

from playbooks.cacao.model import Step
from playbooks.cacao.show.outline import Entry
from playbooks.cacao.show.picture.shapes import Block, Heading, Node
from playbooks.cacao.show.wording import consent, say
from playbooks.domain.tongue import colon

NODE_WIDTH = 232
START = "start"
END = "end"
TITLE_LINE = 18
LETTER = 7.2
"""The width of a letter of a heading, or of a lane's title, about."""
NOTE_LINE = 15
NUMBER_LINE = 20
_ROUND = 26
_PADDING = 10
_LETTERS = (23, 29)
"""In a line of the title, and of the notes."""
_LETTERS_BETWEEN_POINTS = (20, 25)
"""The same in a box whose sides point outwards."""
_TITLE_LINES = 4
_NOTE_LINES = 3


def node(entry: Entry, step: Step, numbers: dict[str, str]) -> Node:
    """The box of a step; `numbers` gives the number of each title, for where a failure leads."""
    large, small = _LETTERS_BETWEEN_POINTS if step.type.endswith("condition") else _LETTERS
    title = fitted(entry.title, large, _TITLE_LINES)
    notes = tuple(line for note in _notes(entry, step, numbers) for line in fitted(note, small, _NOTE_LINES))
    height = _PADDING + NUMBER_LINE + TITLE_LINE * len(title) + NOTE_LINE * len(notes) + _PADDING
    return Node(0, 0, NODE_WIDTH, height, step.type, entry.step_id, entry.number, title, notes)


def round_node(kind: str, words: str = "") -> Block:
    """The start or the end of the playbook, with what is to be known of it beside."""
    point = Node(0, 0, _ROUND, _ROUND, kind)
    if not words:
        return Block(_ROUND, _ROUND, _ROUND / 2, (point,))
    beside = Heading(_ROUND + _PADDING, _ROUND / 2 + 5, words)
    return Block(_ROUND + 2 * _PADDING + len(words) * LETTER, _ROUND, _ROUND / 2, (point, beside))


def fitted(text: str, letters: int, lines: int) -> tuple[str, ...]:
    """The text in lines of so many letters, none ending at a no-break space; what does not fit ends in an ellipsis."""
    line = re.sub(r"[ \t\r\n]+", " ", text).strip()
    return tuple(
        textwrap.wrap(line, max(letters, 4), max_lines=lines, placeholder="…", break_long_words=True)
    )


def _notes(entry: Entry, step: Step, numbers: dict[str, str]) -> list[str]:
    """Who does it, who agrees, what it runs, what decides, and where it goes on when that is not below."""
    agreed = tuple(consent(step))
    doer = entry.who
    for each in agreed:
        doer = doer.removesuffix(f", {each}")
    runs = entry.work[-1] if step.type == "playbook-action" and entry.work else ""
    decides = "" if step.type == "parallel" else entry.opening
    return [
        note
        for note in (
            doer,
            *agreed,
            runs,
            decides,
            f"{say('if_fails')}{colon()} {_named(entry.on_failure, numbers)}" if entry.on_failure else "",
            f"{say('then')}{colon()} {_named(entry.leads_to, numbers)}" if entry.leads_to else "",
        )
        if note
    ]


def _named(title: str, numbers: dict[str, str]) -> str:
    return f"{numbers[title]} {title}" if title in numbers else title
