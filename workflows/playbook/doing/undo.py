"""Taking back a run that failed or was aborted: what says how it is undone, the latest first; the rest is told."""

import asyncio
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.follow_ups import follow_ups
    from playbooks.actions.remaining import remaining
    from playbooks.cacao.course import undo_course
    from playbooks.cacao.next_step import ActionDue, Outcome, Result
    from playbooks.domain.entry import Entry
    from playbooks.domain.kinds import Kind
    from workflows.activities.recording import WordsFrom
    from workflows.playbook.doing.action import do_action
    from workflows.playbook.run import Run
    from workflows.recording import now, perform, record

_PATIENCE = timedelta(days=1)
"""What nobody took back by then was not taken back; a step that is given less has less."""


async def take_back(run: Run) -> bool:
    """Undo one after the other; whether all of it was. What was not is a page to the lead, and the others go on."""
    for path, step_id in remaining(run.contents, run.course):
        words = WordsFrom(content=run.course.frames[path].content, step=step_id, name_only=True)
        await _tell(run, Kind.STEP_REMAIN, f"{path}/{step_id}", step_id, words)
    dues = undo_course(run.contents, run.course)
    run.beside |= {due.key: None for due in dues}
    undone = [await _undo(run, due) for due in dues]
    return all(undone)


async def _undo(run: Run, due: ActionDue) -> bool:
    words = run.words(due)
    began = run.entries.step(Kind.UNDO_START, due.key, now(), run.situation, step_id=due.step_id)
    await record(began, words)
    outcome = await _within(run, due)
    said = words.model_copy(update={"name_only": True})
    ended = run.entries.step(
        Kind.UNDO_SETTLE, due.key, now(), run.situation, step_id=due.step_id, outcome=outcome.result.value
    )
    await record(ended, said)
    if outcome.result is Result.SUCCESS:
        return True
    await _tell(run, Kind.UNDO_STUCK, due.key, due.step_id, said)
    return False


async def _within(run: Run, due: ActionDue) -> Outcome:
    try:
        async with asyncio.timeout(min(due.timeout, _PATIENCE).total_seconds()):
            return await do_action(run, due)
    except TimeoutError:
        return Outcome(result=Result.TIMEOUT)


async def _tell(run: Run, kind: Kind, key: str, step_id: str, words: WordsFrom) -> None:
    """Record it, and have it told: the rooms, and whoever is on call where it is stuck."""
    entry: Entry = run.entries.step(kind, key, now(), run.situation, step_id=step_id)
    entry = await record(entry, words)
    told = (perform(request) for request in follow_ups(entry, run.situation.incident))
    await asyncio.gather(*told)
