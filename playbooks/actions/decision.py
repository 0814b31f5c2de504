"""How often an effect may be tried: pure decisions of the door, without input or output."""

from enum import StrEnum

from playbooks.actions.action import Level
from playbooks.actions.means import How, Means
from playbooks.domain.errors import ProviderError, Transient, Unknown
from playbooks.ports.effects import Claim, ClaimState

BLIND_ATTEMPTS = 3
"""How often a blind effect is attempted at most; a mail server that never answers well gets no fourth copy."""


class Step(StrEnum):
    """What to do with a claim."""

    ACT = "act"
    """Nobody has: do it."""
    ACT_AGAIN = "act_again"
    """Somebody may have: do it all the same, it is keyed, or an omission is worse than a repeat."""
    LOOK = "look"
    """Somebody may have, long enough ago to be found: look, and do it only when nothing is there."""
    ASK = "ask"
    """Somebody may have, and a repeat may do harm: ask a person."""
    REST = "rest"
    """It is concluded; say how."""
    COME_BACK = "come_back"
    """Somebody is at it."""


class Ending(StrEnum):
    """What to do after an attempt that did not succeed."""

    RELEASE = "release"
    """It certainly did nothing: give the claim back and try again later."""
    HOLD = "hold"
    """Something may have acted: let the lease run out, then try again in the way the means allow."""
    FAILED = "failed"
    """Conclude that it did not happen."""
    UNKNOWN = "unknown"
    """Conclude that nobody can tell, and ask a person."""


def first_step(claim: Claim, how: How, level: Level) -> Step:
    """What a claim lets the door do. MINE is treated as UNRESOLVED: either may have acted before."""
    if claim.state is ClaimState.CONCLUDED:
        return Step.REST
    if claim.state is ClaimState.BUSY:
        return Step.COME_BACK
    if claim.state is ClaimState.NEW:
        return Step.ACT
    if how.means is Means.FINDABLE:
        return Step.LOOK
    return Step.ACT_AGAIN if may_repeat(how, level, claim.attempt) else Step.ASK


def may_repeat(how: How, level: Level, attempt: int) -> bool:
    """Whether the `attempt`-th attempt may act although an earlier one may have.

    Never for what may do harm when done twice; for other blind effects a few times, since each may be one copy more.
    """
    if how.means is not Means.BLIND:
        return True
    return level.may_repeat and attempt <= BLIND_ATTEMPTS


def second_go(how: How) -> Step | None:
    """How the very attempt that lost its answer may go on at once; None when only time can help."""
    return {Means.KEYED: Step.ACT_AGAIN, Means.FINDABLE: Step.LOOK}.get(how.means)


def ending(error: ProviderError, *, clean: bool, repeatable: bool, patient: bool) -> Ending:
    """What follows from an error.

    `clean`: no earlier attempt can have acted. `repeatable`: as `may_repeat` says of the next attempt.
    `patient`: the action's patience has not run out.
    """
    if isinstance(error, Unknown):
        return Ending.HOLD if repeatable and patient else Ending.UNKNOWN
    if isinstance(error, Transient) and patient:
        return Ending.RELEASE if clean else Ending.HOLD
    return Ending.FAILED if clean else Ending.UNKNOWN
