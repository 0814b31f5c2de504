"""What the people of a rehearsal say, taken to the gateway like anybody's command."""

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from playbooks.domain.actor import Actor
from playbooks.domain.command import Command, Verdict
from playbooks.domain.errors import IncidentError
from playbooks.domain.ids import CommandId, IncidentKey
from playbooks.ports.gateway import Gateway
from workflows.activities.failures import as_failure


class Saying(BaseModel):
    """A command about to be given."""

    model_config = ConfigDict(frozen=True)

    id: CommandId
    incident: IncidentKey
    verb: str
    actor: Actor
    args: dict[str, Any] = {}
    texts: dict[str, str] = {}


class RehearsingActivities:
    """Gives commands; `carry` brings answers to their consultation before the clock may run on."""

    def __init__(self, gateway: Gateway, carry: Callable[[], Awaitable[int]]) -> None:
        self._gateway = gateway
        self._carry = carry

    @activity.defn(name="say")
    async def say(self, saying: Saying) -> Verdict:
        """Give a command now, by the clock that runs ahead; the verdict, refusals included."""
        command = Command(
            **saying.model_dump(exclude={"incident"}),
            incident=None if saying.verb == "declare" else saying.incident,
            received_at=activity.info().started_time,
            proven_at=activity.info().started_time,
        )
        try:
            verdict = await self._gateway.submit(command)
            while await self._carry():
                pass
        except IncidentError as error:
            raise as_failure(error) from None
        return verdict
