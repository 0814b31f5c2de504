"""How many must agree: by the level of an act, by a playbook's impact, and never fewer than its author asks."""

from pathlib import Path
from typing import Any

import pytest

from bot.approval_rule import read_approvals, with_executors
from playbooks import library
from playbooks.actions.action import Level
from playbooks.actions.approvals import ApprovalRule, as_asked, level_of
from playbooks.actions.registry import find_action
from playbooks.actions.requests import action_of, executors_of
from playbooks.cacao.extension import DEFINITION, EXTENSION_ID, step_notes
from playbooks.cacao.model import Command
from playbooks.cacao.model.step import ActionStep
from playbooks.cacao.show import as_markdown, as_text
from playbooks.domain.connection import Connection
from playbooks.domain.errors import Malformed
from tests.unit.playbooks.cacao.samples import BLOCK, LOOK, changed, playbook
from workflows.playbook.skeleton import skeleton

RULE = library.approvals()


def step(type: str, command: str) -> ActionStep:
    return ActionStep(type="action", commands=(Command(type=type, command=command),))


@pytest.mark.parametrize(
    ("command", "action", "level", "persons"),
    [
        ("GET /hosts HTTP/1.1", "http.read", Level.ROUTINE, 0),
        ("HEAD /hosts HTTP/1.1", "http.read", Level.ROUTINE, 0),
        ("PUT /hosts/7 HTTP/1.1", "http.set", Level.CONTAINMENT, 1),
        ("POST /hosts/7 HTTP/1.1", "http.act", Level.CONTAINMENT, 1),
        ("PATCH /hosts/7 HTTP/1.1", "http.act", Level.CONTAINMENT, 1),
        ("DELETE /hosts/7 HTTP/1.1", "http.delete", Level.DESTRUCTIVE, 2),
        ("BREW /pot HTTP/1.1", None, Level.ROUTINE, 0),
        ("look at it", None, Level.ROUTINE, 0),
    ],
)
def test_the_method_says_which_act_it_is_and_so_who_must_agree(
    command: str, action: str | None, level: Level, persons: int
) -> None:
    assert action_of(Command(type="http-api", command=command)) == action
    assert level_of(step("http-api", command)) is level
    assert RULE.before_step(step("http-api", command)) == persons


def test_openc2_acts_and_is_posted() -> None:
    assert RULE.before_step(step("openc2-http", "POST /.well-known/openc2 HTTP/1.1")) == 1
    assert action_of(Command(type="openc2-http", command="GET /.well-known/openc2 HTTP/1.1")) is None


def test_what_may_be_repeated_is_tried_more_often_and_asks_as_many() -> None:
    command = Command(type="http-api", command="POST /search HTTP/1.1")
    assert action_of(command, repeatable=True) == "http.repeat"
    assert find_action("http.repeat").level.may_repeat
    assert RULE.before_step(step("http-api", "POST /search HTTP/1.1")) == 1


@pytest.mark.parametrize("type", ["manual", "ssh", "bash", "powershell", "muster"])
def test_what_people_do_is_theirs_to_weigh(type: str) -> None:
    assert RULE.before_step(step(type, "DELETE /hosts/7 HTTP/1.1")) == 0


@pytest.mark.parametrize(("impact", "persons"), [(None, 0), (0, 0), (1, 0), (69, 0), (70, 1), (100, 1)])
def test_a_playbook_of_high_impact_waits_before_it_begins(impact: int | None, persons: int) -> None:
    assert RULE.before_playbook(impact) == persons


def test_undefined_impact_is_a_number_of_its_own() -> None:
    careful = ApprovalRule(undefined_impact=1)
    assert [careful.before_playbook(impact) for impact in (None, 0, 10)] == [1, 1, 0]


def test_a_run_carries_what_the_rule_said_when_it_was_started() -> None:
    written = changed(lambda document: document.update(impact=90))
    bare = skeleton(playbook(written), RULE)
    assert step_notes(bare.workflow[bare.workflow_start]).approvals == 1
    assert step_notes(bare.workflow[BLOCK]).approvals == 1
    assert step_notes(bare.workflow[LOOK]).approvals == 0


def test_an_author_may_ask_for_more_and_never_for_fewer() -> None:
    def notes(count: int) -> Any:
        def change(document: Any) -> None:
            document["extension_definitions"] = {EXTENSION_ID: DEFINITION}
            document["workflow"][BLOCK]["step_extensions"] = {EXTENSION_ID: {"approvals": count}}

        return change

    counts = [
        step_notes(skeleton(playbook(changed(notes(count))), RULE).workflow[BLOCK]).approvals
        for count in (0, 1, 2)
    ]
    assert counts == [1, 1, 2]


def test_a_playbook_is_shown_with_the_approvals_that_are_asked_here() -> None:
    written = playbook(changed(lambda document: document.update(impact=90)))
    assert "approval" not in as_text(written)
    shown, told = as_text(as_asked(written, RULE)), as_markdown(as_asked(written, RULE))
    assert "begins after 1 approval" in shown
    assert "begins after 1 approval" in told
    (blocking,) = (line for line in shown.splitlines() if "Block" in line and "after 1 approval" in line)
    assert blocking
    assert "after 2 approvals" in as_text(as_asked(written, ApprovalRule(levels={Level.CONTAINMENT: 2})))
    assert as_asked(written, ApprovalRule()) == written


class TestFile:
    def test_an_installation_states_its_own(self, tmp_path: Path) -> None:
        (tmp_path / "approvals.yaml").write_text("levels: {routine: 1}\nimpact: 10\n", "utf-8")
        assert read_approvals(tmp_path / "approvals.yaml").levels == {Level.ROUTINE: 1}
        assert read_approvals(None) == RULE

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("levels: {containment: 3}", "levels.containment"),
            ("levels: {harmless: 1}", "levels.harmless"),
            ("impact: 0", "impact"),
            ("impact: high", "impact"),
            ("inpact: 70", "inpact"),
            ("- 1", "the top"),
            ("levels: [", "no YAML text"),
        ],
    )
    def test_each_fault_is_one_clear_sentence(self, tmp_path: Path, text: str, said: str) -> None:
        (tmp_path / "approvals.yaml").write_text(text, "utf-8")
        with pytest.raises(Malformed, match=said) as raised:
            read_approvals(tmp_path / "approvals.yaml")
        assert "\n" not in raised.value.sentence

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(Malformed, match="cannot be read"):
            read_approvals(tmp_path / "none.yaml")


EXECUTING = with_executors(
    RULE,
    (
        Connection.model_validate(
            {
                "id": "wfp/executor",
                "organization": "WFP",
                "vendor": "http",
                "ceiling": "TLP:AMBER",
                "executes": ["ssh"],
            }
        ),
    ),
)


class TestExecutors:
    def test_code_that_a_machine_runs_is_known_to_a_run_with_who_runs_it_and_without_its_words(self) -> None:
        executed = EXECUTING.executed(Command(type="ssh", command="reboot"))
        assert executed is not None
        assert (executed.text, executors_of(executed)) == ("", {"WFP": "executor"})
        assert executed.arguments["approvals"] == 1
        assert action_of(executed) == "code.execute"
        assert level_of(ActionStep(type="action", commands=(executed,))) is Level.CONTAINMENT

    @pytest.mark.parametrize("type", ["bash", "manual", "muster", "http-api"])
    def test_what_no_executor_runs_stays_what_it_was(self, type: str) -> None:
        assert EXECUTING.executed(Command(type=type, command="reboot")) is None

    def test_a_playbook_cannot_say_itself_who_runs_its_code(self) -> None:
        def change(document: Any) -> None:
            document["workflow"][BLOCK]["commands"] = [
                {"type": "bash", "command": "x", "arguments": {"executors": {"WFP": "executor"}}}
            ]

        block = skeleton(playbook(changed(change)), EXECUTING).workflow[BLOCK]
        assert isinstance(block, ActionStep)
        assert [executors_of(each) for each in block.commands] == [{}]

    def test_the_approvals_file_does_not_say_who_executes(self, tmp_path: Path) -> None:
        (tmp_path / "approvals.yaml").write_text("executors: {WFP: {ssh: executor}}", "utf-8")
        with pytest.raises(Malformed, match="connections file"):
            read_approvals(tmp_path / "approvals.yaml")
