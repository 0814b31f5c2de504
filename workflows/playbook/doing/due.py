"""Whatever is due, to its outcome: which kind is carried out by which file."""

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.cacao.next_step import (
        ActionDue,
        DeadlineDue,
        DecisionDue,
        DelayDue,
        Due,
        Outcome,
        QuestionDue,
        Result,
        SubPlaybookDue,
    )
    from workflows.playbook.doing.action import do_action
    from workflows.playbook.doing.question import do_decision, do_question
    from workflows.playbook.run import Run


async def outcome_of(run: Run, due: Due) -> Outcome:
    """Carry out what is due; `timeout` when its time has passed. Cancelled when it is withdrawn."""
    timeout = None if isinstance(due, DelayDue | DecisionDue) else due.timeout.total_seconds()
    try:
        async with asyncio.timeout(timeout):
            return await _done(run, due)
    except TimeoutError:
        return Outcome(result=Result.TIMEOUT)


async def _done(run: Run, due: Due) -> Outcome:
    match due:
        case ActionDue():
            return await do_action(run, due)
        case DelayDue():
            await asyncio.sleep(due.delay.total_seconds())
            return Outcome()
        case DeadlineDue():
            await workflow.wait_condition(lambda: False)
            return Outcome(result=Result.TIMEOUT)
        case QuestionDue():
            return await do_question(run, due)
        case DecisionDue():
            return await do_decision(run, due)
        case SubPlaybookDue():
            return Outcome(result=Result.FAILURE, reason="sub_playbook")
