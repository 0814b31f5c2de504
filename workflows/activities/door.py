"""The one door out: every effect on the world is claimed, judged, done and concluded here, and nowhere else.

What it promises: a keyed or findable effect happens exactly once, a blind routine effect or page at least
once, a blind containment at most once; what cannot be told is unknown, and a person is asked.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta

from playbooks.actions.decision import Ending, Step, ending, first_step, may_repeat
from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState
from playbooks.actions.registry import find_action
from playbooks.domain.errors import Conflict, Denied, NotFound, Permanent, ProviderError, Transient
from playbooks.domain.ids import ConnectionId
from playbooks.ports.composer import Compose
from playbooks.ports.connections import Connections
from playbooks.ports.effects import Claim, ClaimState, Effects
from playbooks.ports.operator import Concern, Operator, Trouble
from playbooks.ports.speaking import Leased
from workflows.activities.attempt import Attempt, Clock, Sleep, Tools
from workflows.activities.effect_entries import conclusion, intent, state_of


class Door:
    """Performs effects; one for each worker. Holds no state: all that it knows is in `Effects`."""

    def __init__(
        self,
        effects: Effects,
        connections: Connections,
        compose: Compose,
        operator: Operator,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._effects = effects
        self._operator = operator
        self._clock = clock
        self._tools = Tools(effects, connections, compose, clock, sleep)

    def is_here(self, connection: ConnectionId) -> bool:
        """Whether this process is one that may act over the connection; why it cannot otherwise, an attempt says."""
        try:
            port: object = self._tools.connections.port(connection)
        except (NotFound, ProviderError):
            return True
        return not isinstance(port, Leased) or port.is_here

    async def perform(self, request: EffectRequest, holder: str) -> EffectOutcome:
        """Bring one effect about, or say how it ended before. `holder` names this one attempt.

        Raises Transient when it is to be asked for again after `retry_after`, Unavailable when the door's own
        memory does not answer, NotFound for an action that does not exist.
        """
        attempt = Attempt(request, find_action(request.action), self._tools)
        claim = await self._claim(attempt, holder)
        match first_step(claim, attempt.how, attempt.action.level):
            case Step.REST:
                return EffectOutcome.model_validate(claim.outcome)
            case Step.COME_BACK:
                raise Transient("Another attempt is at it.", retry_after=self._left(claim))
            case Step.ASK:
                outcome = EffectOutcome(state=OutcomeState.UNKNOWN, detail="attempt_lost")
            case step:
                outcome = await self._try(attempt, step, claim, holder)
        try:
            return await self._conclude(attempt, outcome, claim, holder)
        except Conflict as error:
            raise Transient("Another attempt has it in hand by now.") from error

    async def _claim(self, attempt: Attempt, holder: str) -> Claim:
        request, now = attempt.request, self._clock()
        attempt.deadline = now + attempt.action.times.lease
        return await self._effects.claim(
            request.effect_id,
            request.model_dump(mode="json"),
            incident=request.incident,
            holder=holder,
            lease=attempt.lease,
            now=now,
            entries=(intent(request, attempt.connection, now),),
        )

    async def _try(self, attempt: Attempt, step: Step, claim: Claim, holder: str) -> EffectOutcome:
        attempt.clean = claim.state is ClaimState.NEW
        try:
            return await attempt.make(step)
        except ProviderError as error:
            return await self._fail(attempt, error, claim, holder)

    async def _fail(self, attempt: Attempt, error: ProviderError, claim: Claim, holder: str) -> EffectOutcome:
        """The outcome that an error leads to; raises it when the effect is to be tried again."""
        match ending(
            error,
            clean=attempt.clean,
            repeatable=may_repeat(attempt.how, attempt.action.level, claim.attempt + 1),
            patient=self._clock() < attempt.request.asked_at + attempt.action.times.patience,
        ):
            case Ending.RELEASE:
                await self._release(attempt, holder)
                raise error
            case Ending.HOLD:
                raise Transient(error.sentence, retry_after=self._wait(error, claim)) from error
            case settled:
                if isinstance(error, Denied):
                    await self._tell(attempt, Trouble.DENIED, error.code)
                about = error.about if isinstance(error, Permanent) else ""
                return EffectOutcome(state=OutcomeState(settled), detail=error.code, about=about)

    async def _conclude(
        self, attempt: Attempt, outcome: EffectOutcome, claim: Claim, holder: str
    ) -> EffectOutcome:
        request, now = attempt.request, self._clock()
        if outcome.state is OutcomeState.UNKNOWN:
            outcome = outcome.model_copy(update={"asked": attempt.responsible})
            await self._tell(attempt, Trouble.UNKNOWN, outcome.detail)
        outcome = outcome.model_copy(update={"attempts": claim.attempt})
        await self._effects.conclude(
            request.effect_id,
            holder,
            state_of(outcome),
            outcome.model_dump(mode="json"),
            now=now,
            entries=(conclusion(request, attempt.connection, outcome, now, attempt.texts),),
        )
        return outcome

    async def _release(self, attempt: Attempt, holder: str) -> None:
        with suppress(Conflict):  # another attempt has it in hand by now, and will say how it ends
            await self._effects.release(attempt.request.effect_id, holder)

    async def _tell(self, attempt: Attempt, trouble: Trouble, detail: str) -> None:
        request = attempt.request
        await self._operator.tell(
            Concern(
                trouble=trouble,
                effect_id=request.effect_id,
                action=request.action,
                connection=request.connection,
                incident=request.incident,
                asked=attempt.responsible,
                detail=detail,
            )
        )

    def _left(self, claim: Claim) -> timedelta:
        return max(claim.until - self._clock(), timedelta()) if claim.until else timedelta()

    def _wait(self, error: ProviderError, claim: Claim) -> timedelta:
        wish = error.retry_after if isinstance(error, Transient) else None
        return max(wish or timedelta(), self._left(claim))
