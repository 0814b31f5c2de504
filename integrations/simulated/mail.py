"""A simulated mail server: takes every mail, also one it has taken before."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import timedelta

from integrations.simulated.vendor import SimulatedVendor, Sleep
from integrations.simulated.world import World
from playbooks.domain.connection import Connection
from playbooks.domain.document import Document, plain
from playbooks.domain.errors import Permanent
from playbooks.domain.ids import EffectId, PersonId
from playbooks.domain.saying import saying
from playbooks.ports.mail import Send, SendEach
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

    async def send_each(self, request: SendEach) -> Made:
        """Take a mail for each who has an address."""
        return await self._call("send_each", lambda: self._send_each(request))

    def _send(self, request: Send) -> Made:
        missing = tuple(person for person in request.to if person in self._strangers)
        reached = [person for person in request.to if person not in missing]
        if not reached:
            raise self._no_address()
        ref = self._taken(request.effect_id, request.effect_id, reached, request.document)
        return Made(ref=ref, missing=missing)

    def _send_each(self, request: SendEach) -> Made:
        letters = request.letters.by_person
        missing = tuple(person for person in letters if person in self._strangers)
        if len(missing) == len(letters):
            raise self._no_address()
        for person, document in letters.items():
            if person not in missing:
                self._taken(request.effect_id, f"{request.effect_id}.{person}", [person], document)
        return Made(ref=f"<{request.effect_id}@muster>", missing=missing)

    def _taken(self, effect: EffectId, id: str, reached: Sequence[PersonId], document: Document) -> str:
        message_id = f"<{id}@muster>"
        state = {
            "message_id": message_id,
            "to": list(reached),
            "subject": document.title,
            "text": plain(document),
        }
        ref = f"{self._world.count(self._id, 'mail') + 1}"
        self._world.add(self._id, "mail", ref, effect, timedelta(), state)
        self._happened("send", effect, message_id)
        return message_id

    def _no_address(self) -> Permanent:
        return Permanent(saying("vendor.no_address", who=self._id), code="no_address")
