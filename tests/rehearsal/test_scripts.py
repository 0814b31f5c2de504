"""What people do by a script is what the report tells, to the minute."""

from datetime import timedelta

import pytest

from bot.rehearsal.telling import told
from bot.rehearsal.theatre import Rehearses
from playbooks.cacao.reading import read
from playbooks.rehearsal.report import AskedKind, ClockKind, Ending, Report
from playbooks.rehearsal.script import read_script
from playbooks.texts import load_texts

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOUR = 3_600_000
SMALL = b"""
playbook: Small
types: [investigation]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]

variables:
  found: {type: bool, description: Was anything found?}
  affected: {type: integer}

agents:
  lead organization: {organization: lead}
  each organization: {organization: each}
  other organizations: {organization: others}

steps:
  - step: Look
    task: Look at the files.
    by: lead organization
    answers: found
    function: cyber
    due: 2 hours

  - step: Wait a day
    delay: 1 day
    task: Look again.
    by: lead organization
    function: cyber
    timeout: 3 hours

  - step: Was anything found?
    if: found = true
    then:
      - step: Ask all
        consult: {purpose: status_call, question: Do you see it too?, within: 4 hours}
        by: each organization
        answers: affected
      - step: Tell all
        announce: {message: We found something.}
        by: each organization
    else:
      - step: Be glad
        task: Be glad.
        by: lead organization
"""


async def rehearsed(stage: Rehearses, script: str) -> Report:
    playbook = read(SMALL).playbook
    assert playbook is not None
    return await stage.rehearse(SMALL, playbook, read_script(script, playbook))


def names(report: Report) -> list[str]:
    return [passed.name for passed in report.path]


async def test_days_pass_and_each_step_has_its_time(stage: Rehearses) -> None:
    report = await rehearsed(stage, "steps: {Look: {takes: 1 hour}, Wait a day: {takes: 90 minutes}}")
    assert report.ending is Ending.SUCCESSFUL
    assert names(report) == ["Look", "Wait a day", "Ask all", "Tell all"]
    assert report.unreached == ("3b1 Be glad",)
    look, wait, *_ = report.path
    assert look.ended_ms is not None
    assert HOUR <= look.ended_ms < HOUR + 60_000
    assert 25 * HOUR <= wait.began_ms < 25 * HOUR + 60_000
    assert report.effects["message.post"] > 3


async def test_the_other_branch_is_taken_when_the_script_answers_otherwise(stage: Rehearses) -> None:
    report = await rehearsed(stage, "steps: {Look: false}")
    assert names(report) == ["Look", "Wait a day", "Be glad"]
    assert report.asked[0].chosen == {"UNHCR": "false"}


async def test_every_clock_that_runs_out_is_told(stage: Rehearses) -> None:
    script = "steps: {Look: {takes: 150%}, Ask all: {WFP: nothing, UNICC: affected}}"
    report = await rehearsed(stage, script)
    assert [(clock.kind, clock.name, clock.organization) for clock in report.clocks] == [
        (ClockKind.TASK, "Look", "UNHCR"),
        (ClockKind.CONSULTATION, "Ask all", "WFP"),
    ]
    assert report.asked[1].chosen == {"UNHCR": "affected", "UNICC": "affected"}
    assert "the time to answer “Ask all” was over; missing: WFP" in told(report, load_texts(), timedelta())


async def test_a_failure_that_nothing_handles_is_the_commanders_and_the_report_says_so(
    stage: Rehearses,
) -> None:
    report = await rehearsed(stage, "steps: {Look: decline}")
    assert (report.ending, report.outcome) == (Ending.UNDONE, "failed")
    decision = report.asked[-1]
    assert (decision.kind, decision.name, decision.chosen) == (
        AskedKind.DECISION,
        "Look",
        {"UNHCR": "failure"},
    )
    assert (
        await rehearsed(stage, "steps: {Look: {does: decline, decision: skip}}")
    ).ending is Ending.SUCCESSFUL


async def test_an_effect_that_the_script_lets_fail_comes_to_nothing(stage: Rehearses) -> None:
    report = await rehearsed(stage, "steps: {Tell all: decline}")
    assert report.outcome == "failed"
    assert set(report.failed_effects) == {f"message.post ({code}/chat)" for code in ("unhcr", "wfp", "unicc")}


async def test_a_run_that_nothing_moves_any_more_is_stuck_and_says_what_it_waits_for(
    stage: Rehearses,
) -> None:
    report = await rehearsed(stage, "steps: {Look: {does: decline, decision: never}}")
    assert report.ending is Ending.STUCK
    assert report.waiting == ("Look (UNHCR)",)
    assert report.took_ms == 0
