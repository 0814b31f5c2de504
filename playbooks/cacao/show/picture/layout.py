"""Where everything of a picture stands. Pure geometry, from the outline that text and Markdown are made of too.

The steps of a playbook are blocks: what follows stands below, branches stand side by side inside the step that opens
them, and meet again under it. So no line ever crosses another, and nothing has to be optimized; see
docs/decisions/playbooks-picture-of-blocks.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from playbooks.cacao.model import Playbook
from playbooks.cacao.show.outline import Entry, outline
from playbooks.cacao.show.picture.nodes import END, LETTER, START, fitted, node, round_node
from playbooks.cacao.show.picture.shapes import Block, Heading, Lane, Line, Shape
from playbooks.cacao.show.wording import beginning, say

GAP = 28
"""Between a step and the next, and around lanes: room for an arrow."""
_BETWEEN = 14
"""Between lanes."""
_PADDING = 12
"""Inside a lane."""
_TITLE = 28
"""The height of a lane's title."""
_STUB = 16
"""From a lane's title to its first step: room for an arrow's head."""
_LONGEST_TITLE = 40
_LONGEST_NAME = 60
_NAME = 24
"""The height of the playbook's name above it."""
_EMPTY = 108
"""The width of a lane in which nothing is done."""
_MARGIN = 16


@dataclass(frozen=True, slots=True)
class Picture:
    """A playbook laid out, `width` by `height` pixels."""

    name: str
    width: float
    height: float
    shapes: tuple[Shape, ...]


def picture(playbook: Playbook) -> Picture:
    """The main line from start to end, then, apart, what only a failure leads to."""
    entries = outline(playbook)
    drawing = _Layout(playbook, {entry.title: entry.number for entry in _all(entries)})
    parts = [
        drawing.aside(part, is_first=index == 1) if index else drawing.main(part)
        for index, part in enumerate(_parts(entries))
    ]
    port = max(part.port for part in parts)
    name = " ".join(fitted(playbook.name, _LONGEST_NAME, 1))
    shapes: list[Shape] = [Heading(_MARGIN, _NAME / 2 + _MARGIN / 2, name)]
    y, width = float(_MARGIN + _NAME), len(name) * LETTER + _MARGIN
    for part in parts:
        left = _MARGIN + port - part.port
        shapes += part.at(left, y)
        y += part.height + GAP
        width = max(width, left + part.width)
    return Picture(playbook.name, width + _MARGIN, y - GAP + _MARGIN, tuple(shapes))


def _all(entries: Sequence[Entry]) -> Iterator[Entry]:
    for entry in entries:
        yield entry
        for _title, branch in entry.branches:
            yield from _all(branch)


def _parts(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """The main line, and every run of steps that stands aside."""
    starts = [0, *(index for index, entry in enumerate(entries) if entry.is_aside), len(entries)]
    return (entries[first:last] for first, last in pairwise(starts))


class _Layout:
    def __init__(self, playbook: Playbook, numbers: dict[str, str]) -> None:
        self._playbook = playbook
        self._numbers = numbers

    def main(self, entries: Sequence[Entry]) -> Block:
        """From the start of the playbook, which may wait for somebody, to its end."""
        start = round_node(START, "; ".join(beginning(self._playbook)))
        return _below([start, *self._blocks(entries), round_node(END)])

    def aside(self, entries: Sequence[Entry], *, is_first: bool) -> Block:
        """Steps that only a failure leads to, the first of them under a heading."""
        block = _below(self._blocks(entries))
        if not is_first:
            return block
        heading = Heading(0, 12, say("aside"))
        return Block(block.width, block.height + GAP, block.port, (heading, *block.at(0, GAP)))

    def _blocks(self, entries: Sequence[Entry]) -> list[Block]:
        return [self._block(entry) for entry in entries]

    def _block(self, entry: Entry) -> Block:
        step = self._playbook.workflow[entry.step_id]
        head = node(entry, step, self._numbers)
        if not entry.branches:
            return Block(head.width, head.height, head.width / 2, (head,))
        lanes = [self._lane(title, branch) for title, branch in entry.branches]
        if step.type == "while-condition":
            return _around(Block(head.width, head.height, head.width / 2, (head,)), lanes[0])
        if step.type == "if-condition" and len(lanes) == 1:
            lanes.append(_lane(say("else"), None))
        return _side_by_side(Block(head.width, head.height, head.width / 2, (head,)), lanes)

    def _lane(self, title: str, entries: Sequence[Entry]) -> Block:
        return _lane(title, _below(self._blocks(entries)) if entries else None)


def _below(blocks: Sequence[Block]) -> Block:
    """One under the other, joined by arrows; their ports stand on one line."""
    port = max(block.port for block in blocks)
    shapes: list[Shape] = []
    y = 0.0
    for index, block in enumerate(blocks):
        if index:
            shapes.append(Line(((port, y), (port, y + GAP))))
            y += GAP
        shapes += block.at(port - block.port, y)
        y += block.height
    return Block(port + max(block.width - block.port for block in blocks), y, port, tuple(shapes))


def _lane(title: str, inside: Block | None) -> Block:
    """A frame with a title; where nothing is done, a line that goes through."""
    words = " ".join(fitted(title, _LONGEST_TITLE, 1))
    least = max(_EMPTY, len(words) * LETTER + 2 * _PADDING)
    if inside is None:
        frame, line = (
            Lane(0, 0, least, _TITLE + GAP, words),
            Line(((least / 2, _TITLE), (least / 2, _TITLE + GAP))),
        )
        return Block(least, _TITLE + GAP, least / 2, (frame, replace(line, has_arrow=False)))
    width = max(inside.width + 2 * _PADDING, least)
    left = (width - inside.width) / 2
    top = _TITLE + _STUB
    port, bottom, height = left + inside.port, top + inside.height, top + inside.height + _PADDING
    shapes: tuple[Shape, ...] = (
        Lane(0, 0, width, height, words),
        Line(((port, _TITLE), (port, top))),
        *inside.at(left, top),
        Line(((port, bottom), (port, height)), has_arrow=False),
    )
    return Block(width, height, port, shapes)


def _stretched(lane: Block, height: float) -> Block:
    """The lane made as high as those beside it."""
    frame, *rest = lane.shapes
    if not isinstance(frame, Lane) or lane.height >= height:
        return lane
    line = Line(((lane.port, lane.height), (lane.port, height)), has_arrow=False)
    return replace(lane, height=height, shapes=(replace(frame, height=height), *rest, line))


def _side_by_side(head: Block, lanes: Sequence[Block]) -> Block:
    """Lanes under the step that opens them, which meet again below."""
    tallest = max(lane.height for lane in lanes)
    lanes = [_stretched(lane, tallest) for lane in lanes]
    lefts: list[float] = []
    x = 0.0
    for lane in lanes:
        lefts.append(x)
        x += lane.width + _BETWEEN
    ports = [left + lane.port for left, lane in zip(lefts, lanes, strict=True)]
    port = (ports[0] + ports[-1]) / 2
    shift = max(0.0, head.port - port)
    port += shift
    top = head.height + GAP
    meeting = top + tallest + GAP / 2
    shapes: list[Shape] = [*head.at(port - head.port, 0)]
    for left, lane in zip(lefts, lanes, strict=True):
        at = left + shift + lane.port
        shapes += [
            Line(
                ((port, head.height), (port, top - GAP / 2), (at, top - GAP / 2), (at, top)), has_arrow=False
            ),
            *lane.at(left + shift, top),
            Line(((at, top + lane.height), (at, meeting), (port, meeting)), has_arrow=False),
        ]
    width = max(x - _BETWEEN + shift, port + head.width - head.port)
    return Block(width, meeting, port, tuple(shapes))


def _around(head: Block, lane: Block) -> Block:
    """A while: its lane below it, a line back up on the left for another round, a line out on the right."""
    port = max(head.port, lane.port) + GAP
    right = port + max(head.width - head.port, lane.width - lane.port)
    top, middle = head.height + GAP, head.height / 2
    bottom = top + lane.height
    out = right + GAP
    shapes: tuple[Shape, ...] = (
        *head.at(port - head.port, 0),
        Line(((port, head.height), (port, top)), has_arrow=False),
        *lane.at(port - lane.port, top),
        Line(
            (
                (port, bottom),
                (port, bottom + GAP / 2),
                (0, bottom + GAP / 2),
                (0, middle),
                (port - head.port, middle),
            ),
            is_back=True,
        ),
        Line(
            (
                (port - head.port + head.width, middle),
                (out, middle),
                (out, bottom + GAP),
                (port, bottom + GAP),
            ),
            has_arrow=False,
        ),
    )
    return Block(out, bottom + GAP, port, shapes)
