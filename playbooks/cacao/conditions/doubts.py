"""What a condition in the grammar may still fail to decide, told before it is tried."""

from collections.abc import Iterator
from typing import NamedTuple

from playbooks.cacao.conditions.evaluate import Scope, could_compare
from playbooks.cacao.conditions.grammar import Condition, Joined, Literals, Not, Scalar, Test, paths_of
from playbooks.cacao.conditions.regular_expression import Unsupported, compile_pattern


class Doubt(NamedTuple):
    """The code of a finding, and what fills its text."""

    code: str
    named: dict[str, object]


def doubts(condition: Condition) -> Iterator[Doubt]:
    """Of paths that are no variables, and patterns that cannot be run in bounded time."""
    for path in paths_of(condition):
        if not path.is_variable:
            yield Doubt("path", {"named": f"{path.object}:{path.name}"})
    for pattern in _patterns(condition):
        try:
            compile_pattern(pattern)
        except Unsupported as error:
            yield Doubt("pattern", {"fault": error.fault})


def compared(condition: Condition) -> Iterator[tuple[str, Scalar]]:
    """Each variable with each value that is written beside it, as `__name__`."""
    for test in _tests(condition):
        if test.path.is_variable and not test.path.inside:
            yield from (
                (test.path.object, operand.value)
                for operand in test.operands
                if isinstance(operand, Literals)
            )


def misfits(condition: Condition, scope: Scope) -> Iterator[Doubt]:
    """Of comparisons that come out alike whatever the variable holds: with a value of another type."""
    for test in _tests(condition):
        variable = scope.get(test.path.object)
        if variable is None or test.path.inside or not test.path.is_variable:
            continue
        literals = [operand for operand in test.operands if isinstance(operand, Literals)]
        for literal in literals:
            if not could_compare(literal, variable.type):
                code = "always_true" if test.operator == "!=" else "never_true"
                named: dict[str, object] = {
                    "typed": str(literal.value)[:60],
                    "form": variable.type,
                    "named": test.path.object,
                }
                yield Doubt(code, named)


def _tests(condition: Condition) -> Iterator[Test]:
    if isinstance(condition, Joined):
        for part in condition.parts:
            yield from _tests(part)
    elif isinstance(condition, Not):
        yield from _tests(condition.part)
    elif isinstance(condition, Test):
        yield condition


def _patterns(condition: Condition) -> Iterator[str]:
    for test in _tests(condition):
        if test.operator == "MATCHES":
            yield from (str(operand.value) for operand in test.operands if isinstance(operand, Literals))
