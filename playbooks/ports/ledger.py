"""The ledger: every command enters here first and keeps its one verdict (docs/decisions/commands-enter-a-ledger.md)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from playbooks.domain.command import Command, Verdict
from playbooks.domain.ids import CommandId, IncidentKey, OrganizationCode


class OpenedIncident(BaseModel):
    """An incident's key and the request it was given out for."""

    model_config = ConfigDict(frozen=True)

    key: IncidentKey
    command: CommandId
    organization: OrganizationCode
    """The lead organization."""
    created_at: datetime


class Ledger(Protocol):
    """Commands by id, each with its stored verdict once judged."""

    async def enter(self, command: Command) -> Verdict | None:
        """Store a command before anything is done about it.

        Returns None the first time, and for a repeat of one that is not settled: carry it to the workflow then,
        which takes each id once. Returns the stored verdict for a repeat of one settled. Raises Conflict when the
        id stands for another body (`received_at` does not count), Unavailable when the ledger is away.
        """

    async def command(self, id: CommandId) -> Command:
        """The command as entered, texts included. Raises NotFound."""

    async def texts(self, id: CommandId) -> Mapping[str, str]:
        """People's words of a command, for an activity that was given only its id. Raises NotFound."""

    async def verdict(self, id: CommandId) -> Verdict | None:
        """The stored verdict, None while pending. Raises NotFound when no such command was entered."""

    async def settle(self, id: CommandId, verdict: Verdict) -> Verdict:
        """Keep that the command's judge has told its verdict, stored unless there is one; the one that stands.

        A verdict that is stored and not settled may have been forgotten by the workflow that gave it. Raises NotFound.
        """

    async def pending(self, older_than: timedelta, *, limit: int = 100) -> Sequence[Command]:
        """Commands not settled that came in longer than `older_than` ago, oldest first."""

    async def allocate(self, command: CommandId, organization: OrganizationCode, year: int) -> IncidentKey:
        """Give out `INC-<year>-<nnnn>` for a request; the same key again for the same request."""

    async def incidents(self) -> Sequence[OpenedIncident]:
        """Every key given out, oldest first."""
