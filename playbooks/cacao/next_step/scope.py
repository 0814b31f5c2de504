"""Which variables a step sees, and where what it fills goes (CACAO 2.0 §10.18.1)."""

from collections.abc import Iterator, Mapping

from typing_extensions import override

from playbooks.cacao.model import Playbook, Variable
from playbooks.cacao.next_step.progress import Active, Execution, Value


class StepScope(Mapping[str, Variable]):
    """The step's own variables, then those of the steps whose branch it is in, then the playbook's.

    "Variables are scoped to the object they are defined in, and any object that is used by that object": a branch is
    used by the step that opens it.
    """

    def __init__(
        self,
        playbook: Playbook,
        values: Mapping[str, Value],
        active: Mapping[Execution, Active],
        execution: Execution | None,
    ) -> None:
        self._playbook = playbook
        self._values = values
        self._inner = list(_around(active, execution))
        self._seen = active[execution].seen if execution is not None else {}
        self.read: dict[str, Value] = {}
        """Every variable that was looked up, with the value it had."""

    def owner(self, name: str) -> Execution | None:
        """The execution that declares a name; None if that is the playbook."""
        for execution, step in self._inner:
            if name in self._playbook.workflow[step.step].step_variables:
                return execution
        return None

    @override
    def __getitem__(self, name: str) -> Variable:
        variable = _current(self._now(name), name, self._seen)
        self.read[name] = variable.text
        return variable

    def _now(self, name: str) -> Variable:
        for _, step in self._inner:
            declared = self._playbook.workflow[step.step].step_variables
            if name in declared:
                return _current(declared[name], name, step.values)
        return _current(self._playbook.playbook_variables[name], name, self._values)

    @override
    def __iter__(self) -> Iterator[str]:
        names = dict.fromkeys(self._playbook.playbook_variables)
        for _, step in self._inner:
            names |= dict.fromkeys(self._playbook.workflow[step.step].step_variables)
        return iter(names)

    @override
    def __len__(self) -> int:
        return sum(1 for _ in self)


def _around(
    active: Mapping[Execution, Active], execution: Execution | None
) -> Iterator[tuple[Execution, Active]]:
    """An execution and those around it, innermost first."""
    while execution is not None:
        step = active[execution]
        yield execution, step
        execution = step.within


def _current(variable: Variable, name: str, values: Mapping[str, Value]) -> Variable:
    return variable.model_copy(update={"value": values[name]}) if name in values else variable
