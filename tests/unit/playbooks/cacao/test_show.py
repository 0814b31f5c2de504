"""A playbook shown to people."""

import re
from collections.abc import Callable

import pytest

from playbooks.actions.approvals import as_asked
from playbooks.cacao.model import Playbook
from playbooks.cacao.reading import read
from playbooks.cacao.show import as_markdown, as_mermaid, as_svg, as_text, outline
from playbooks.cacao.show.markdown import escaped as in_markdown
from playbooks.cacao.show.mermaid import escaped as in_mermaid
from playbooks.domain.tongue import Tongue, speaking
from playbooks.library import NAMES, approvals, shipped
from tests.unit.playbooks.cacao.samples import BLOCK, GOOD, LOOK, playbook


def of(name: str) -> Playbook:
    found = shipped(name).playbook
    assert found is not None
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_step_with_work_is_shown_once(name: str) -> None:
    book = of(name)
    for label in (step.name for step in book.workflow.values() if step.type not in ("start", "end")):
        assert label is not None
        lines = [
            line
            for line in as_text(book).splitlines()
            if re.match(rf" *\d[\da-z-]*\. {re.escape(label)}( \(|$)", line)
        ]
        assert len(lines) == 1, label
        assert in_markdown(label) in as_markdown(book)
        assert f'"{in_mermaid(label)}' in as_mermaid(book)


def test_text_reads_like_a_plan() -> None:
    assert "1. Look the address up (analysts)" in as_text(playbook(GOOD))
    assert "   Look up <address>" in as_text(playbook(GOOD))
    assert "   If is_bad = true" in as_text(playbook(GOOD))
    assert "2a1. Block the address" in as_text(playbook(GOOD))


def test_marks_say_how_far_a_run_has_come() -> None:
    assert "1. [done] Look the address up" in as_text(playbook(GOOD), {LOOK: "done"})
    assert "- [x] **1 Look the address up** *(done)*" in as_markdown(playbook(GOOD), {LOOK: "done"})
    graph = as_mermaid(playbook(GOOD), {LOOK: "done", BLOCK: "failed"})
    assert "class s1 done" in graph
    assert "class s3 failed" in graph


def test_the_graph_has_a_shape_for_each_type_of_step() -> None:
    lines = as_mermaid(playbook(GOOD)).splitlines()
    assert lines[0] == "flowchart TD"
    assert '    s0(("start"))' in lines
    assert any(line.startswith('    s2{"Is it bad?') for line in lines)
    assert '    s2 -->|"then"| s3' in lines


@pytest.mark.parametrize(
    "name", ['"]; click s0 href "x', "<script>", "a\n\n# b", "`x`", "[a](b)", "%%{init}%%", "end"]
)
def test_no_name_becomes_syntax(name: str) -> None:
    book = playbook(GOOD).model_copy(update={"name": name})
    book = book.model_copy(
        update={"workflow": {**book.workflow, LOOK: book.workflow[LOOK].model_copy(update={"name": name})}}
    )
    assert len(as_mermaid(book).splitlines()) == len(as_mermaid(playbook(GOOD)).splitlines())
    assert len(as_markdown(book).splitlines()) == len(as_markdown(playbook(GOOD)).splitlines())
    for character in '"<>`[]{}':
        assert character not in in_mermaid(name)
    assert "\n" not in in_markdown(name)


def test_an_outline_numbers_branches_by_letter() -> None:
    first, second = outline(playbook(GOOD))
    assert (first.number, second.number, second.branches[0][1][0].number) == ("1", "2", "2a1")


ISOLATES = b"""
playbook: Isolate
types: [mitigation]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
agents:
  console: {type: group}
steps:
  - step: Cut it off
    task: Cut it off.
    by: console
    approvals: 2
    undo: [{type: manual, command: Connect it again.}]
"""


@pytest.mark.parametrize("shown", [as_text, as_markdown, as_mermaid, as_svg])
def test_every_form_says_how_many_must_agree_and_that_it_can_be_undone(
    shown: Callable[[Playbook], str],
) -> None:
    playbook = read(ISOLATES).playbook
    assert playbook is not None
    said = shown(playbook)
    assert "after 2 approvals" in said
    assert "can be undone" in said or "To undo: Connect it again." in said


@pytest.mark.parametrize("shown", [as_text, as_markdown, as_mermaid, as_svg])
def test_every_form_says_that_a_playbook_of_high_impact_waits_before_it_begins(
    shown: Callable[[Playbook], str],
) -> None:
    playbook = read(ISOLATES.replace(b"markings:", b"impact: 80\nmarkings:")).playbook
    assert playbook is not None
    assert "begins after" not in shown(playbook)
    assert "begins after 1 approval" in shown(as_asked(playbook, approvals()))


@pytest.mark.parametrize("shown", [as_text, as_markdown, as_svg])
@pytest.mark.parametrize(("language", "said"), [("fr", "Seulement en cas d"), ("es", "Solo si algo falla")])
def test_what_is_not_the_playbooks_own_is_said_in_the_readers_language(
    shown: Callable[[Playbook], str], language: str, said: str
) -> None:
    assert "Only if something fails" in shown(of("phishing"))
    with speaking(Tongue(language=language)):
        assert said in shown(of("phishing"))
        assert "due in" not in shown(of("phishing"))


def test_a_question_is_not_told_twice() -> None:
    said = as_text(of("phishing"))
    assert said.count("Is it phishing?") == 2, "in the task, and as the name of what decides"
    assert "Answer is_phishing." in said
