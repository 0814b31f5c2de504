"""Effects that a step asks of the outside, through the one door."""

from hashlib import sha256

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.asking import WITHOUT_WORDS
    from playbooks.actions.effect import CommandAt, EffectRequest, OutcomeState, effect_id
    from playbooks.cacao.next_step import ActionDue, is_undo
    from playbooks.domain.entry import Entry
    from playbooks.ports.http import NOT_ALLOWED
    from workflows.playbook.answering import Done, heard_of
    from workflows.playbook.doing.wanted import do_task
    from workflows.playbook.run import Run
    from workflows.playbook.work import EffectWork
    from workflows.recording import now, perform

_A_PERSONS = ("not_connected", NOT_ALLOWED)


_LONGEST = 100
"""Signs of an occasion in an effect's id."""


async def do_effect(run: Run, due: ActionDue, started: Entry, work: EffectWork, occasion: str) -> Done:
    """One effect; its words are those of the entry with which the step began.

    What nobody connected, or the allow-list does not name, certainly did not happen: a person does it.
    """
    request = _request(run, due, started, work, occasion)
    outcome = await perform(request)
    if work.otherwise is not None and outcome.state is OutcomeState.FAILED and outcome.detail in _A_PERSONS:
        return await do_task(run, due, work.otherwise, f"{occasion}.task")
    acted = outcome.state in (OutcomeState.DONE, OutcomeState.UNKNOWN)
    heard = heard_of(due, request, outcome) if work.number is not None else {}
    return Done(succeeded=outcome.state is OutcomeState.DONE, acted=acted, heard=heard)


def _request(run: Run, due: ActionDue, started: Entry, work: EffectWork, occasion: str) -> EffectRequest:
    key = run.situation.key
    request = EffectRequest(
        effect_id=effect_id(work.connection, key, work.action, _plain(f"{run.id}.{occasion}")),
        action=work.action,
        connection=work.connection,
        incident=key,
        actor=run.entries.actor,
        asked_at=now(),
        args=work.args,
        text=started.kind,
        entries=(started.id,),
        marking=started.marking,
        audience=started.audience,
        cause=started.cause,
    )
    if work.number is not None:
        at = CommandAt(
            content=run.content_of(due),
            step=due.step_id,
            number=work.number,
            endpoint=work.endpoint,
            is_undo=is_undo(due.key),
            values=due.in_args,
        )
        heard_by = (
            run.situation.audience_of_part(work.organization) if work.organization else started.audience
        )
        unworded = {"command": at, "text": "", "entries": (), "audience": heard_by}
        return request.model_copy(update=unworded)
    return request.model_copy(update=WITHOUT_WORDS) if work.action == "page.trigger" else request


def _plain(text: str) -> str:
    """An occasion that may stand in an effect's id: a step's key has other signs in it, and may be long."""
    plain = "".join(sign if sign.isalnum() or sign in "._-" else "." for sign in text)
    return plain if len(plain) <= _LONGEST else sha256(text.encode()).hexdigest()
