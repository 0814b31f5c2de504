"""Questions to the incident commander: a condition that no machine decides, a failure that nothing handles."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.cacao.next_step import DecisionDue, Outcome, QuestionDue, Result
    from playbooks.domain.function import Function
    from workflows.playbook.doing.wanted import do_task
    from workflows.playbook.occasions import part_of
    from workflows.playbook.run import Run
    from workflows.playbook.work import TaskWork

_DECISIONS = (Result.RETRY.value, Result.SKIP.value, Result.FAILURE.value)


async def do_question(run: Run, due: QuestionDue) -> Outcome:
    """The answer to a condition."""
    return Outcome(answer=await _ask_commander(run, due, due.choices))


async def do_decision(run: Run, due: DecisionDue) -> Outcome:
    """What becomes of a step that failed."""
    return Outcome(result=Result(await _ask_commander(run, due, _DECISIONS)))


async def _ask_commander(run: Run, due: QuestionDue | DecisionDue, choices: tuple[str, ...]) -> str:
    """A task for the lead that is finished by choosing."""
    lead = run.situation.incident.lead
    args = {
        "organization": lead,
        "function": Function.COORDINATION.value,
        "owner": run.situation.commander,
        "answers": list(choices),
    }
    done = await do_task(run, due, TaskWork(organization=lead, args=args), part_of(due.key, 1))
    return done.answer if done.succeeded else choices[-1]
