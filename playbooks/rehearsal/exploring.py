"""Trying what else may happen: each branch and each single failure, from what the rehearsals so far showed. Pure."""

from collections.abc import Iterator
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from playbooks.rehearsal.manner import Does
from playbooks.rehearsal.report import AskedKind, Ending, Report
from playbooks.rehearsal.script import Script


class VariationKind(StrEnum):
    """What is otherwise than in the rehearsal from which it was taken."""

    FIRST = "first"
    """Nothing: as the script says."""
    CHOICE = "choice"
    FAILURE = "failure"


class Variation(BaseModel):
    """One thing that may happen otherwise."""

    model_config = ConfigDict(frozen=True)

    kind: VariationKind = VariationKind.FIRST
    step: str = ""
    name: str = ""
    question: str = ""
    option: str = ""

    def applied(self, script: Script) -> Script:
        """The script in which it happens so; everything else as it was."""
        match self.kind:
            case VariationKind.CHOICE:
                if self.question:
                    answers = {**script.manner(self.step).answers, self.question: self.option}
                    return script.with_manner(self.step, does=Does.DO, answers=answers)
                return script.with_manner(self.step, does=Does.DO, answer=self.option)
            case VariationKind.FAILURE:
                return script.with_manner(self.step, does=Does.DECLINE)
            case VariationKind.FIRST:
                return script


class Tried(BaseModel):
    """One rehearsal among others."""

    model_config = ConfigDict(frozen=True)

    variation: Variation
    report: Report


class Exploration(BaseModel):
    """All that was tried of one playbook, the script as it stands first."""

    model_config = ConfigDict(frozen=True)

    playbook: str
    name: str
    tried: tuple[Tried, ...]
    untried: int = 0
    """Variations that were found and not tried any more."""

    @property
    def first(self) -> Report:
        """The script as it stands."""
        return self.tried[0].report

    def ending(self, ending: Ending) -> tuple[Tried, ...]:
        """Those that end so."""
        return tuple(each for each in self.tried if each.report.ending is ending)

    @property
    def never_reached(self) -> tuple[str, ...]:
        """Steps that none of them reached."""
        others = [set(each.report.unreached) for each in self.tried[1:]]
        return tuple(name for name in self.first.unreached if all(name in unreached for unreached in others))

    @property
    def is_sound(self) -> bool:
        """Whether the playbook ends well as it is meant to, and is never stuck."""
        return self.first.ending is Ending.SUCCESSFUL and not self.ending(Ending.STUCK)


def variations(tried: Tried) -> Iterator[Variation]:
    """What else may happen in a rehearsal: each option that was not chosen, each step failing.

    One failure at a time: of a rehearsal in which something failed, only other choices are tried.
    """
    chosen = frozenset(taken(tried.report))
    yield from (choice for choice in _choices(tried.report) if choice not in chosen)
    if tried.variation.kind is not VariationKind.FAILURE:
        yield from _failures(tried.report)


def taken(report: Report) -> Iterator[Variation]:
    """The choices that were tried by making them: everybody who was asked chose the same."""
    for asked in report.asked:
        options = set(asked.chosen.values())
        yield from (
            choice
            for choice in _choices(report)
            if (choice.step, choice.question) == (asked.step, asked.question) and {choice.option} == options
        )


def _choices(report: Report) -> Iterator[Variation]:
    for asked in report.asked:
        if asked.kind is not AskedKind.DECISION:
            for option in asked.options:
                yield Variation(
                    kind=VariationKind.CHOICE,
                    step=asked.step,
                    name=asked.name,
                    question=asked.question,
                    option=option,
                )


def _failures(report: Report) -> Iterator[Variation]:
    for passed in report.path:
        if not passed.is_undo:
            yield Variation(kind=VariationKind.FAILURE, step=passed.step, name=passed.name)
