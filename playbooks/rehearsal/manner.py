"""How people act in a rehearsal on one thing that is asked of them."""

import re
from datetime import timedelta
from enum import StrEnum

from pydantic import (
    BaseModel,
    ConfigDict,
    JsonValue,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
)

from playbooks.cacao.shorthand.durations import span
from playbooks.texts import load_texts

GIVEN = timedelta(hours=1)
"""The time that counts as given where the playbook gives none."""

_SHARE = re.compile(r"([0-9]{1,4})%\Z")


class Does(StrEnum):
    """What somebody does about a task, or a vendor about an effect."""

    DO = "do"
    DECLINE = "decline"
    """A task is declined; an effect is refused by its vendor; a question is not answered."""
    DECLINE_ONCE = "decline once"
    """The first time only."""
    NOTHING = "nothing"
    """Nobody ever answers."""


class Decision(StrEnum):
    """What the incident commander decides about a step that failed and that the playbook says nothing of."""

    RETRY = "retry"
    """Once; when it fails again, it has failed."""
    SKIP = "skip"
    FAILURE = "failure"
    NEVER = "never"
    """Nobody decides: the run is stuck."""


class Manner(BaseModel):
    """What is not said is done as by everybody, and what everybody does is by default done, in time, with a yes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    does: Does = Does.DO
    takes: str = "30%"
    """A span (`20 minutes`), or a share of the time that is given (`30%`, `150%` being too late)."""
    answer: str = ""
    """The option chosen; empty for the first of them."""
    answers: dict[str, str] = {}
    """By the names of variables, of a task that asks several things; each one word."""
    decision: Decision = Decision.FAILURE

    @field_validator("takes")
    @classmethod
    def _is_a_time(cls, takes: str) -> str:
        if span(takes) is None and not _SHARE.match(takes):
            raise ValueError(load_texts().say("file.answers.no_time", typed=takes))
        return takes

    @model_serializer(mode="wrap")
    def _as_said(self, whole: SerializerFunctionWrapHandler) -> dict[str, JsonValue]:
        """What was not said is not said after a trip through JSON either."""
        said: dict[str, JsonValue] = whole(self)
        return {name: value for name, value in said.items() if name in self.model_fields_set}

    def over(self, other: "Manner") -> "Manner":
        """This manner, and where it says nothing the other."""
        return other.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})

    def delay(self, given: timedelta | None) -> timedelta:
        """How long it takes; a share is of the time that is given, or of an hour where none is."""
        share = _SHARE.match(self.takes)
        if share is None:
            return span(self.takes) or timedelta()
        return (GIVEN if given is None else given) * int(share.group(1)) / 100
