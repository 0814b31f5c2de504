"""A reply to a question of a consultation: its answer, where it says nothing but one of the options before it goes on.

“Affected: two file servers” answers. “For your information ...” is talk, though “for” is an option of a vote: an option
counts alone, or before a sign that ends it.
"""

import re
from typing import Final

from bot.commands.spelling import spellings
from playbooks.domain.consultation import OPTIONS, Question

_ENDS: Final = re.compile(r"\s*(?:$|[.,:;!…\n]|\s[-–—]\s)\s*")  # noqa: RUF001  as people write it


def answer_line(question: Question, reply: str) -> str | None:
    """The line that gives this answer, in the words of any language there is; None for a reply that gives none."""
    said = reply.strip()
    for option in OPTIONS[question.purpose]:
        for spelled in spellings("option", option):
            if not said.casefold().startswith(spelled.casefold()):
                continue
            if ends := _ENDS.match(said, len(spelled)):
                return f"answer {question.id} {option}\n{said[ends.end() :]}".rstrip()
    return None
