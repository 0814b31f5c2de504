"""Effects on the world, each claimed before and concluded after it is done (docs/decisions/effects-one-door.md)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.ids import EffectId, IncidentKey


class EffectState(StrEnum):
    """Where an effect stands."""

    CLAIMED = "claimed"
    RELEASED = "released"
    """An attempt ended and certainly did nothing; free to be claimed anew."""
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


class ClaimState(StrEnum):
    """What a claim found, and so what the door does next."""

    NEW = "new"
    """Nobody has tried, or every attempt certainly did nothing: do it."""
    MINE = "mine"
    """This very holder claimed it before and did not conclude: an attempt of ours may have acted."""
    CONCLUDED = "concluded"
    """Done, failed or unknown already; `concluded` says which and `outcome` what came of it."""
    BUSY = "busy"
    """Another holder is at it until `until`; come back then."""
    UNRESOLVED = "unresolved"
    """An earlier holder's lease ran out without a conclusion: it may have acted. The claim is now ours."""


class Claim(BaseModel):
    """The answer to a claim. NEW, MINE and UNRESOLVED hold the lease until `until`."""

    model_config = ConfigDict(frozen=True)

    state: ClaimState
    attempt: int
    """How many claims there have been, this one included when it holds."""
    until: datetime | None = None
    previous_at: datetime | None = None
    """When the earlier attempt, which may have acted, claimed it; for MINE and UNRESOLVED."""
    concluded: EffectState | None = None
    outcome: Mapping[str, Any] | None = None

    @property
    def holds(self) -> bool:
        """Whether the caller may go on to act."""
        return self.state in {ClaimState.NEW, ClaimState.MINE, ClaimState.UNRESOLVED}


class EffectRow(BaseModel):
    """One effect as stored; `request` and `outcome` hold codes and references only."""

    model_config = ConfigDict(frozen=True)

    id: EffectId
    incident: IncidentKey | None
    state: EffectState
    request: Mapping[str, Any]
    outcome: Mapping[str, Any] | None
    attempts: int
    claimed_at: datetime
    concluded_at: datetime | None


class Effects(Protocol):
    """The door's memory."""

    async def claim(
        self,
        id: EffectId,
        request: Mapping[str, Any],
        *,
        incident: IncidentKey | None,
        holder: str,
        lease: timedelta,
        now: datetime,
        entries: Sequence[Entry] = (),
    ) -> Claim:
        """Take an effect in hand for `lease` from `now`; `holder` names one attempt.

        `entries` (the intent) are recorded in the same transaction, by a claim that holds.
        """

    async def conclude(
        self,
        id: EffectId,
        holder: str,
        state: EffectState,
        outcome: Mapping[str, Any],
        *,
        now: datetime,
        entries: Sequence[Entry] = (),
    ) -> None:
        """Store what came of it (DONE, FAILED or UNKNOWN) together with its entries.

        The same conclusion again is nothing. UNKNOWN may be concluded later by anybody who found out.
        Raises Conflict when another holder has claimed it since or it is concluded otherwise, NotFound when
        it was never claimed.
        """

    async def release(self, id: EffectId, holder: str) -> None:
        """Give a claim back after an attempt that certainly did nothing, so that the next claim is NEW.

        Raises Conflict when it is not this holder's claim.
        """

    async def effect(self, id: EffectId) -> EffectRow:
        """One effect as it stands. Raises NotFound."""

    async def made(self, connection: str, ref: str) -> EffectRow | None:
        """The effect through this connection that brought back this reference of the vendor's; None for none."""

    async def follow(self, id: EffectId, ref: str) -> None:
        """What this effect brought back goes by another reference at the vendor now. Raises NotFound."""

    async def unknowns(self, incident: IncidentKey | None = None) -> Sequence[EffectRow]:
        """Effects concluded UNKNOWN, of one incident or of all, oldest first; each needs a person."""
