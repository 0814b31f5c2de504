"""One attempt at one effect: the only lines of Muster that call a vendor's port to change something."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import cast

from pydantic import ValidationError

from playbooks.actions.action import Action
from playbooks.actions.decision import Step
from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState
from playbooks.actions.means import BLIND, How
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
from playbooks.ports.composer import Compose, Withheld
from playbooks.ports.connections import AnyPort, Connections
from playbooks.ports.write import Made, Write

_NO_WORDS = Document(blocks=())


class Attempt:
    """One attempt, given what it needs; `clean` and `deadline` are set from the claim.

    It raises ProviderErrors and nothing else.
    """

    def __init__(
        self,
        request: EffectRequest,
        action: Action,
        connections: Connections,
        compose: Compose,
        clock: Callable[[], datetime],
    ) -> None:
        self.request = request
        self.action = action
        self.clean = False
        """No attempt before this one can have acted."""
        self.deadline: datetime | None = None
        """When the lease runs out."""
        self.connection = _connected(connections, request)
        self._connections = connections
        self._compose = compose
        self._clock = clock

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
        """Look if that is the step, judge and word, act; the outcome is DONE, WITHHELD or UNKNOWN."""
        connection = self._usable()
        if step is Step.LOOK and self.action.find:
            found = await self._call(self.action.find, self._write(_NO_WORDS))
            if found is not None:
                return _done(found)
            self.clean = True
        document = await self._judged(connection)
        if isinstance(document, Withheld):
            state = OutcomeState.WITHHELD if self.clean else OutcomeState.UNKNOWN
            return EffectOutcome(state=state, detail=document.code)
        made = await self._call(self.action.method, self._write(document))
        if made is None:
            raise Unknown("The adapter did not say what it made.")
        return _done(made, repeated=step is Step.ACT_AGAIN)

    def _usable(self) -> Connection:
        if self.connection is None:
            raise Permanent(f"{self.request.connection} is not connected.", code="not_connected")
        if self.connection.vendor not in self.action.how:
            raise Permanent(
                f"{self.connection.vendor} cannot do {self.action.name}; connect {self.action.port} for it.",
                code="wrong_port",
            )
        return self.connection

    def _write(self, document: Document) -> Write:
        words = {"document": document} if self.action.has_words else {}
        try:
            return self.action.request.model_validate(
                {**self.request.args, **words, "effect_id": self.request.effect_id}
            )
        except ValidationError as error:
            raise Permanent(
                f"{self.action.name} was asked with wrong arguments.", code="malformed"
            ) from error

    async def _judged(self, connection: Connection) -> Document | Withheld:
        try:
            return await self._compose(self.request, connection)
        except ProviderError:
            raise
        except Unavailable as error:
            raise Transient(error.sentence) from error
        except IncidentError as error:
            raise Permanent(error.sentence, code=error.code) from error

    async def _call(self, method: str, write: Write) -> Made | None:
        client = self.action.times.client
        if self.deadline is not None and self._clock() + client > self.deadline:
            raise Transient("Too little of the lease was left to act safely.")
        port = self._connections.port(self.request.connection)
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
        state=OutcomeState.DONE, vendor_ref=made.ref, url=made.url, missing=made.missing, repeated=repeated
    )
