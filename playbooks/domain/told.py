"""Answers to what a playbook asks: one word is a value that travels; prose stays in the record and is referred to.

Conditions need values, so the engine carries them; it never carries people's prose
(docs/decisions/playbooks-answers-in-prose.md).
"""

import re
from collections.abc import Collection, Mapping

from playbooks.domain.entry import Entry
from playbooks.domain.ids import EntryId, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.release import PARTIES
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


def apart(answers: Mapping[str, str]) -> tuple[dict[str, str | None], dict[str, str]]:
    """Answers by question as values, None for what is more than one word; and the words of these, as texts."""
    given = {name: said if is_word(said) else None for name, said in answers.items()}
    return given, {text_of(name): answers[name] for name, said in given.items() if said is None}


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


def given_along(started: Entry) -> dict[str, str]:
    """What was given along to a run, by plain name, from the entry that started it; prose is referred to."""
    given: dict[str, str | None] = started.data.get("given") or {}
    return {name: refer(started.id, name) if said is None else said for name, said in given.items()}


ELSEWHERE = "(told in the record)"
"""Stands for prose that may not be told here."""
_TELLING = (Kind.TASK_DONE, Kind.EFFECT_CONCLUDE, Kind.RUN_START)
"""What people answer, what machines do, and what a run was given along."""


def prose_for(
    entry: Entry, told: Entry | None, question: str, parties: Collection[OrganizationCode] = ()
) -> str:
    """The prose of an answer for the words of another entry of its incident, where no more people read that one.

    `parties` are those who take part now: what was told to the parties may be told to any of them.
    """
    if told is None or told.kind not in _TELLING or told.incident != entry.incident:
        return ELSEWHERE
    reached = {*told.audience, *(parties if PARTIES in told.audience else ())}
    reaches_others = not set(entry.audience) <= reached or not told.marking.within(entry.marking)
    return ELSEWHERE if reaches_others else told.texts.get(text_of(question), ELSEWHERE)
