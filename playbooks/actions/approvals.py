"""Who must agree before a playbook acts: how many persons, by how much harm an act can do. The numbers are data."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from playbooks.actions.action import Level
from playbooks.actions.registry import find_action
from playbooks.actions.requests import CODE, EXECUTE, action_of
from playbooks.cacao.extension import EXTENSION_ID, StepNotes, is_readable, step_notes
from playbooks.cacao.model import ActionStep, Command, Playbook, StartStep, Step
from playbooks.domain.ids import OrganizationCode

FRESH_FROM = 2
"""Where so many must agree, each does so with a passkey used a moment ago: two chat accounts are not two persons."""

Persons = Annotated[int, Field(ge=0, le=FRESH_FROM)]


class ApprovalRule(BaseModel):
    """The rule of an installation; `playbooks/library/approvals.yaml` is the one that ships."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    levels: Mapping[Level, Persons] = {}
    """By the level of an act, how many persons must agree; a level that is not named needs nobody."""
    impact: Annotated[int, Field(ge=1, le=100)] | None = None
    """A playbook whose `impact` is this or more waits before it begins (CACAO 2.0 §3.1; 0 is undefined, not safe)."""
    undefined_impact: Persons = 0
    """For a playbook that does not say its impact; its single acts are judged by their level all the same."""
    executors: Mapping[OrganizationCode, Mapping[str, str]] = {}
    """Who has code run by a machine: the account by the type of command. A run keeps it, as it keeps the numbers."""

    def before_step(self, step: Step) -> int:
        """Persons who must agree before a step acts; what its author asks for is never lowered by this."""
        return self.levels.get(level_of(step), 0)

    def asked(self, playbook: Playbook, step: Step) -> int:
        """Persons who must agree before a step acts, or before the playbook begins where it is the first step.

        The greater of what the author asks for and what holds here.
        """
        notes = step_notes(step) if is_readable(step.step_extensions, StepNotes) else StepNotes()
        begins = isinstance(step, StartStep)
        needed = self.before_playbook(playbook.impact) if begins else self.before_step(step)
        return max(notes.approvals, needed)

    def executed(self, command: Command) -> Command | None:
        """Code as a run has it where somebody's machine runs it: by whom, and after how many persons' agreement."""
        found: dict[str, JsonValue] = {
            code: of[command.type] for code, of in self.executors.items() if command.type in of
        }
        if command.type not in CODE or not found:
            return None
        needed = self.levels.get(find_action(EXECUTE).level, 0)
        arguments: dict[str, JsonValue] = {"executors": found, "approvals": needed}
        return Command(type=command.type, arguments=arguments)

    def before_playbook(self, impact: int | None) -> int:
        """Persons who must agree before a playbook begins."""
        if not impact:
            return self.undefined_impact
        return 1 if self.impact is not None and impact >= self.impact else 0


def as_asked(playbook: Playbook, rule: ApprovalRule) -> Playbook:
    """The playbook with each step saying how many must agree here: as people are shown it."""
    return playbook.model_copy(
        update={"workflow": {id: _saying(playbook, step, rule) for id, step in playbook.workflow.items()}}
    )


def _saying(playbook: Playbook, step: Step, rule: ApprovalRule) -> Step:
    asked = rule.asked(playbook, step)
    if not asked or not is_readable(step.step_extensions, StepNotes):
        return step
    said = {**step.step_extensions.get(EXTENSION_ID, {}), "approvals": asked}
    return step.model_copy(update={"step_extensions": {**step.step_extensions, EXTENSION_ID: said}})


def level_of(step: Step) -> Level:
    """The highest level among what a step has machines do; what people do is theirs to weigh."""
    if not isinstance(step, ActionStep):
        return Level.ROUTINE
    actions = (action_of(command) for command in step.commands)
    levels = [find_action(action).level for action in actions if action is not None]
    return max(levels, key=list(Level).index, default=Level.ROUTINE)
