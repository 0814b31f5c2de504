"""What a picture of a playbook is made of: nodes, lanes, lines and words, in pixels from the top left."""

from dataclasses import dataclass, replace

from playbooks.cacao.model import Identifier

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A step, or the start or end of the playbook. `kind` is its type of step and gives the form."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    step_id: Identifier = ""
    number: str = ""
    title: tuple[str, ...] = ()
    """Lines, as they fit."""
    notes: tuple[str, ...] = ()
    """Smaller lines below: who, what decides, where a failure leads."""

    def moved(self, right: float, down: float) -> "Node":
        """The same elsewhere."""
        return replace(self, x=self.x + right, y=self.y + down)


@dataclass(frozen=True, slots=True)
class Lane:
    """A branch with its title: a stream of work, a case, what follows if a condition holds."""

    x: float
    y: float
    width: float
    height: float
    title: str

    def moved(self, right: float, down: float) -> "Lane":
        """The same elsewhere."""
        return replace(self, x=self.x + right, y=self.y + down)


@dataclass(frozen=True, slots=True)
class Line:
    """Leads from the first point to the last; with an arrow if something is done next. `is_back` for another round."""

    points: tuple[Point, ...]
    has_arrow: bool = True
    is_back: bool = False

    def moved(self, right: float, down: float) -> "Line":
        """The same elsewhere."""
        return replace(self, points=tuple((x + right, y + down) for x, y in self.points))


@dataclass(frozen=True, slots=True)
class Heading:
    """Words over a part of the picture."""

    x: float
    y: float
    text: str

    def moved(self, right: float, down: float) -> "Heading":
        """The same elsewhere."""
        return replace(self, x=self.x + right, y=self.y + down)


Shape = Node | Lane | Line | Heading


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the picture that is entered from above and left below, both at `port` from its left edge."""

    width: float
    height: float
    port: float
    shapes: tuple[Shape, ...] = ()

    def at(self, x: float, y: float) -> tuple[Shape, ...]:
        """Its shapes, with its top left corner there."""
        return tuple(shape.moved(x, y) for shape in self.shapes)
