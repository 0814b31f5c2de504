"""What may go wrong with a vendor, as data: rules that can be switched on for a connection and a method."""

import random
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

from pydantic import BaseModel, ConfigDict, Field


class FaultKind(StrEnum):
    """What a vendor does instead of answering well."""

    SLOW = "slow"
    """Answers after `span`."""
    OUTAGE = "outage"
    """Cannot be reached; nothing happens."""
    RATE_LIMITED = "rate_limited"
    """Takes `allow` calls in any `span` and refuses the others with Retry-After."""
    DENIED = "denied"
    """Refuses the credential."""
    REJECTED = "rejected"
    """Will never take it."""
    REQUEST_LOST = "request_lost"
    """Nothing happens, but no answer comes either."""
    ANSWER_LOST = "answer_lost"
    """It happens, and no answer comes: success after a time-out."""
    HANGS = "hangs"
    """It happens, and the answer comes after `span`, when nobody waits any more."""
    REPEATED = "repeated"
    """For `events`: the same event is delivered twice."""


class Rule(BaseModel):
    """One fault, where and how often it strikes; `connection` and `method` are patterns like `unhcr/*`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: FaultKind
    connection: str = "*"
    method: str = "*"
    times: int | None = None
    """How often it strikes; None until it is switched off."""
    chance: float = Field(default=1.0, ge=0, le=1)
    seed: int = 0
    """The same seed strikes at the same calls, in every process."""
    span: timedelta = timedelta()
    allow: int = 0

    def strikes(self, connection: str, method: str, number: int) -> bool:
        """Whether it strikes the `number`-th call of this method on this connection."""
        if not (fnmatchcase(connection, self.connection) and fnmatchcase(method, self.method)):
            return False
        draw = random.Random(f"{self.seed}/{connection}/{method}/{number}").random()  # noqa: S311 - chance, no secret
        return draw < self.chance
