"""What a condition in the grammar may still fail to decide, told before it is tried."""

from collections.abc import Iterator

from playbooks.cacao.conditions.grammar import Condition, Joined, Literals, Not, Test, paths_of
from playbooks.cacao.conditions.regular_expression import Unsupported, compile_pattern


def doubts(condition: Condition) -> Iterator[str]:
    """Sentences about paths that are no variables, and patterns that cannot be run in bounded time."""
    for path in paths_of(condition):
        if not path.is_variable:
            yield f"{path.object}:{path.name} is no variable, and nothing else can be looked at here."
    for pattern in _patterns(condition):
        try:
            compile_pattern(pattern)
        except Unsupported as error:
            yield f"{str(error)[:1].upper()}{str(error)[1:]}."


def _patterns(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Joined):
        for part in condition.parts:
            yield from _patterns(part)
    elif isinstance(condition, Not):
        yield from _patterns(condition.part)
    elif isinstance(condition, Test) and condition.operator == "MATCHES":
        yield from (str(operand.value) for operand in condition.operands if isinstance(operand, Literals))
