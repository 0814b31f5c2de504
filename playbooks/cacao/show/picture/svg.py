"""A picture as SVG: attributes and classes alone, so that a page under a strict policy can carry it."""

import unicodedata
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from playbooks.cacao.model import Identifier, Playbook
from playbooks.cacao.show.picture.layout import Picture, picture
from playbooks.cacao.show.picture.nodes import END, NOTE_LINE, NUMBER_LINE, START, TITLE_LINE
from playbooks.cacao.show.picture.shapes import Heading, Lane, Line, Node, Shape
from playbooks.cacao.show.picture.style import STYLE
from playbooks.cacao.show.wording import say
from playbooks.domain.tongue import colon
from playbooks.texts.catalogue import load_texts
from playbooks.texts.wording import label

_ARROW = 5
_SLANT = 14
"""How far the sides of a decision point outwards."""

_SIGNS = {
    "done": "M-5 0L-1.5 4L5 -4",
    "running": "M-3.5 -5L5 0L-3.5 5Z",
    "waiting": "M-4 -5H4L-4 5H4Z",
    "failed": "M-4.5 -4.5L4.5 4.5M4.5 -4.5L-4.5 4.5",
    "skipped": "M-5 -4.5L-1 0L-5 4.5M1 -4.5L5 0L1 4.5",
    "withdrawn": "M-5 0H5",
}
"""A tick, a triangle, an hourglass, a cross, two chevrons, a bar."""


def as_svg(playbook: Playbook, standing: Mapping[Identifier, str] | None = None) -> str:
    """A file of its own, light or dark as the reader prefers; `standing` says how each step of a run stands."""
    return drawing(picture(playbook), standing or {}, style=STYLE) + "\n"


def drawing(made: Picture, standing: Mapping[Identifier, str], *, style: str = "") -> str:
    """The `svg` element. Without a `style` the page around it has one."""
    width, height = _number(made.width), _number(made.height)
    said = quoteattr(_clean(_summary(made, standing)))
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" class="playbook" {size} role="img" aria-label={said}>']
    if style:
        parts += [f"<style>{style}</style>", f'<rect class="lane" width="{width}" height="{height}"/>']
    for kind in (Lane, Line, Heading, Node):
        parts += [_drawn(shape, standing) for shape in made.shapes if isinstance(shape, kind)]
    return "\n".join([*parts, "</svg>"])


def _summary(made: Picture, standing: Mapping[Identifier, str]) -> str:
    steps = [shape for shape in made.shapes if isinstance(shape, Node) and shape.step_id]
    counts = {word: sum(1 for step in steps if standing.get(step.step_id) == word) for word in _SIGNS}
    said = [load_texts().say(f"tally.{word}", count=count) for word, count in counts.items() if count]
    whole = say("graph", count=len(steps), name=made.name)
    return f"{whole}{colon()} {', '.join(said)}" if said else whole


def _word(standing: str) -> str:
    return label(load_texts(), "standing", standing)


def _drawn(shape: Shape, standing: Mapping[Identifier, str]) -> str:
    match shape:
        case Lane():
            return _lane(shape)
        case Line():
            return _line(shape)
        case Heading():
            return _text("heading", shape.x, shape.y, shape.text)
        case Node():
            return "\n".join(_node(shape, standing.get(shape.step_id, "")))


def _lane(lane: Lane) -> str:
    return (
        f'<rect class="lane" x="{_number(lane.x)}" y="{_number(lane.y)}" width="{_number(lane.width)}"'
        f' height="{_number(lane.height)}" rx="10"/>'
        + _text("lane-title", lane.x + 12, lane.y + 20, lane.title)
    )


def _line(line: Line) -> str:
    kind = "link back" if line.is_back else "link"
    path = "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in line.points)
    return f'<path class="{kind}" d="{path}"/>' + (_arrow(line) if line.has_arrow else "")


def _arrow(line: Line) -> str:
    """A head at the last point; lines end downwards, and to the right when they lead back."""
    x, y = line.points[-1]
    if line.is_back:
        path = f"M{_number(x)} {_number(y)}l{-2 * _ARROW} {-_ARROW}v{2 * _ARROW}Z"
    else:
        path = f"M{_number(x)} {_number(y)}l{-_ARROW} {-2 * _ARROW}h{2 * _ARROW}Z"
    return f'<path class="head" d="{path}"/>'


def _node(node: Node, standing: str) -> Iterator[str]:
    known = standing if standing in _SIGNS else ""
    classes = " ".join(name for name in ("step", known, node.kind) if name)
    yield f'<g class="{classes}" transform="translate({_number(node.x)} {_number(node.y)})">'
    yield _form(node)
    if node.kind not in (START, END):
        yield from _words(node, known)
    yield "</g>"


def _words(node: Node, standing: str) -> Iterator[str]:
    left = 14 + (_SLANT if node.kind.endswith("condition") else 4 if node.kind == "playbook-action" else 0)
    yield _text("chapter", left + (18 if standing else 0), NUMBER_LINE + 2, node.number)
    if standing:
        yield f'<path class="sign" transform="translate({left + 6} {NUMBER_LINE - 2})" d="{_SIGNS[standing]}"/>'
        yield _text("word", node.width - left, NUMBER_LINE + 2, _word(standing), anchor="end")
    y = NUMBER_LINE + TITLE_LINE + 3
    for line in node.title:
        yield _text("title", left, y, line)
        y += TITLE_LINE
    y -= TITLE_LINE - NOTE_LINE
    for line in node.notes:
        yield _text("note", left, y, line)
        y += NOTE_LINE


def _form(node: Node) -> str:
    """A form for each type: circles, a hexagon for what decides, bars for parallel, double sides for a playbook."""
    width, height = _number(node.width), _number(node.height)
    middle = _number(node.width / 2)
    box = f'<rect class="form" width="{width}" height="{height}" rx="8"/>'
    match node.kind:
        case "start":
            return f'<circle class="point" cx="{middle}" cy="{middle}" r="9"/>'
        case "end":
            ring = f'<circle class="inner" cx="{middle}" cy="{middle}" r="11"/>'
            return f'{ring}<circle class="point" cx="{middle}" cy="{middle}" r="6"/>'
        case "if-condition" | "while-condition" | "switch-condition":
            top = node.width - 2 * _SLANT
            half = _number(node.height / 2)
            path = f"M{_SLANT} 0h{_number(top)}l{_SLANT} {half}l{-_SLANT} {half}h{_number(-top)}l{-_SLANT} -{half}Z"
            return f'<path class="form" d="{path}"/>'
        case "parallel":
            right, low = _number(node.width - 8), _number(node.height - 5)
            return f'{box}<path class="inner" d="M8 5H{right}M8 {low}H{right}"/>'
        case "playbook-action":
            return f'{box}<path class="inner" d="M7 0V{height}M{_number(node.width - 7)} 0V{height}"/>'
        case _:
            return box


def _text(kind: str, x: float, y: float, text: str, *, anchor: str = "") -> str:
    attribute = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{kind}" x="{_number(x)}" y="{_number(y)}"{attribute}>{escape(_clean(text))}</text>'


def _clean(text: str) -> str:
    """Without characters that XML 1.0 does not allow, or that change how the rest is read."""
    return "".join(
        "�" if unicodedata.category(char) in ("Cc", "Cs", "Cn", "Cf", "Co") else char for char in text
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
