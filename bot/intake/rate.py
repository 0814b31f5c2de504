"""How many alerts a source may send: a bucket that fills with time. Empty means 429, never loss."""

from datetime import datetime, timedelta
from http import HTTPStatus

from bot.intake.problem import Refusal
from bot.intake.sources import Rate


class Bucket:
    """One source's bucket. A batch larger than what is left is taken whole and paid back in time."""

    def __init__(self, rate: Rate, now: datetime) -> None:
        self._rate = rate
        self._level = float(rate.burst)
        self._at = now

    def check(self, now: datetime) -> None:
        """Raise Refusal (429) while the bucket is empty."""
        self._fill(now)
        if self._level <= 0:
            wait = timedelta(seconds=(1 - self._level) / self._rate.per_second)
            raise Refusal(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_many",
                "This source sends more than it may; nothing of this was taken, send it again later.",
                retry_after=wait,
            )

    def charge(self, alerts: int) -> None:
        """Take so many out."""
        self._level -= alerts

    def _fill(self, now: datetime) -> None:
        passed = max(0.0, (now - self._at).total_seconds())
        self._level = min(float(self._rate.burst), self._level + passed * self._rate.per_second)
        self._at = now


class Buckets:
    """The buckets of all sources in this process; a changed rate begins a new bucket."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, Rate], Bucket] = {}

    def of(self, source: str, rate: Rate, now: datetime) -> Bucket:
        """The bucket of a source."""
        return self._buckets.setdefault((source, rate), Bucket(rate, now))
