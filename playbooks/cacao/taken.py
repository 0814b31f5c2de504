"""What a playbook takes from whoever has it run: its external variables (CACAO 2.0 §10.18.3). Pure.

They are asked for by their plain names, as the answers of tasks are (`playbooks.domain.told`). What holds a secret by
its name is not among them: a secret stands in no command and in no record.
"""

from collections.abc import Mapping

from playbooks.cacao.model import Playbook, Variable
from playbooks.cacao.secret_forms import NAMED
from playbooks.domain.task import Question
from playbooks.domain.told import plainly


def taken(playbook: Playbook) -> tuple[Question, ...]:
    """What it takes, in the order of its variables."""
    return tuple(
        Question(name=plainly(name), type=variable.type) for name, variable in _external(playbook).items()
    )


def meanings(playbook: Playbook) -> dict[str, str]:
    """What these are, in the playbook's words, by their plain names."""
    told = {plainly(name): variable.description or "" for name, variable in _external(playbook).items()}
    return {name: meaning for name, meaning in told.items() if meaning}


def first_values(playbook: Playbook, given: Mapping[str, str]) -> dict[str, str]:
    """The values that a run begins with, by variable; what the playbook does not take is left out."""
    return {name: given[plainly(name)] for name in _external(playbook) if plainly(name) in given}


def _external(playbook: Playbook) -> dict[str, Variable]:
    return {
        name: variable
        for name, variable in playbook.playbook_variables.items()
        if variable.external and not NAMED.search(plainly(name))
    }
