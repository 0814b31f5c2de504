"""One attempt at one effect: the only lines of Muster that call a vendor's port to change something."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from pydantic import ValidationError

from playbooks.actions.action import Action
from playbooks.actions.asking import ON_DUTY
from playbooks.actions.decision import Step, second_go
from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState
from playbooks.actions.means import BLIND, How, Means
from playbooks.actions.rooms import REF, WISHED
from playbooks.domain.connection import Connection
from playbooks.domain.document import Document
from playbooks.domain.errors import (
    IncidentError,
    NotFound,
    Permanent,
    ProviderError,
    Transient,
    Unavailable,
    Unknown,
)
from playbooks.domain.ids import EffectId
from playbooks.domain.told import plainly, text_of, travels
from playbooks.domain.tongue import Tongue, speaking
from playbooks.ports.composer import Compose, Composed, Withheld
from playbooks.ports.connections import AnyPort, Connections
from playbooks.ports.effects import Effects, EffectState
from playbooks.ports.http import Call
from playbooks.ports.write import File, Made, Write

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]

_NOTHING: dict[str, Document | File] = {
    "document": Document(blocks=()),
    "file": File(name="", content=b""),
}
"""What stands for what is composed where it is only looked for."""


@dataclass(frozen=True)
class Tools:
    """What every attempt needs of the world around the door."""

    effects: Effects
    connections: Connections
    compose: Compose
    clock: Clock
    sleep: Sleep


class Attempt:
    """One attempt at one effect; `clean` and `deadline` are set from the claim.

    It raises ProviderErrors, and Unavailable when the door's memory cannot be asked for a reference.
    """

    def __init__(self, request: EffectRequest, action: Action, tools: Tools) -> None:
        self.request = request
        self.action = action
        self.clean = False
        """No attempt before this one can have acted."""
        self.deadline: datetime | None = None
        """When it must be over, whatever happens."""
        self.connection = _connected(tools.connections, request)
        self.texts: dict[str, str] = {}
        """What was answered at length: words of the entry that concludes it."""
        self._tools = tools

    @property
    def how(self) -> How:
        """What the vendor allows; nothing, when there is none."""
        return self.action.how.get(self.connection.vendor, BLIND) if self.connection else BLIND

    @property
    def lease(self) -> timedelta:
        """How long the claim is to last: until a search would show what an attempt had done."""
        return self.action.times.lease + self.how.lag

    @property
    def responsible(self) -> str:
        """Whom to ask when nobody can tell: the person named, or the organization's on-call."""
        organization = self.connection.organization if self.connection else self.request.actor.organization
        return self.request.responsible or f"{organization}:on_call"

    async def make(self, step: Step) -> EffectOutcome:
        """Go once, and once more when the answer was lost and the vendor's means allow it at once.

        Whatever is worded meanwhile is in the language of the account that it is for.
        """
        with speaking(self.connection.tongue if self.connection else Tongue()):
            return await self._make(step)

    async def _make(self, step: Step) -> EffectOutcome:
        try:
            return await self._go(step)
        except Unknown:
            again = second_go(self.how)
            if again is None or not self._has_room(self.how.lag + 2 * self.action.times.client):
                raise
            self.clean = False
            await self._tools.sleep(self.how.lag.total_seconds())
            return await self._go(again)

    async def _go(self, step: Step) -> EffectOutcome:
        """Look if that is the step, judge and word, act; the outcome is DONE, WITHHELD or UNKNOWN."""
        connection = self._usable()
        args = await self._resolved()
        if step is Step.LOOK and self.action.find:
            found = await self._call(
                self.action.find, self._write(args, _NOTHING.get(self.action.composed or ""))
            )
            if found is not None:
                return _done(found)
            self.clean = True
        composed = await self._judged(connection, args)
        if isinstance(composed, Withheld):
            state = OutcomeState.WITHHELD if self.clean else OutcomeState.UNKNOWN
            return EffectOutcome(state=state, detail=composed.code)
        made = await self._call(self.action.method, self._write(args, composed))
        if made is None:
            raise Unknown("The adapter did not say what it made.")
        done = _done(made, repeated=step is Step.ACT_AGAIN and self.how.means is Means.BLIND)
        return self._answered(done, made, composed)

    def _answered(self, done: EffectOutcome, made: Made, composed: Composed) -> EffectOutcome:
        """With what was said of what was asked, which at length is kept apart, and the hash of a file that was sent."""
        given = {plainly(name): said for name, said in made.given.items()}
        words = {name: said for name, said in given.items() if travels(said)}
        at_length = {name: said for name, said in given.items() if name not in words}
        self.texts = {text_of(name): said for name, said in at_length.items()}
        fills = composed.fills if isinstance(composed, Call) else ()
        unsaid = tuple(name for fill in fills if (name := plainly(fill.name)) not in given)
        sent = hashlib.sha256(composed.content).hexdigest() if isinstance(composed, File) else ""
        answered = {"given": words, "told": tuple(at_length), "unsaid": unsaid, "sent": sent}
        return done.model_copy(update=answered)

    def _usable(self) -> Connection:
        if self.connection is None:
            raise Permanent(f"{self.request.connection} is not connected.", code="not_connected")
        if self.connection.vendor not in self.action.how:
            raise Permanent(
                f"{self.connection.vendor} cannot do {self.action.name}; connect {self.action.port} for it.",
                code="wrong_port",
            )
        return self.connection

    def _write(self, args: dict[str, Any], composed: Composed | None) -> Write:
        words = {self.action.composed: composed} if self.action.composed else {}
        try:
            return self.action.request.model_validate({**args, **words, "effect_id": self.request.effect_id})
        except ValidationError as error:
            raise Permanent(
                f"{self.action.name} was asked with wrong arguments.", code="malformed"
            ) from error

    async def _resolved(self) -> dict[str, Any]:
        """The arguments: the vendor's reference for `ref:<effect>`, and people for those on duty."""
        return {
            name: await self._reference(await self._named(value)) for name, value in self.request.args.items()
        }

    async def _named(self, value: object) -> object:
        if not isinstance(value, list | tuple) or ON_DUTY not in value:
            return value
        on_duty = await self._tools.connections.on_duty(self.request.connection)
        return tuple(dict.fromkeys((*on_duty, *(each for each in value if each != ON_DUTY))))

    async def _reference(self, value: object) -> object:
        if isinstance(value, str) and value.startswith(WISHED):
            return await self._wished(value)
        if not isinstance(value, str) or not value.startswith(REF):
            return value
        effect = EffectId(value.removeprefix(REF))
        try:
            row = await self._tools.effects.effect(effect)
        except NotFound as error:
            raise Transient(f"{effect} has not been asked for yet.") from error
        if row.state is EffectState.DONE and row.outcome:
            return row.outcome["vendor_ref"]
        if row.state in {EffectState.FAILED, EffectState.UNKNOWN}:
            raise Permanent(f"{effect} brought nothing that could be referred to.", code="reference_missing")
        raise Transient(f"{effect} is not done yet.")

    async def _wished(self, value: str) -> object:
        """A reference that is left out where its effect came to nothing; one that is still on its way is waited for."""
        try:
            return await self._reference(REF + value.removeprefix(WISHED))
        except Permanent:
            return None

    def _has_room(self, span: timedelta) -> bool:
        return self.deadline is None or self._tools.clock() + span <= self.deadline

    async def _judged(self, connection: Connection, args: dict[str, Any]) -> Composed | Withheld:
        """What is said may depend on who is on duty: that stands in the arguments by now."""
        try:
            return await self._tools.compose(self.request.model_copy(update={"args": args}), connection)
        except ProviderError:
            raise
        except Unavailable as error:
            raise Transient(error.sentence) from error
        except IncidentError as error:
            raise Permanent(error.sentence, code=error.code) from error

    async def _call(self, method: str, write: Write) -> Made | None:
        client = self.action.times.client
        if not self._has_room(client):
            raise Transient("Too little of the lease was left to act safely.")
        port = self._tools.connections.port(self.request.connection)
        try:
            async with asyncio.timeout(client.total_seconds()):
                return await _method(port, method)(write)
        except ProviderError:
            raise
        except TimeoutError as error:
            raise Unknown(
                f"{self.request.connection} did not answer in time.", code="provider_timeout"
            ) from error
        except Exception as error:
            raise Unknown(f"{self.request.connection} answered in an unforeseen way.") from error


def _connected(connections: Connections, request: EffectRequest) -> Connection | None:
    try:
        return connections.connection(request.connection)
    except NotFound:
        return None


def _method(port: AnyPort, name: str) -> Callable[[Write], Awaitable[Made | None]]:
    return cast("Callable[[Write], Awaitable[Made | None]]", getattr(port, name))


def _done(made: Made, *, repeated: bool = False) -> EffectOutcome:
    return EffectOutcome(
        state=OutcomeState.DONE,
        vendor_ref=made.ref,
        url=made.url,
        listing=made.listing,
        missing=made.missing,
        repeated=repeated,
    )
