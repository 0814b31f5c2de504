"""Work put to an organization's part, or to the incident: wait until it is settled there, or take it back."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from playbooks.cacao.next_step import ActionDue, Due
    from playbooks.domain.ids import OrganizationCode
    from workflows.activities.recording import WordsFrom
    from workflows.messages import Wanted, WantedOf
    from workflows.playbook.answering import Done
    from workflows.playbook.occasions import part_of
    from workflows.playbook.run import Run
    from workflows.playbook.work import AskWork, CommandWork, TaskWork, told_by
    from workflows.recording import ask_workflow

_ANSWERED = (
    "approved",
    "rejected",
    "answered",
    "expired",
    "carried",
    "not_carried",
    "no_quorum",
    "signed",
    "unsigned",
)
"""How a consultation ends that could be held; whether that is good is for the playbook's conditions to say."""


async def do_task(run: Run, due: Due, work: TaskWork, occasion: str) -> Done:
    """A task of one organization; who takes no part does nothing."""
    words = run.words(due, work.commands).model_copy(update={"asks": work.meanings})
    wanted = Wanted(command=run.command("task.add", occasion, work.args), words=words)
    if occasion not in run.settled:
        run.asked[occasion] = (work.organization, wanted.words)
    if not await _was_put(run, WantedOf(wanted=wanted, organization=work.organization), occasion):
        return Done(succeeded=False)
    settled = await run.settlement(occasion)
    is_done = settled.status == "done"
    return Done(succeeded=is_done, acted=is_done, answer=settled.answer, given=settled.given)


async def do_ask(run: Run, due: Due, work: AskWork, occasion: str) -> Done:
    """A consultation of several organizations."""
    return await asked(run, run.words(due), work, occasion)


async def asked(run: Run, words: WordsFrom, work: AskWork, occasion: str) -> Done:
    """A consultation in these words, to its end."""
    wanted = Wanted(command=run.command("ask", occasion, work.args), words=words)
    if occasion not in run.settled:
        run.asked[occasion] = (None, words)
    if not await _was_put(run, WantedOf(wanted=wanted), occasion):
        return Done(succeeded=False)
    settled = await run.settlement(occasion)
    return Done(succeeded=settled.status in _ANSWERED, answer=settled.status, counts=settled.counts)


async def do_command(run: Run, due: ActionDue, work: CommandWork, occasion: str) -> Done:
    """A command that the incident judges, in the words of the step; done when what it asks for has come about."""
    playbook = run.contents.playbooks[run.content_of(due)]
    told = told_by(playbook, due, run.situation)
    sources = dict.fromkeys(code for codes in told.values() for code in codes)
    found = {"run": run.id, "steps": list(told), "sources": list(sources)} if told else {}
    args = {**work.args, **found, "asked_by": run.asked_by}
    words = run.words(due)
    wanted = Wanted(command=run.command(work.verb, occasion, args), words=words)
    if occasion not in run.settled:
        run.asked[occasion] = (None, words)
    if not await _was_put(run, WantedOf(wanted=wanted), occasion):
        return Done(succeeded=False)
    is_done = (await run.settlement(occasion)).status == "done"
    return Done(succeeded=is_done, acted=is_done)


async def withdraw(run: Run, occasion: str, organization: OrganizationCode | None, words: WordsFrom) -> None:
    """The step no longer wants what it asked for: its task leaves people's lists, its question is closed."""
    if occasion in run.putting:
        await run.putting.pop(occasion)
    verb = "ask.withdraw" if organization is None else "task.withdraw"
    command = run.command(verb, part_of(occasion, "withdraw"), {})
    wanted = Wanted(
        command=command.model_copy(update={"args": {"origin": run.origin(occasion)}}),
        words=words.model_copy(update={"name_only": True}),
    )
    await _was_put(run, WantedOf(wanted=wanted, organization=organization), f"withdraw/{occasion}")


async def _was_put(run: Run, wanted: WantedOf, occasion: str) -> bool:
    """False where whoever it was for takes no part.

    Once begun it is put to its end, also for a step that is stopped meanwhile: what is taken back must be there first.
    """
    putting = run.putting[occasion] = asyncio.create_task(_put(wanted, occasion))
    was_put = await asyncio.shield(putting)
    del run.putting[occasion]
    return was_put


async def _put(wanted: WantedOf, occasion: str) -> bool:
    try:
        await ask_workflow(wanted, occasion)
    except ActivityError:
        return False
    return True
