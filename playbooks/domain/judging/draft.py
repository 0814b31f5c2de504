"""Drafting entries: what every judgement shares."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from playbooks.domain.command import Command
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.errors import IncidentError, Malformed
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking


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
        self._at = at
        self._incident = incident
        self._marking = marking
        self._audience = audience
        self.entries: list[Entry] = []

    def draft(
        self, kind: Kind, subject: str, *, audience: tuple[str, ...] | None = None, **data: Any
    ) -> Entry:
        """Draft one entry; None among the data is left out."""
        entry = Entry(
            id=entry_id(self._command.id, len(self.entries)),
            incident=self._incident,
            kind=kind,
            at=self._at,
            actor=self._command.actor,
            subject=subject,
            data={name: value for name, value in data.items() if value is not None},
            texts=self._command.texts if not self.entries else {},
            marking=self._marking,
            audience=self._audience if audience is None else audience,
            cause=self._command.id,
        )
        self.entries.append(entry)
        return entry


@contextmanager
def understanding(command: Command) -> Iterator[None]:
    """Turn arguments that are missing or of the wrong kind into Malformed: a front end's fault crashes nothing."""
    try:
        yield
    except (KeyError, ValueError, TypeError) as error:
        raise Malformed(
            f"“{command.verb}” lacks something or has it in the wrong form; see `/incident help`.",
            code="malformed_command",
        ) from error


def refusal(command: Command, at: datetime, error: IncidentError) -> Entry:
    """The entry of a command that was refused: known to the one who asked and to her organization."""
    return Entry(
        id=entry_id(command.id),
        incident=command.incident,
        kind=Kind.COMMAND_REFUSE,
        at=at,
        actor=command.actor,
        subject="incident",
        data={"verb": command.verb, "rule": error.code, "source": error.source},
        audience=(command.actor.organization,),
        cause=command.id,
    )
