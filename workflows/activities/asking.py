"""Putting work to an incident or a part, started from the record when it does not run."""

from typing import Protocol

from temporalio import activity

from playbooks.domain.errors import IncidentError
from workflows.activities.failures import as_failure
from workflows.messages import WantedOf


class Asks(Protocol):
    """Who reaches the workflows."""

    async def want(self, wanted: WantedOf) -> None:
        """Signal the workflow, starting it from the record first where it does not run."""
        ...


class AskingActivities:
    """What a workflow cannot do by itself: signal another that may have to be started."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    @activity.defn(name="ask_workflow")
    async def ask_workflow(self, wanted: WantedOf) -> None:
        """Put the work to its workflow; twice is once there, since the command's id is taken once."""
        try:
            await self._asks.want(wanted)
        except IncidentError as error:
            raise as_failure(error) from None
