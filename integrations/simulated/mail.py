"""A simulated mail server: takes every mail, also one it has taken before."""

import asyncio
from collections.abc import Collection
from datetime import timedelta

from integrations.simulated.vendor import SimulatedVendor, Sleep
from integrations.simulated.world import World
from playbooks.domain.connection import Connection
from playbooks.domain.document import plain
from playbooks.domain.errors import Permanent
from playbooks.domain.ids import PersonId
from playbooks.ports.mail import Send
from playbooks.ports.write import Made


class SimulatedMail(SimulatedVendor):
    """The MailPort of a simulated world. `strangers` are people without an address."""

    def __init__(
        self,
        world: World,
        connection: Connection,
        *,
        sleep: Sleep = asyncio.sleep,
        strangers: Collection[PersonId] = (),
    ) -> None:
        super().__init__(world, connection, sleep=sleep)
        self._strangers = frozenset(strangers)

    async def send(self, request: Send) -> Made:
        """Take a mail; each call is a mail."""
        return await self._call("send", lambda: self._send(request))

    def _send(self, request: Send) -> Made:
        missing = tuple(person for person in request.to if person in self._strangers)
        reached = [person for person in request.to if person not in missing]
        if not reached:
            raise Permanent(f"{self._id} knows no address of anybody this mail is for.", code="no_address")
        message_id = f"<{request.effect_id}@muster>"
        state = {
            "message_id": message_id,
            "to": reached,
            "subject": request.document.title,
            "text": plain(request.document),
        }
        ref = f"{self._world.count(self._id, 'mail') + 1}"
        self._world.add(self._id, "mail", ref, request.effect_id, timedelta(), state)
        self._happened("send", request.effect_id, message_id)
        return Made(ref=message_id, missing=missing)
