"""The ledger held in memory: for rehearsals, which end with the process that plays them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from integrations.simulated.world import Clock
from playbooks.domain.command import Command, Verdict
from playbooks.domain.errors import Conflict, NotFound
from playbooks.domain.ids import CommandId, IncidentKey, OrganizationCode
from playbooks.ports.ledger import OpenedIncident


@dataclass
class _Row:
    command: Command
    entered_at: datetime
    verdict: Verdict | None = None
    settled: bool = False


@dataclass
class SimulatedLedger:
    """The ledger port; how old a command is, is told by `clock`."""

    clock: Clock
    _rows: dict[CommandId, _Row] = field(default_factory=dict)
    _opened: dict[CommandId, OpenedIncident] = field(default_factory=dict)

    async def enter(self, command: Command) -> Verdict | None:
        """See the port."""
        row = self._rows.setdefault(command.id, _Row(command, self.clock()))
        if row.command != command.model_copy(update={"received_at": row.command.received_at}):
            raise Conflict(
                f"The command id {command.id} was used before for another command; use a new id.",
                code="command_id_reused",
            )
        return row.verdict if row.settled else None

    async def command(self, id: CommandId) -> Command:
        """See the port."""
        return self._row(id).command

    async def texts(self, id: CommandId) -> Mapping[str, str]:
        """See the port."""
        return self._row(id).command.texts

    async def verdict(self, id: CommandId) -> Verdict | None:
        """See the port."""
        return self._row(id).verdict

    async def settle(self, id: CommandId, verdict: Verdict) -> Verdict:
        """See the port."""
        row = self._row(id)
        row.verdict, row.settled = row.verdict or verdict, True
        return row.verdict

    async def pending(self, older_than: timedelta, *, limit: int = 100) -> Sequence[Command]:
        """See the port."""
        before = self.clock() - older_than
        waiting = (row for row in self._rows.values() if not row.settled)
        return [row.command for row in waiting if row.entered_at <= before][:limit]

    async def allocate(self, command: CommandId, organization: OrganizationCode, year: int) -> IncidentKey:
        """See the port."""
        if command not in self._opened:
            number = sum(each.key.startswith(f"INC-{year}-") for each in self._opened.values()) + 1
            self._opened[command] = OpenedIncident(
                key=IncidentKey(f"INC-{year}-{number:04}"),
                command=command,
                organization=organization,
                created_at=self.clock(),
            )
        return self._opened[command].key

    async def incidents(self) -> Sequence[OpenedIncident]:
        """See the port."""
        return list(self._opened.values())

    def decided(self, id: CommandId, verdict: Verdict | None, *, settled: bool = False) -> None:
        """What the record does in the transaction of a decision: keep the verdict with its command, once."""
        row = self._rows.get(id)
        if row is not None and row.verdict is None:
            row.verdict, row.settled = verdict, settled

    def _row(self, id: CommandId) -> _Row:
        if id not in self._rows:
            raise NotFound(f"No command {id} was ever entered.", code="no_such_command")
        return self._rows[id]
