"""What is held until somebody agrees: the consultation that asks carries the command that it is about.

So an agreement leads to exactly what was agreed to, judged again by the rules of the moment, and to nothing else.
"""

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.actor import Actor
from playbooks.domain.command import Command
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, EntryId, IncidentKey


class Awaited(BaseModel):
    """A command that waits for an agreement; its words stand in the record at `entry`, the question's."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    verb: str
    actor: Actor
    args: dict[str, Any]
    received_at: AwareDatetime
    entry: EntryId

    @property
    def origin(self) -> str:
        """Who waits for what becomes of it."""
        return str(self.args.get("origin", ""))

    def agreed(self, key: IncidentKey, consultation: str) -> Command:
        """The command as it is judged once it was agreed to; its id says by which consultation."""
        return Command(
            id=CommandId(f"{key}/{consultation}/agreed"),
            verb=self.verb,
            actor=self.actor,
            incident=key,
            args={**self.args, "agreed": consultation},
            received_at=self.received_at,
        )


def held_by(question: Entry) -> Awaited | None:
    """The command that a question was asked for, where it was asked for one."""
    held = question.data.get("awaited")
    return Awaited.model_validate({**held, "entry": question.id}) if held else None
