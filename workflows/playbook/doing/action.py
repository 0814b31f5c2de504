"""An action step: its beginning recorded, somebody asked where it may do harm, its work done, its end recorded."""

import asyncio
from itertools import groupby

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.cacao.next_step import ActionDue, Outcome, Result
    from playbooks.domain.entry import Entry
    from playbooks.domain.kinds import Kind
    from workflows.playbook.doing.approval import is_agreed
    from workflows.playbook.doing.effect import do_effect
    from workflows.playbook.doing.wanted import do_ask, do_task
    from workflows.playbook.run import Run
    from workflows.playbook.work import AskWork, Done, EffectWork, TaskWork, Work, combined, work_of
    from workflows.recording import now, record


async def do_action(run: Run, due: ActionDue) -> Outcome:
    """The outcome of a step's commands."""
    started = run.entries.step(Kind.STEP_START, due.key, now(), run.situation, step_id=due.step_id)
    started = await record(started, run.words(due))
    outcome = await _carried_out(run, due, started)
    ended = run.entries.step(Kind.STEP_SETTLE, due.key, now(), run.situation, outcome=outcome.result.value)
    await record(ended, run.words(due).model_copy(update={"name_only": True}))
    return outcome


async def _carried_out(run: Run, due: ActionDue, started: Entry) -> Outcome:
    """Stage by stage, as long as all goes well: commands are run in the listed order (CACAO 2.0 §4.5)."""
    if not await is_agreed(run, due):
        return Outcome(result=Result.FAILURE, reason="not_approved")
    done: list[Done] = []
    works = enumerate(work_of(due, run.situation), start=1)
    for _stage, group in groupby(works, key=lambda each: each[1].stage):
        done += await asyncio.gather(
            *(_work(run, due, started, work, f"{due.key}.{number}") for number, work in group)
        )
        if not all(each.succeeded for each in done):
            break
    return combined(due, done)


async def _work(run: Run, due: ActionDue, started: Entry, work: Work, occasion: str) -> Done:
    match work:
        case TaskWork():
            return await do_task(run, due, work, occasion)
        case EffectWork():
            return await do_effect(run, due, started, work, occasion)
        case AskWork():
            return await do_ask(run, due, work, occasion)
