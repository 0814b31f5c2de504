"""An action step: somebody asked where it may do harm, then its work done."""

import asyncio
from itertools import groupby

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.cacao.next_step import ActionDue, Outcome, Result
    from workflows.playbook.answering import Done, combined
    from workflows.playbook.doing.approval import is_agreed
    from workflows.playbook.doing.effect import do_effect
    from workflows.playbook.doing.wanted import do_ask, do_command, do_task
    from workflows.playbook.occasions import part_of
    from workflows.playbook.run import Run
    from workflows.playbook.work import AskWork, CommandWork, EffectWork, TaskWork, Work, work_of


async def do_action(run: Run, due: ActionDue) -> Outcome:
    """Stage by stage, as long as all goes well: commands are run in the listed order (CACAO 2.0 §4.5)."""
    if not await is_agreed(run, due):
        return Outcome(result=Result.FAILURE, reason="not_approved")
    stages: list[list[Done]] = []
    works = enumerate(work_of(due, run.situation), start=1)
    for _stage, group in groupby(works, key=lambda each: each[1].stage):
        done = await asyncio.gather(
            *(_work(run, due, work, part_of(due.key, number)) for number, work in group)
        )
        stages.append(done)
        if not all(each.succeeded for each in done):
            break
    return combined(due, stages)


async def _work(run: Run, due: ActionDue, work: Work, occasion: str) -> Done:
    match work:
        case TaskWork():
            return await do_task(run, due, work, occasion)
        case EffectWork():
            return await do_effect(run, due, run.started(due), work, occasion)
        case AskWork():
            return await do_ask(run, due, work, occasion)
        case CommandWork():
            return await do_command(run, due, work, occasion)
