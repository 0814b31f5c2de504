"""Alerts taken in, by whatever way they came: within the source's rate, taken apart, committed, then answered."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from uuid import uuid4

from pydantic import BaseModel, Field

from bot.intake.problem import Refusal
from bot.intake.rate import Bucket, Buckets
from bot.intake.sources import KnownSource, Source
from bot.intake.split import split
from playbooks.ports.intake import Delivery, Intake, Receipt

_LONG = 256 * 1024
"""Bytes from which a body is taken apart in a thread, so that other requests go on."""


class Accepted(BaseModel):
    """What became of the documents of a request; all of it is committed."""

    accepted: int = Field(ge=0, description="Documents taken in.")
    duplicates: int = Field(ge=0, description="Documents that came before; counted, and not taken in again.")
    set_aside: int = Field(ge=0, description="Parts that are no alert; kept with their reason for a person.")


class Taking:
    """Takes alerts in. `now` gives the time in aware UTC."""

    def __init__(self, intake: Intake, now: Callable[[], datetime]) -> None:
        self._intake = intake
        self._now = now
        self._buckets = Buckets()

    def check(self, known: KnownSource) -> None:
        """Raise Refusal (429) while the source has sent more than it may."""
        for bucket in self._buckets_of(known.source):
            bucket.check(self._now())

    def charge(self, known: KnownSource, alerts: int) -> None:
        """Count alerts against the source's rate."""
        for bucket in self._buckets_of(known.source):
            bucket.charge(alerts)

    async def take(self, known: KnownSource, body: bytes) -> Accepted:
        """Commit a body. Raises Refusal where nothing in it is an alert or too much is, and Unavailable."""
        delivery = await self._delivery(known.source, body)
        self.charge(known, max(1, len(delivery.marks) + len(delivery.unreadable)))
        receipt = await self._keep(delivery)
        return Accepted(accepted=receipt.accepted, duplicates=receipt.duplicates, set_aside=receipt.set_aside)

    def _buckets_of(self, source: Source) -> list[Bucket]:
        return [self._buckets.of(source.name, rate, self._now()) for rate in source.rates]

    async def _delivery(self, source: Source, body: bytes) -> Delivery:
        name = source.name
        parts = await asyncio.to_thread(split, name, body) if len(body) > _LONG else split(name, body)
        return Delivery(uuid4(), name, source.organization, body, self._now(), *parts)

    async def _keep(self, delivery: Delivery) -> Receipt:
        if delivery.marks:
            return await self._intake.receive(delivery)
        if not delivery.unreadable:
            return Receipt(0, 0, 0)
        reason = delivery.unreadable[0].reason
        await self._intake.set_aside(delivery, reason)
        raise malformed(f"The body holds no alert and was kept aside. {reason}")


def malformed(sentence: str) -> Refusal:
    """400: nothing of it can be read."""
    return Refusal(HTTPStatus.BAD_REQUEST, "malformed", sentence)
