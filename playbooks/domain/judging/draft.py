"""Drafting entries: what every judgement shares."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from playbooks.domain.case import Case
from playbooks.domain.command import Command
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.errors import IncidentError, Malformed
from playbooks.domain.fold import evolve
from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.proof.slots import canonical, slot_values
from playbooks.domain.saying import says
from playbooks.domain.task import Task

_LONGEST = timedelta(days=366)


class Drafting:
    """Drafts the entries of one command, numbered in the order of drafting.

    The first entry carries the command's texts; they are joined to it where it is recorded.
    """

    def __init__(
        self,
        command: Command,
        at: datetime,
        incident: IncidentKey,
        marking: Marking,
        audience: tuple[str, ...],
    ) -> None:
        self._command = command
        self.at = at
        self._incident = incident
        self._marking = marking
        self._audience = audience
        self.entries: list[Entry] = []

    def draft(
        self,
        kind: Kind,
        subject: str,
        *,
        audience: tuple[str, ...] | None = None,
        marked: Marking | None = None,
        **data: Any,  # noqa: ANN401  any JSON value
    ) -> Entry:
        """Draft one entry, marked as the incident unless said otherwise; None among the data is left out."""
        entry = Entry(
            id=entry_id(self._command.id, len(self.entries)),
            incident=self._incident,
            kind=kind,
            at=self.at,
            actor=self._command.actor,
            subject=subject,
            data={name: value for name, value in data.items() if value is not None},
            texts=self._command.texts if not self.entries else {},
            marking=marked or self._marking,
            audience=self._audience if audience is None else audience,
            cause=self._command.id,
        )
        self.entries.append(entry)
        return entry


Judge = Callable[[IncidentState, Command, Drafting], None]
"""Judges one verb on an incident: drafts its entries, or raises."""


@contextmanager
def understanding(command: Command) -> Iterator[None]:
    """Turn arguments that are missing or of the wrong kind into Malformed: a front end's fault crashes nothing."""
    try:
        yield
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise Malformed(
            says("malformed_command", verb=command.verb),
        ) from error


def span(minutes: object) -> timedelta:
    """A span given in whole minutes. Raises Malformed outside of a minute and a year."""
    length = int(str(minutes))
    if not 0 < length <= _LONGEST // timedelta(minutes=1):
        raise Malformed(says("bad_span"))
    return timedelta(minutes=length)


def listed(codes: object) -> tuple[str, ...]:
    """A list of codes; a single text is none. Raises TypeError."""
    if not isinstance(codes, list | tuple) or not all(isinstance(code, str) for code in codes):
        raise TypeError
    return tuple(codes)


def check_fit(case: Case, entries: Iterable[Entry]) -> None:
    """Raise ValueError for entries that the record could not take or that would fold to a state out of shape.

    Once recorded, they would stop their workflow for good.
    """
    for entry in entries:
        for value in slot_values(entry).values():
            canonical(value)
        case = evolve(case, entry)
    IncidentState.model_validate(dict(case.state))
    for task in case.tasks.values():
        Task.model_validate(dict(task))


def _untrusted(command: Command, error: IncidentError) -> dict[str, Any]:
    """Where it came from, when that is why: nobody knows then that its author gave it."""
    return {"connection": command.actor.via} if error.code == "untrusted" else {}


def refusal(command: Command, at: datetime, error: IncidentError) -> Entry:
    """The entry of a command that was refused: known to the one who asked and to her organization."""
    return Entry(
        id=entry_id(command.id),
        incident=command.incident,
        kind=Kind.COMMAND_REFUSE,
        at=at,
        actor=command.actor,
        subject="incident",
        data={"verb": command.verb, "rule": error.code, "source": error.source, **_untrusted(command, error)},
        audience=(command.actor.organization,),
        cause=command.id,
    )
