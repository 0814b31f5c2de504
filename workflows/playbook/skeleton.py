"""A playbook without its prose: what a run needs to know in order to drive it, and no more.

People's words stay with the content, under its hash; the record joins them to entries by step
(docs/decisions/playbooks-skeleton-without-prose.md).
"""

from playbooks.cacao.extension import ActionName
from playbooks.cacao.model import ActionStep, Command, CommandType, Playbook, Step

_CODED_ARGUMENTS = ("purpose", "choices", "within", "needed", "remind", "urgency", "priority", "marking")
_ACTIONS = tuple(ActionName)


def skeleton(playbook: Playbook) -> Playbook:
    """The same playbook with names, descriptions and commands' words left out."""
    steps = {id: _bare(step) for id, step in playbook.workflow.items()}
    return playbook.model_copy(
        update={"name": "", "description": None, "external_references": (), "workflow": steps}
    )


def _bare(step: Step) -> Step:
    fields: dict[str, object] = {"name": None, "description": None, "external_references": ()}
    if isinstance(step, ActionStep):
        fields["commands"] = tuple(_wordless(command) for command in step.commands)
    return step.model_copy(update=fields)


def _wordless(command: Command) -> Command:
    coded = {name: value for name, value in command.arguments.items() if name in _CODED_ARGUMENTS}
    is_action = command.type == CommandType.MUSTER and command.command in _ACTIONS
    return Command(type=command.type, command=command.command if is_action else None, arguments=coded)
