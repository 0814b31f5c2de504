"""A step that runs a playbook nobody here knows: a task for the incident commander, like any that no machine can do."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.cacao.next_step import Outcome, Result, SubPlaybookDue
    from playbooks.domain.function import Function
    from workflows.playbook.doing.wanted import do_task
    from workflows.playbook.occasions import part_of
    from workflows.playbook.run import Run
    from workflows.playbook.work import TaskWork


async def do_unknown_playbook(run: Run, due: SubPlaybookDue) -> Outcome:
    """The outcome of what people did in its place."""
    lead = run.situation.incident.lead
    function = due.notes.function or Function.COORDINATION
    args = {"organization": lead, "function": function.value, "owner": run.situation.commander}
    done = await do_task(run, due, TaskWork(organization=lead, args=args), part_of(due.key, 1))
    return Outcome() if done.succeeded else Outcome(result=Result.FAILURE, reason="work_failed")
