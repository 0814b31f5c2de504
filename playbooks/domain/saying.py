"""What is said to a person by its code: the catalogue has the sentence, in the language of whoever reads it.

A rule that refuses states the code and what fills the sentence; so a verdict can be judged in a workflow, kept in the
ledger, and read by several people, each in her own language.
"""

from enum import Enum
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

from playbooks.domain.document import Inline, Text
from playbooks.texts.wording import said, said_in_parts

_REFUSAL = "refusal."
_FIELDS = {"text", "args"}


class Saying(BaseModel):
    """A text of the catalogue and what fills it: codes, numbers, moments, names that people gave."""

    model_config = ConfigDict(frozen=True)

    text: str
    args: dict[str, Any] = {}

    @field_validator("args", mode="before")
    @classmethod
    def _read_again(cls, args: object) -> object:
        """A saying among what fills it, which was kept, is one again."""
        if not isinstance(args, dict):
            return args
        return {
            name: cls.model_validate(value) if isinstance(value, dict) and {*value} == _FIELDS else value
            for name, value in args.items()
        }

    @property
    def is_refusal(self) -> bool:
        """Whether it tells of a rule that refuses; other texts name none."""
        return self.text.startswith(_REFUSAL)

    @property
    def rule(self) -> str:
        """The code of the rule that it tells of, which several sentences may: `refusal.not_entitled.report`."""
        return self.text.removeprefix(_REFUSAL).split(".")[0]

    def __str__(self) -> str:
        """In the language of whoever is spoken to."""
        return said(self.text, self.args)


def in_parts(wording: Saying | str) -> tuple[Inline, ...]:
    """A sentence in pieces for whoever is spoken to; what was worded already is one piece, as it stands."""
    if isinstance(wording, Saying):
        return said_in_parts(wording.text, wording.args)
    return (Text(text=wording),) if wording else ()


class Faulty(Exception):
    """Something is wrong; `fault` says what, to whoever reads it."""

    def __init__(self, fault: Saying) -> None:
        super().__init__(fault)
        self.fault = fault


def saying(code: str, /, **args: object) -> Saying:
    """A text of the catalogue and what fills it, another saying among it; to be read, and not to be kept."""
    return Saying(text=code, args=args)


def kept(code: str, /, **args: object) -> Saying:
    """A text of the catalogue and what fills it, another saying among it; can be kept as JSON and read again."""
    return Saying(text=code, args={name: _plain(value) for name, value in args.items()})


def says(code: str, /, **args: object) -> Saying:
    """The sentence of a refusal, `refusal.<code>`; the code's first word is the rule's."""
    return kept(f"{_REFUSAL}{code}", **args)


def _plain(value: object) -> object:
    """What can be kept in a verdict and read again: a date or a decimal as it is written."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Saying):
        return kept(value.text, **value.args)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int) or value is None else str(value)
