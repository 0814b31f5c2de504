"""The rotas that come with Muster: one for each organization that its installation's file names."""

from datetime import datetime
from typing import Protocol

from playbooks.domain.ids import OrganizationCode
from playbooks.domain.rota.ladder import KeptRota, Step


class Rotas(Protocol):
    """Knows who is called, and until when."""

    async def kept(self, organization: OrganizationCode, at: datetime) -> KeptRota | None:
        """An organization's rota with the turns put in, for the months around `at`; None where the file has none.

        Raises Unavailable while what was put in cannot be read.
        """

    async def ladder(self, organization: OrganizationCode, at: datetime) -> tuple[Step, ...]:
        """Whom a page calls at this moment, in order; by the directory's duties where no rota names anybody.

        Raises Unavailable, as `kept`.
        """
