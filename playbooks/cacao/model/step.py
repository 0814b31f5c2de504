"""The eight steps of a playbook (CACAO 2.0 §4)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import override

from playbooks.cacao.model.base import CacaoObject, Extensions, Identifier, Integer, Timestamp
from playbooks.cacao.model.command import Command
from playbooks.cacao.model.references import ExternalReference
from playbooks.cacao.model.variable import Variable

Link = tuple[str, Identifier]
"""A property that names a step (`on_true`, `next_steps[1]`, `cases.phishing`) and the step it names."""


class StepBase(CacaoObject):
    """What all steps share (§4.1). `delay` and `timeout` are milliseconds."""

    type: str
    name: str | None = None
    description: str | None = None
    external_references: tuple[ExternalReference, ...] = ()
    delay: Integer | None = None
    timeout: Integer | None = None
    step_variables: dict[str, Variable] = {}
    owner: Identifier | None = None
    on_completion: Identifier | None = None
    on_success: Identifier | None = None
    on_failure: Identifier | None = None
    step_extensions: Extensions = {}

    @property
    def wait(self) -> timedelta:
        """How long to wait before the step starts."""
        return timedelta(milliseconds=max(self.delay or 0, 0))

    @property
    def transitions(self) -> tuple[Link, ...]:
        """Where control goes after the step."""
        named = (
            ("on_completion", self.on_completion),
            ("on_success", self.on_success),
            ("on_failure", self.on_failure),
        )
        return tuple((name, target) for name, target in named if target is not None)

    @property
    def branches(self) -> tuple[Link, ...]:
        """The first steps of the branches that this step opens and that return to it."""
        return ()

    @property
    def links(self) -> Iterator[Link]:
        """Every step this one names: its branches, then its transitions."""
        yield from self.branches
        yield from self.transitions


class StartStep(StepBase):
    """Where a playbook begins (§4.3)."""

    type: Literal["start"]


class EndStep(StepBase):
    """Where a playbook or one of its branches ends (§4.4)."""

    type: Literal["end"]


class ActionStep(StepBase):
    """Commands that one agent runs in the listed order (§4.5)."""

    type: Literal["action"]
    commands: tuple[Command, ...] = ()
    agent: Identifier | None = None
    targets: tuple[Identifier, ...] = ()
    in_args: tuple[str, ...] = ()
    out_args: tuple[str, ...] = ()


class PlaybookActionStep(StepBase):
    """Another playbook, run with its own agents and targets (§4.6)."""

    type: Literal["playbook-action"]
    playbook_id: Identifier
    playbook_version: Timestamp | None = None
    in_args: tuple[str, ...] = ()
    out_args: tuple[str, ...] = ()


class ParallelStep(StepBase):
    """Branches that run at once; all are waited for (§4.7)."""

    type: Literal["parallel"]
    next_steps: tuple[Identifier, ...]

    @property
    @override
    def branches(self) -> tuple[Link, ...]:
        """One branch for each of `next_steps`."""
        return tuple((f"next_steps[{index}]", target) for index, target in enumerate(self.next_steps))


class IfConditionStep(StepBase):
    """One branch when the condition is true, perhaps another when it is false (§4.8)."""

    type: Literal["if-condition"]
    condition: str
    on_true: Identifier
    on_false: Identifier | None = None

    @property
    @override
    def branches(self) -> tuple[Link, ...]:
        """`on_true` and, if there is one, `on_false`."""
        true = (("on_true", self.on_true),)
        return true if self.on_false is None else (*true, ("on_false", self.on_false))


class WhileConditionStep(StepBase):
    """A branch that runs again as long as the condition is true (§4.9)."""

    type: Literal["while-condition"]
    condition: str
    on_true: Identifier

    @property
    @override
    def branches(self) -> tuple[Link, ...]:
        """The body of the loop."""
        return (("on_true", self.on_true),)


class SwitchConditionStep(StepBase):
    """One branch for each value of a variable, and perhaps `default` (§4.10)."""

    type: Literal["switch-condition"]
    switch: str
    cases: dict[str, Identifier]

    @property
    @override
    def branches(self) -> tuple[Link, ...]:
        """One branch for each case."""
        return tuple((f"cases.{value}", target) for value, target in self.cases.items())


Step = Annotated[
    StartStep
    | EndStep
    | ActionStep
    | PlaybookActionStep
    | ParallelStep
    | IfConditionStep
    | WhileConditionStep
    | SwitchConditionStep,
    Field(discriminator="type"),
]
