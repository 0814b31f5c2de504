"""How the steps of a playbook hang together: what is reached, what lies in which branch, what goes round.

CACAO wants every branch to end in an end step of its own. Documents from elsewhere let branches run into what follows
them. Where that has one sensible meaning (the branch ends there) it is taken; where a step would run twice it is not.
See docs/decisions/cacao-branches.md. The work is linear in the links, and recursion is kept out of it.
"""

from collections import deque
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from playbooks.cacao import limits
from playbooks.cacao.model import Identifier, ParallelStep, Playbook, WhileConditionStep

Crossing = tuple[Identifier, str, Identifier]
"""A step, the property of it that names another, and that other step."""


@dataclass(frozen=True)
class Place:
    """Where a step lies: in which branch of which step; the main line is None."""

    opener: Identifier | None
    branch: str
    depth: int


@dataclass
class Structure:
    """What the walk over a playbook found; lists in the order of the document."""

    places: dict[Identifier, Place] = field(default_factory=dict)
    unreached: dict[Identifier, int] = field(default_factory=dict)
    """Steps that nothing leads to, and how many follow each of them that nothing else leads to either."""
    loops: list[list[Identifier]] = field(default_factory=list)
    joins: list[Crossing] = field(default_factory=list)
    """Branches that run into what follows them; they end before it."""
    clashes: list[Crossing] = field(default_factory=list)
    """Branches that run into steps which would then run more than once."""
    shared_ends: list[Identifier] = field(default_factory=list)
    too_deep: list[Identifier] = field(default_factory=list)

    def around(self, step: Identifier) -> list[Identifier]:
        """The steps whose branch a step lies in, outermost first."""
        openers: list[Identifier] = []
        place = self.places.get(step)
        while place is not None and place.opener is not None:
            openers.append(place.opener)
            place = self.places.get(place.opener)
        return openers[::-1]


def structure_of(playbook: Playbook) -> Structure:
    """The structure of a playbook; links to steps that are not there are left to the check of references."""
    return _cached(ById(playbook))


@dataclass(frozen=True, eq=False)
class ById:
    """Playbooks are compared by identity here: hashing their content would cost more than the walk."""

    playbook: Playbook

    def __hash__(self) -> int:
        return id(self.playbook)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ById) and self.playbook is other.playbook


@lru_cache(maxsize=4)
def _cached(key: ById) -> Structure:
    return _Walk(key.playbook).structure


def ends_branch(playbook: Playbook, openers: Iterator[Identifier], target: Identifier) -> bool:
    """Whether going to `target` means that the branch is over; `openers` are those around it, innermost first.

    It is, for the body of a while that leads back to it, and for a branch that runs into what follows: the target of
    the nearest opener that leads on at all.
    """
    for index, opener in enumerate(openers):
        step = playbook.workflow[opener]
        if index == 0 and opener == target and isinstance(step, WhileConditionStep):
            return True
        if step.on_completion is not None or step.on_success is not None:
            return target in (step.on_completion, step.on_success)
    return False


class _Walk:
    """One pass from the start over all links, each step placed where it is first met."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._steps = playbook.workflow
        self.structure = Structure()
        self._loop_backs: dict[tuple[Identifier, str], None] = {}
        self._shared_ends: dict[Identifier, None] = {}
        self._pending: deque[Identifier] = deque()
        for root in (playbook.workflow_start, playbook.workflow_exception):
            if root is not None:
                self._meet((root, "", root), Place(None, "", 0))
        while self._pending:
            self._visit(self._pending.popleft())
        self.structure.shared_ends = list(self._shared_ends)
        self.structure.unreached = dict(self._unreached())
        self.structure.loops = _circles(self._playbook, self._loop_backs)

    def _visit(self, identifier: Identifier) -> None:
        step, place = self._steps[identifier], self.structure.places[identifier]
        for link, target in step.transitions:
            if ends_branch(self._playbook, self._openers(place), target):
                self._loop_backs[identifier, link] = None
                self.structure.joins.append((identifier, link, target))
            else:
                self._meet((identifier, link, target), place)
        if step.branches and place.depth >= limits.DEPTH:
            self.structure.too_deep.append(identifier)
            return
        for link, target in step.branches:
            inner = Place(identifier, link, place.depth + 1)
            if ends_branch(self._playbook, self._openers(inner), target):
                self._loop_backs[identifier, link] = None
                self.structure.joins.append((identifier, link, target))
            else:
                self._meet((identifier, link, target), inner)

    def _unreached(self) -> Iterator[tuple[Identifier, int]]:
        """What stands by itself begins where nothing leads to, or anywhere where it goes round."""
        left = {
            name: [to for _, to in step.links if to not in self.structure.places and to in self._steps]
            for name, step in self._steps.items()
            if name not in self.structure.places
        }
        led_to = {target for name, targets in left.items() for target in targets if target != name}
        told: dict[Identifier, None] = {}
        for name in (*(name for name in left if name not in led_to), *left):
            if name not in told:
                behind = _reach([name], left, told)
                told |= behind
                yield name, len(behind) - 1

    def _openers(self, place: Place) -> Iterator[Identifier]:
        around: Place | None = place
        while around is not None and around.opener is not None:
            yield around.opener
            around = self.structure.places.get(around.opener)

    def _meet(self, crossing: Crossing, place: Place) -> None:
        target = crossing[2]
        if target not in self._steps:
            return
        known = self.structure.places.get(target)
        if known is None:
            self.structure.places[target] = place
            self._pending.append(target)
        elif (known.opener, known.branch) != (place.opener, place.branch):
            self._met_again(crossing, known, place)

    def _met_again(self, crossing: Crossing, known: Place, place: Place) -> None:
        """A step that two branches lead to: harmless for an end, or where only one of the two is ever taken."""
        _, link, target = crossing
        if self._steps[target].type == "end":
            self._shared_ends[target] = None
        elif link == "on_failure" and target not in self._rejoining:
            return
        elif not self._is_either_or(known, place):
            self.structure.clashes.append(crossing)

    @cached_property
    def _rejoining(self) -> dict[Identifier, None]:
        """Steps from which control can come to what also runs without any failure.

        A handler that is none of them, and ends by itself, may serve any number of steps in any branches.
        """
        usual = _reach(
            [self._playbook.workflow_start],
            {
                name: [to for link, to in step.links if link != "on_failure"]
                for name, step in self._steps.items()
            },
        )
        behind: dict[Identifier, list[Identifier]] = {name: [] for name in self._steps}
        for name, step in self._steps.items():
            for _, target in step.links:
                behind.setdefault(target, []).append(name)
        return _reach(
            [name for name in usual if name in self._steps and self._steps[name].type != "end"], behind
        )

    def _is_either_or(self, one: Place, other: Place) -> bool:
        first, second = self._chain(one), self._chain(other)
        for index, (here, there) in enumerate(zip(first, second, strict=False)):
            if here == there:
                continue
            if here[0] == there[0]:
                return not isinstance(self._steps[here[0]], ParallelStep)
            return not any(self._leads_on(chain[index][0]) for chain in (first, second))
        longer = max(first, second, key=len)
        shorter = min(len(first), len(second))
        return not any(self._leads_on(opener) for opener, _ in longer[shorter:])

    def _leads_on(self, opener: Identifier) -> bool:
        """Whether something follows a step after its branches, which might lead to the same step again."""
        return bool(self._steps[opener].transitions)

    def _chain(self, place: Place) -> list[tuple[Identifier, str]]:
        """The branches around a place, outermost first."""
        chain: list[tuple[Identifier, str]] = []
        around: Place | None = place
        while around is not None and around.opener is not None:
            chain.append((around.opener, around.branch))
            around = self.structure.places.get(around.opener)
        return chain[::-1]


def _reach(
    roots: list[Identifier], links: Mapping[Identifier, list[Identifier]], known: Container[Identifier] = ()
) -> dict[Identifier, None]:
    """The roots, and all that the links lead to from them, without going on from what is known."""
    reached = dict.fromkeys(roots)
    pending = deque(roots)
    while pending:
        for target in links.get(pending.popleft(), []):
            if target not in reached and target not in known:
                reached[target] = None
                pending.append(target)
    return reached


def _circles(playbook: Playbook, left_out: dict[tuple[Identifier, str], None]) -> list[list[Identifier]]:
    """The circles in the links, each once; found by taking away steps that nothing leads to, or that lead nowhere."""
    ahead: dict[Identifier, list[Identifier]] = {step: [] for step in playbook.workflow}
    behind: dict[Identifier, list[Identifier]] = {step: [] for step in playbook.workflow}
    for identifier, step in playbook.workflow.items():
        for link, target in step.links:
            if target in ahead and (identifier, link) not in left_out:
                ahead[identifier].append(target)
                behind[target].append(identifier)
    rest = _peeled(_peeled(dict.fromkeys(playbook.workflow), ahead, behind), behind, ahead)
    return list(_separate(rest, ahead))


def _peeled(
    steps: dict[Identifier, None],
    ahead: dict[Identifier, list[Identifier]],
    behind: dict[Identifier, list[Identifier]],
) -> dict[Identifier, None]:
    """The steps without those that nothing (of them) leads to, again and again (Kahn 1962)."""
    counts = {step: sum(1 for other in behind[step] if other in steps) for step in steps}
    free = deque(step for step, count in counts.items() if count == 0)
    remaining = dict(steps)
    while free:
        step = free.popleft()
        del remaining[step]
        for target in ahead[step]:
            if target in counts:
                counts[target] -= 1
                if counts[target] == 0:
                    free.append(target)
    return remaining


def _separate(
    rest: dict[Identifier, None], ahead: dict[Identifier, list[Identifier]]
) -> Iterator[list[Identifier]]:
    """A circle for each group of steps that are left, by walking on until a step comes again."""
    seen: dict[Identifier, None] = {}
    for start in rest:
        trail: dict[Identifier, None] = {}
        step = start
        while step not in trail and step not in seen:
            trail[step] = None
            step = next(target for target in ahead[step] if target in rest)
        if step in trail:
            walked = list(trail)
            yield walked[walked.index(step) :]
        seen |= trail
