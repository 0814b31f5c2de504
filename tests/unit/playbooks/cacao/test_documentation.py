"""What docs/playbooks.md shows and states is so."""

import re
from pathlib import Path

from playbooks.cacao import limits
from playbooks.cacao.extension import ACTIONS, EXTENSION_ID, AgentNotes, StepNotes
from playbooks.cacao.finding import Verdict
from playbooks.cacao.shorthand.words import COMMANDS
from tests.unit.playbooks.cacao.samples import reading

PAGE = (Path(__file__).parents[4] / "docs" / "playbooks.md").read_text(encoding="utf-8")


def test_the_example_is_a_playbook() -> None:
    example = re.search(r"\n(    playbook: .*?)\n\n\* ", PAGE, re.DOTALL)
    assert example is not None
    text = "".join(f"{line[4:]}\n" for line in example.group(1).splitlines())
    assert reading(text).verdict is Verdict.OK, reading(text).findings


def test_every_action_is_in_the_table_with_its_arguments() -> None:
    for name, form in ACTIONS.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        for argument in (*form.needs, *form.takes):
            assert argument in row


def test_every_property_of_the_extension_is_stated() -> None:
    assert EXTENSION_ID in PAGE
    for name in (*AgentNotes.model_fields, *StepNotes.model_fields):
        assert f"| `{name}` |" in PAGE


def test_every_word_for_a_command_is_named() -> None:
    for word in COMMANDS:
        assert f"`{word}`" in PAGE


def test_the_limits_are_the_ones_in_force() -> None:
    for count in (limits.STEPS, limits.BRANCHES, limits.ROUNDS, limits.EXECUTIONS):
        assert f"{count:,}" in PAGE
    assert f"{limits.JSON_BYTES // 2**20} MiB of JSON or {limits.YAML_BYTES // 2**20} MiB of YAML" in PAGE
    assert f"{limits.DEPTH} values deep" in PAGE
