"""An automaton that follows all its states at once (Thompson 1968): the cost is at most states times characters."""

from collections.abc import Callable
from dataclasses import dataclass, field

Accepts = Callable[[str], bool]
Holds = Callable[[str, int], bool]


@dataclass
class State:
    """One state: it may eat a character, or go on freely (`ways`), perhaps only where `holds`."""

    accepts: Accepts | None = None
    holds: Holds | None = None
    ways: list[int] = field(default_factory=list)


def run(automaton: list[State], text: str) -> bool:
    """Whether the automaton comes to its last state anywhere in the text, begun anywhere in it."""
    final = len(automaton) - 1
    current: dict[int, None] = {}
    for position in range(len(text) + 1):
        _follow(automaton, 0, text, position, current)
        if final in current:
            return True
        if position == len(text):
            break
        eaten: dict[int, None] = {}
        for number in current:
            state = automaton[number]
            if state.accepts is not None and state.accepts(text[position]):
                _follow(automaton, state.ways[0], text, position + 1, eaten)
        current = eaten
    return final in current


def _follow(automaton: list[State], start: int, text: str, position: int, reached: dict[int, None]) -> None:
    """Add a state and all that can be reached from it without eating a character."""
    pending = [start]
    while pending:
        number = pending.pop()
        if number in reached:
            continue
        state = automaton[number]
        if state.holds is not None and not state.holds(text, position):
            continue
        reached[number] = None
        if state.accepts is None:
            pending.extend(state.ways)
