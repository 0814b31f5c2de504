"""Exploring tries every branch and every single failure, and says which of them end badly."""

from collections import Counter

import pytest

from bot.rehearsal.explore import explore
from bot.rehearsal.telling import told_of_all
from bot.rehearsal.theatre import Rehearses
from playbooks.cacao.reading import read
from playbooks.rehearsal.exploring import Exploration, VariationKind
from playbooks.rehearsal.report import Ending
from playbooks.rehearsal.script import read_script
from playbooks.texts import load_texts

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

DOOR = b"""
playbook: Door
types: [mitigation]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
variables:
  open: {type: bool, description: Is the door open?}
agents:
  lead organization: {organization: lead}
steps:
  - {step: Look, task: Look., by: lead organization, answers: open}
  - step: Is it open?
    if: open = true
    then:
      - {step: Close it, task: Close the door., by: lead organization, undo: {task: Open the door again.}}
    else:
      - {step: Be glad, task: Be glad., by: lead organization, on_failure: Be sad}
  - {step: Go home, task: Go home., by: lead organization}
  - end
  - {step: Be sad, task: Be sad., by: lead organization, on_completion: Go home}
"""


async def explored(stage: Rehearses, script: str = "{}", at_most: int = 99) -> Exploration:
    playbook = read(DOOR).playbook
    assert playbook is not None
    told: list[int] = []
    found = await explore(
        stage,
        DOOR,
        playbook,
        read_script(script, playbook),
        at_most=at_most,
        progress=lambda done, _known: told.append(done),
    )
    assert told == list(range(1, len(found.tried) + 1))
    return found


async def test_every_branch_and_every_single_failure_is_tried_once(stage: Rehearses) -> None:
    found = await explored(stage)
    tried = Counter((each.variation.kind, each.variation.name, each.variation.option) for each in found.tried)
    assert set(tried.values()) == {1}
    assert set(tried) == {
        (VariationKind.FIRST, "", ""),
        (VariationKind.CHOICE, "Look", "false"),
        *((VariationKind.FAILURE, name, "") for name in ("Look", "Close it", "Go home", "Be glad")),
    }
    assert found.never_reached == ()
    assert found.is_sound


async def test_what_fails_is_told_with_what_it_leaves(stage: Rehearses) -> None:
    found = await explored(stage)
    failing = [each.variation.name for each in found.tried if each.report.outcome == "failed"]
    assert sorted(failing) == ["Close it", "Go home", "Look"]
    gone = next(each.report for each in found.tried if each.variation.name == "Go home")
    assert [(passed.name, passed.outcome) for passed in gone.path if passed.is_undo] == [
        ("Close it", "success")
    ]
    assert gone.ending is Ending.UNDONE
    handled = next(each for each in found.tried if each.variation.name == "Be glad")
    assert [passed.name for passed in handled.report.path] == ["Look", "Be glad", "Be sad", "Go home"]
    assert "if “Go home” fails" in told_of_all(found, load_texts())


async def test_a_playbook_in_which_somebody_never_decides_is_not_sound(stage: Rehearses) -> None:
    found = await explored(stage, "everybody: {decision: never}")
    stuck = [each.variation.name for each in found.ending(Ending.STUCK)]
    assert sorted(stuck) == ["Close it", "Go home", "Look"]
    assert not found.is_sound
    assert "if “Look” fails: Look (UNHCR)" in told_of_all(found, load_texts())


async def test_what_was_not_tried_any_more_is_said(stage: Rehearses) -> None:
    found = await explored(stage, at_most=2)
    assert (len(found.tried), found.untried) == (2, 4)
