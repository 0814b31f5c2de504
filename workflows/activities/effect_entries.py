"""The two entries of the record that every effect has: what was intended, and what came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState
from playbooks.actions.instead import conclusion_id
from playbooks.domain.connection import Connection
from playbooks.domain.entry import Entry, entry_id, in_milliseconds
from playbooks.domain.ids import EntryId
from playbooks.domain.kinds import Kind
from playbooks.ports.effects import EffectState

_STATES = {
    OutcomeState.DONE: EffectState.DONE,
    OutcomeState.FAILED: EffectState.FAILED,
    OutcomeState.WITHHELD: EffectState.FAILED,
    OutcomeState.UNKNOWN: EffectState.UNKNOWN,
}


def state_of(outcome: EffectOutcome) -> EffectState:
    """How the door's memory keeps an outcome; what was withheld certainly did not happen."""
    return _STATES[outcome.state]


def intent(request: EffectRequest, connection: Connection | None, at: datetime) -> Entry:
    """Recorded with the claim, before anything is done; once, however many attempts follow."""
    words: dict[str, Any] = {"text": request.text, "entries": list(request.entries), "args": request.args}
    if request.command is not None:
        words["command"] = request.command.model_dump(mode="json")
    id = entry_id(f"{request.effect_id}:intend")
    return _entry(Kind.EFFECT_INTEND, id, request, connection, at, words)


def conclusion(
    request: EffectRequest,
    connection: Connection | None,
    outcome: EffectOutcome,
    at: datetime,
    texts: Mapping[str, str],
) -> Entry:
    """Recorded with the conclusion; a state each, so that an unknown outcome may be cleared up later.

    `texts` is what was answered at length.
    """
    facts = outcome.model_dump(mode="json", exclude_defaults=True)
    id = conclusion_id(request, outcome)
    entry = _entry(Kind.EFFECT_CONCLUDE, id, request, connection, at, facts)
    return entry.model_copy(update={"texts": dict(texts)})


def _entry(
    kind: Kind,
    id: EntryId,
    request: EffectRequest,
    connection: Connection | None,
    at: datetime,
    facts: dict[str, Any],
) -> Entry:
    standing = {
        "connected": connection is not None,
        "simulated": connection is not None and connection.simulated,
    }
    return Entry(
        id=id,
        incident=request.incident,
        kind=kind,
        at=in_milliseconds(at),
        actor=request.actor,
        subject=f"effect/{request.effect_id}",
        data={"action": request.action, "connection": request.connection, **standing, **facts},
        marking=request.marking,
        audience=request.audience,
        cause=request.cause,
    )
