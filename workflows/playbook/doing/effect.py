"""Effects that a step asks of the outside, through the one door."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.effect import EffectRequest, OutcomeState, effect_id
    from playbooks.actions.follow_ups import WITHOUT_WORDS
    from playbooks.domain.entry import Entry
    from workflows.playbook.run import Run
    from workflows.playbook.work import Done, EffectWork
    from workflows.recording import now, perform


async def do_effect(run: Run, started: Entry, work: EffectWork, occasion: str) -> Done:
    """One effect; its words are those of the entry with which the step began."""
    outcome = await perform(_request(run, started, work, occasion))
    return Done(succeeded=outcome.state is OutcomeState.DONE)


def _request(run: Run, started: Entry, work: EffectWork, occasion: str) -> EffectRequest:
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
    return request.model_copy(update=WITHOUT_WORDS) if work.action == "page.trigger" else request


def _plain(text: str) -> str:
    """An occasion that may stand in an effect's id: a step's key has other signs in it."""
    return "".join(sign if sign.isalnum() or sign in "._-" else "." for sign in text)
