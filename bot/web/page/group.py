"""Groups of entries: what a reader filters by, and what a mark of the picture looks like."""

from enum import StrEnum
from functools import cache
from typing import Final

from playbooks.domain.kinds import Kind


class Group(StrEnum):
    """What an entry is to somebody who reads the story."""

    ALERTS = "alerts"
    DECISIONS = "decisions"
    NOTES = "notes"
    EVIDENCE = "evidence"
    TASKS = "tasks"
    QUESTIONS = "questions"
    PLAYBOOK = "playbook"
    EFFECTS = "effects"
    REFUSALS = "refusals"


_BY_KIND: Final[dict[str, Group]] = {
    Kind.COMMAND_REFUSE: Group.REFUSALS,
    Kind.NOTE_ADD: Group.NOTES,
    Kind.ENTRY_CORRECT: Group.NOTES,
    Kind.MESSAGE_PIN: Group.NOTES,
    Kind.EVIDENCE_RECEIVE: Group.EVIDENCE,
    Kind.EVIDENCE_HAND_OVER: Group.EVIDENCE,
    Kind.EVIDENCE_COPY: Group.EVIDENCE,
    Kind.UPDATE_POST: Group.NOTES,
    Kind.UPDATE_REMIND: Group.NOTES,
    Kind.ALERTS_ATTACH: Group.ALERTS,
}
_BY_SUBJECT: Final[dict[str, Group]] = {
    "intake": Group.ALERTS,
    "part": Group.TASKS,
    "consultation": Group.QUESTIONS,
    "playbook": Group.PLAYBOOK,
    "effect": Group.EFFECTS,
}


@cache
def group_of(kind: str) -> Group:
    """The group of a kind of entry; of one not known here, a decision."""
    return _BY_KIND.get(kind) or _BY_SUBJECT.get(kind.partition(":")[0], Group.DECISIONS)
