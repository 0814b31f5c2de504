"""What a playbook says that it uses is what it uses (CACAO 2.0 §3.1, `playbook_processing_summary`)."""

from collections.abc import Iterator

from playbooks.cacao.finding import Finding, warn
from playbooks.cacao.model import ActionStep, CommandType, Playbook


def rules(playbook: Playbook) -> Iterator[Finding]:
    """One finding for each claim that is not so; what is not claimed is not looked at."""
    summary = playbook.playbook_processing_summary
    if summary is None:
        return
    for name, is_so in _used(playbook).items():
        claimed = getattr(summary, name)
        if claimed is not None and claimed is not is_so:
            yield warn(
                ("playbook_processing_summary", name),
                "CACAO 2.0 §3.1",
                "summary",
                named=name,
                claimed=str(claimed).lower(),
            )


def _used(playbook: Playbook) -> dict[str, bool]:
    steps = playbook.workflow.values()
    kinds = {step.type for step in steps}
    commands = [command for step in steps if isinstance(step, ActionStep) for command in step.commands]
    return {
        "manual_playbook": any(command.type == CommandType.MANUAL for command in commands),
        "external_playbooks": "playbook-action" in kinds,
        "parallel_processing": "parallel" in kinds,
        "if_logic": "if-condition" in kinds,
        "while_logic": "while-condition" in kinds,
        "switch_logic": "switch-condition" in kinds,
        "data_markings": bool(playbook.data_marking_definitions),
        "digital_signatures": bool(playbook.signatures),
        "extensions": bool(playbook.extension_definitions),
    }
