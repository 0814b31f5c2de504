"""The picture of a playbook: everything in it once, nothing over anything else, and told without colour too."""

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from playbooks.cacao.model import Playbook
from playbooks.cacao.show import as_svg
from playbooks.cacao.show.picture import STYLE, Picture, picture
from playbooks.cacao.show.picture.shapes import Heading, Lane, Line, Node
from playbooks.domain.tongue import Tongue, speaking
from playbooks.library import NAMES, shipped
from playbooks.texts import load_texts
from playbooks.texts.wording import label
from tests.unit.playbooks.cacao.samples import BLOCK, GOOD, IF, LOOK, playbook, steps

SVG = "{http://www.w3.org/2000/svg}"
WORDS = ("done", "running", "waiting", "failed", "skipped", "withdrawn")

ODD = """
  - step: A while whose lane is wider than itself
    while: ok = true
    do:
      - step: Both
        parallel:
          - [{step: A, task: a, by: responder}]
          - [{step: B, task: b, by: responder}]
  - step: Nothing in either
    if: ok = true
    then: []
  - step: By kind
    switch: kind
    cases:
      a very long name of a case that nobody would have thought of writing down: [{step: C, task: c, by: responder}]
      other: []
"""


def of(name: str) -> Playbook:
    found = shipped(name).playbook
    assert found is not None
    return found


PLAYBOOKS = {
    **{name: of(name) for name in NAMES},
    "the good one": playbook(GOOD),
    "an odd one": steps(ODD, variables="{ok: bool, kind: string}"),
}


def nodes(made: Picture) -> list[Node]:
    return [shape for shape in made.shapes if isinstance(shape, Node)]


def overlap(one: Node | Lane, other: Node | Lane) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def within(inner: Node | Lane, outer: Lane) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_every_step_stands_in_it_once_with_its_number(name: str) -> None:
    book = PLAYBOOKS[name]
    drawn = [node for node in nodes(picture(book)) if node.step_id]
    assert sorted(node.step_id for node in drawn) == sorted(
        identifier for identifier, step in book.workflow.items() if step.type not in ("start", "end")
    )
    assert len({node.number for node in drawn}) == len(drawn)


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_nothing_stands_over_anything_else(name: str) -> None:
    made = picture(PLAYBOOKS[name])
    assert not [pair for pair in combinations(nodes(made), 2) if overlap(*pair)]
    lanes = [shape for shape in made.shapes if isinstance(shape, Lane)]
    for lane in lanes:
        others: list[Node | Lane] = [*lanes, *nodes(made)]
        for other in others:
            apart = not overlap(lane, other)
            assert apart or within(other, lane) or (isinstance(other, Lane) and within(lane, other))


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_everything_is_within_the_picture(name: str) -> None:
    made = picture(PLAYBOOKS[name])
    for shape in made.shapes:
        points = shape.points if isinstance(shape, Line) else [(shape.x, shape.y)]
        if isinstance(shape, Node | Lane):
            points = [*points, (shape.x + shape.width, shape.y + shape.height)]
        for x, y in points:
            assert 0 <= x <= made.width
            assert 0 <= y <= made.height


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_no_line_goes_through_a_step(name: str) -> None:
    made = picture(PLAYBOOKS[name])
    for line in (shape for shape in made.shapes if isinstance(shape, Line)):
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
            for node in nodes(made):
                inside = min(x1, x2) < node.x + node.width - 1 and max(x1, x2) > node.x + 1
                assert not (inside and min(y1, y2) < node.y + node.height - 1 and max(y1, y2) > node.y + 1)


def test_a_standing_is_told_by_word_sign_line_and_colour() -> None:
    signs = []
    for word in WORDS:
        said = label(load_texts(), "standing", word)
        root = ET.fromstring(as_svg(playbook(GOOD), {LOOK: word}))  # noqa: S314  our own
        (group,) = [each for each in root.iter(f"{SVG}g") if each.get("class") == f"step {word} action"]
        assert [text.text for text in group.iter(f"{SVG}text") if text.get("class") == "word"] == [said]
        signs += [path.get("d") for path in group.iter(f"{SVG}path") if path.get("class") == "sign"]
        assert f"1 {said}" in (root.get("aria-label") or "")
        assert re.search(rf"\.{word} \.form[^{{]*{{[^}}]*stroke-(width|dasharray)", STYLE), word
    assert len({*signs}) == len(WORDS)


def test_what_is_not_reached_has_no_standing() -> None:
    svg = as_svg(playbook(GOOD), {LOOK: "not_reached"})
    assert "not_reached" not in svg
    assert 'class="word"' not in svg


def test_each_type_of_step_has_a_form_of_its_own() -> None:
    forms = {node.step_id: node for node in nodes(picture(playbook(GOOD)))}
    assert (forms[IF].kind, forms[BLOCK].kind) == ("if-condition", "action")
    assert 'class="form" d="M' in as_svg(playbook(GOOD))


def test_a_failures_way_is_named_by_number() -> None:
    texts = " ".join(note for node in nodes(picture(of("notify-and-chase"))) for note in node.notes)
    assert "if it fails: 4 Tell them by telephone" in texts.replace("  ", " ")
    headings = [
        shape.text for shape in picture(of("hybrid-cyberattack")).shapes if isinstance(shape, Heading)
    ]
    assert headings == ["Hybrid cyberattack", "Only if something fails"]


def test_it_is_drawn_in_the_readers_language_with_its_signs_where_they_belong() -> None:
    with speaking(Tongue(language="fr")):
        made, drawn = picture(of("ransomware")), as_svg(of("ransomware"), {})
    lines = [line for node in nodes(made) for line in (*node.title, *node.notes)]
    assert not [line for line in lines if re.match(r"[?:;!»]", line)], "no sign begins a line"
    assert not re.findall(r"[a-zé]: ", " ".join(lines)), "a colon has its space before it"
    assert "Activate" not in drawn


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><a href="x', "]]>", "\x00\x1b\u202e\ufffe", "&amp;"]
)
def test_no_name_becomes_markup(name: str) -> None:
    book = playbook(GOOD)
    step = book.workflow[LOOK].model_copy(update={"name": name})
    book = book.model_copy(update={"name": name, "workflow": {**book.workflow, LOOK: step}})
    root = ET.fromstring(as_svg(book))  # noqa: S314  our own
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "style", "g", "path", "rect", "circle", "text"}


def test_a_page_under_a_strict_policy_can_carry_it() -> None:
    assert " style=" not in as_svg(of("ransomware"))
    assert "@import" not in STYLE
    assert "url(" not in STYLE
