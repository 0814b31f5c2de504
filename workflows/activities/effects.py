"""Temporal's side of the door: the one activity through which workflows act on the world."""

from temporalio import activity

from playbooks.actions.effect import EffectOutcome, EffectRequest
from playbooks.domain.errors import IncidentError
from workflows.activities.door import Door
from workflows.activities.failures import as_failure, elsewhere
from workflows.names import speaker_queue


class EffectActivities:
    """Performs effects for workflows; `workflows/recording.py` says how they ask."""

    def __init__(self, door: Door) -> None:
        self._door = door

    @activity.defn(name="perform_effect")
    async def perform_effect(self, request: EffectRequest) -> EffectOutcome:
        """Perform one effect. Fails with the error's code as type, retryable where a later try may help.

        Where another process speaks for the connection it fails as `elsewhere`, and nothing was tried.
        """
        info = activity.info()
        if not self._door.is_here(request.connection):
            raise elsewhere(again=info.task_queue == speaker_queue(request.connection))
        try:
            return await self._door.perform(
                request, f"{info.workflow_run_id}/{info.activity_id}/{info.attempt}"
            )
        except IncidentError as error:
            raise as_failure(error) from None
