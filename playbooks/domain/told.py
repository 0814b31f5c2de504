"""Answers to what a playbook asks: one word is a value that travels; prose stays in the record and is referred to.

Conditions need values, so the engine carries them; it never carries people's prose
(docs/decisions/playbooks-answers-in-prose.md).
"""

import re

from playbooks.domain.entry import Entry
from playbooks.domain.ids import EntryId
from playbooks.domain.kinds import Kind
from playbooks.domain.task import Task

_WORD = re.compile(r"[!-~]{1,200}")
_REFERENCE = re.compile(r"⟦([A-Za-z0-9-]{1,80}) ([^⟦⟧ ]{1,250})⟧")
"""No word can be one, so nobody refers to what she may not know by typing it."""


def is_word(text: str) -> bool:
    """Whether an answer is a value: one word of letters, digits and signs of ASCII, 200 at most."""
    return _WORD.fullmatch(text) is not None


def travels(value: str) -> bool:
    """Whether a value goes with the run: one word, or nothing at all. Anything longer stays in the record."""
    return not value or is_word(value)


def plainly(variable: str) -> str:
    """The name under which a variable is asked for and answered: without its underscores."""
    return variable.strip("_")


def text_of(question: str) -> str:
    """Under which name among an entry's texts the prose that answers a question stands."""
    return f"answer.{question}"


def refer(entry: EntryId, question: str) -> str:
    """The value of a variable that was answered in prose: where the prose stands."""
    return f"⟦{entry} {question}⟧"


def referred(value: str | None) -> tuple[EntryId, str] | None:
    """The entry and the question that a value refers to; None for a value that is meant itself."""
    found = _REFERENCE.fullmatch(value) if value else None
    return (EntryId(found[1]), found[2]) if found else None


def answers_of(task: Task) -> dict[str, str]:
    """The answers of a finished task as values of variables, by question."""
    entry = EntryId(task.told_in)
    return {name: refer(entry, name) if said is None else said for name, said in task.given.items()}


ELSEWHERE = "(told in the record)"
"""Stands for prose that may not be told here."""
_TELLING = (Kind.TASK_DONE, Kind.EFFECT_CONCLUDE)
"""What people answer, and what machines do."""


def prose_for(entry: Entry, told: Entry | None, question: str) -> str:
    """The prose of an answer for the words of another entry of its incident, where no more people read that one."""
    if told is None or told.kind not in _TELLING or told.incident != entry.incident:
        return ELSEWHERE
    reaches_others = not set(entry.audience) <= set(told.audience) or not told.marking.within(entry.marking)
    return ELSEWHERE if reaches_others else told.texts.get(text_of(question), ELSEWHERE)
