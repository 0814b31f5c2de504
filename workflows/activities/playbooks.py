"""A playbook's structure for a run; its words stay with the content."""

from collections.abc import Awaitable, Callable

from temporalio import activity

from playbooks.cacao.model import Playbook
from playbooks.domain.errors import IncidentError
from workflows.activities.failures import as_failure

ReadPlaybook = Callable[[str], Awaitable[Playbook]]


class PlaybookActivities:
    """Reads playbooks by the hash of their content."""

    def __init__(self, structure: ReadPlaybook) -> None:
        self._structure = structure

    @activity.defn(name="load_playbook")
    async def load_playbook(self, content: str) -> Playbook:
        """The playbook without its prose. Fails for content that is missing or is no playbook."""
        try:
            return await self._structure(content)
        except IncidentError as error:
            raise as_failure(error) from None
