"""How steps are numbered: like chapters, in the order of doing, branches inside the steps that open them."""

from collections.abc import Iterator
from typing import NamedTuple

from playbooks.cacao.model import Identifier, Playbook
from playbooks.cacao.structure import ends_branch

_LETTERS = 26


class Numbered(NamedTuple):
    """A step with its number, `5a2` for the second step of the first branch of step 5; `depth` counts the branches."""

    number: str
    step_id: Identifier
    depth: int


def numbered(playbook: Playbook) -> tuple[Numbered, ...]:
    """Every step but starts and ends: the main line, then whatever only a failure, an exception or nothing leads to."""
    return tuple(_Numbering(playbook).steps())


def branch_number(number: str, index: int, branches: int) -> str:
    """What the steps of a branch are numbered after: by a letter, and by a number where letters do not suffice."""
    return f"{number}{chr(ord('a') + index)}" if branches <= _LETTERS else f"{number}{index + 1}-"


class _Numbering:
    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._steps = playbook.workflow
        self._placed: dict[Identifier, None] = {}

    def steps(self) -> Iterator[Numbered]:
        count = 0
        for root in (self._playbook.workflow_start, *self._steps):
            for each in self._chain(root, "", (), count):
                count += 1 if each.depth == 0 else 0
                yield each

    def _chain(
        self, current: Identifier, prefix: str, openers: tuple[Identifier, ...], count: int
    ) -> Iterator[Numbered]:
        """A step and what follows it, until an end or something that stands elsewhere."""
        while current in self._steps and current not in self._placed:
            step = self._steps[current]
            self._placed[current] = None
            if step.type == "end":
                return
            if step.type != "start":
                count += 1
                number = f"{prefix}{count}"
                yield Numbered(number, current, len(openers))
                for index, (_link, target) in enumerate(step.branches):
                    inner = branch_number(number, index, len(step.branches))
                    yield from self._chain(target, inner, (current, *openers), 0)
            following = step.on_success or step.on_completion
            if following is None or ends_branch(self._playbook, iter(openers), following):
                return
            current = following
