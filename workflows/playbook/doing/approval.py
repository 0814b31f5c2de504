"""What waits for somebody's agreement: a step that may do harm, a playbook of high impact."""

import asyncio
from collections.abc import Coroutine, Iterable
from datetime import timedelta
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.approvals import FRESH_FROM
    from playbooks.cacao.extension import step_notes
    from playbooks.cacao.model import Playbook
    from playbooks.cacao.next_step import ActionDue, is_undo
    from playbooks.domain.consultation import Purpose
    from playbooks.domain.ids import OrganizationCode
    from workflows.activities.recording import WordsFrom
    from workflows.playbook.doing.wanted import asked
    from workflows.playbook.occasions import part_of
    from workflows.playbook.run import Run
    from workflows.playbook.work import AskWork, agents_organizations, approvals_needed

_PATIENCE = timedelta(hours=1)
"""An approval that nobody gave by then is none."""


async def is_agreed(run: Run, due: ActionDue) -> bool:
    """Whether each organization's own people agree to what is done on its machines; undoing asks nobody.

    One refusal ends it at once: the others' questions are withdrawn with the step.
    """
    if is_undo(due.key):
        return True
    organizations = agents_organizations(due.agent, run.situation)
    answers = [
        _agrees(run, code, needed, run.words(due), part_of(due.key, f"approval.{number}"))
        for number, code in enumerate(organizations, start=1)
        if (needed := approvals_needed(due, code))
    ]
    return not answers or await _all(answers)


async def _all(answers: Iterable[Coroutine[Any, Any, bool]]) -> bool:
    """Whether every answer is yes, known with the first that is no."""
    asking = [asyncio.create_task(each) for each in answers]
    try:
        for answered in workflow.as_completed(asking):
            if not await answered:
                return False
    finally:
        for each in asking:
            each.cancel()
    return True


async def may_begin(run: Run) -> bool:
    """Whether the lead agrees to a playbook of high impact, or to one that runs such a playbook.

    A run that was ended meanwhile may go on to its end, where what it asked for is withdrawn.
    """
    contents = run.contents
    start = contents.playbooks[contents.main].workflow_start
    needed = max(_needed(playbook) for playbook in contents.playbooks.values())
    if not needed:
        return True
    words = WordsFrom(content=contents.main, step=start)
    run.beside[start] = None
    agreed = asyncio.create_task(
        _agrees(run, run.situation.incident.lead, needed, words, part_of(start, "approval"))
    )
    await workflow.wait_condition(lambda: agreed.done() or run.course.is_finished)
    del run.beside[start]
    if run.course.is_finished:
        agreed.cancel()
        return True
    return agreed.result()


def _needed(playbook: Playbook) -> int:
    return step_notes(playbook.workflow[playbook.workflow_start]).approvals


async def _agrees(
    run: Run, organization: OrganizationCode, needed: int, words: WordsFrom, occasion: str
) -> bool:
    work = AskWork(
        args={
            "purpose": Purpose.APPROVAL.value,
            "asked": [organization],
            "asked_by": run.asked_by,
            "deadline_minutes": _PATIENCE // timedelta(minutes=1),
            "needed": needed,
            "by_person": True,
            "fresh": needed >= FRESH_FROM,
        }
    )
    return (await asked(run, words, work, occasion)).answer == "approved"
