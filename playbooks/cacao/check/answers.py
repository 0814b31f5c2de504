"""What the answers of machines fill: where each value stands, and that none is a secret (Muster extension)."""

from collections.abc import Iterator

from playbooks.cacao.extension import EXTENSION_ID, StepNotes, is_readable, step_notes
from playbooks.cacao.finding import Finding, Path, refuse, warn
from playbooks.cacao.model import ActionStep, CommandType, Playbook
from playbooks.cacao.pointers import is_pointer
from playbooks.cacao.secret_forms import NAMED
from playbooks.cacao.secrets import RULE as SECRETS

RULE = "Muster extension"
_ASKING = (CommandType.HTTP_API, CommandType.OPENC2_HTTP)


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Of every action that asks a machine, or says where an answer has its values."""
    for identifier, step in playbook.workflow.items():
        if isinstance(step, ActionStep) and is_readable(step.step_extensions, StepNotes):
            yield from _found_at(("workflow", identifier), step)
            yield from _secrets(("workflow", identifier), step)


def _found_at(path: Path, step: ActionStep) -> Iterator[Finding]:
    here = (*path, "step_extensions", EXTENSION_ID, "found_at")
    found_at = step_notes(step).found_at
    if found_at and not _asks_a_machine(step):
        yield warn(here, RULE, "found_at_unasked")
    for name, pointer in found_at.items():
        if name not in step.out_args:
            yield refuse((*here, name), RULE, "found_at_unnamed", named=name[:100])
        if not is_pointer(pointer):
            yield refuse((*here, name), "RFC 6901 §3", "pointer", typed=pointer[:80])


def _secrets(path: Path, step: ActionStep) -> Iterator[Finding]:
    for name in step.out_args if _asks_a_machine(step) else ():
        if NAMED.search(name.strip("_")):
            yield warn((*path, "out_args"), SECRETS, "secret_answer", named=name[:100])


def _asks_a_machine(step: ActionStep) -> bool:
    return any(command.type in _ASKING for command in step.commands)
