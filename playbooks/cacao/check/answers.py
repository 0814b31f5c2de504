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
        problem = "No command of this step is a request, so nothing is found in its answer."
        yield warn(here, RULE, problem, "Take found_at out, or have an http-api command fill the variables.")
    for name, pointer in found_at.items():
        if name not in step.out_args:
            problem = f"{name[:100]} is not among the out_args of this step."
            yield refuse(
                (*here, name), RULE, problem, "Name it in out_args (in shorthand: answers), or take it out."
            )
        if not is_pointer(pointer):
            problem = f"“{pointer[:80]}” is no JSON Pointer."
            yield refuse(
                (*here, name), "RFC 6901 §3", problem, "Write it like /data/verdict; /items/0 is the first."
            )


def _secrets(path: Path, step: ActionStep) -> Iterator[Finding]:
    for name in step.out_args if _asks_a_machine(step) else ():
        if NAMED.search(name.strip("_")):
            problem = f"{name[:100]} holds a secret by its name; an answer never fills it."
            remedy = "Let the connection sign in: its credential stands in the connections file."
            yield warn((*path, "out_args"), SECRETS, problem, remedy)


def _asks_a_machine(step: ActionStep) -> bool:
    return any(command.type in _ASKING for command in step.commands)
