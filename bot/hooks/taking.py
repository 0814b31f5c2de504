"""From a vendor's notice to a command of the incident whose page or ticket it speaks of."""

from collections.abc import Callable
from datetime import datetime

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Command, Outcome
from playbooks.domain.connection import Connection
from playbooks.domain.ids import CommandId, ConnectionId, IncidentKey
from playbooks.domain.organization import Person
from playbooks.ports.effects import EffectRow, Effects
from playbooks.ports.gateway import Gateway
from playbooks.ports.notices import Notice

FindConnection = Callable[[ConnectionId], Connection]
FindPerson = Callable[[Connection, str], Person | None]


class Taking:
    """Takes notices of what we made at a vendor; of anything else there is nothing to tell."""

    def __init__(
        self, effects: Effects, gateway: Gateway, connection: FindConnection, person: FindPerson
    ) -> None:
        self._effects = effects
        self._gateway = gateway
        self._connection = connection
        self._person = person

    async def take(self, connection: ConnectionId, notice: Notice, now: datetime) -> bool:
        """Whether it is recorded. Raises Unavailable.

        Somebody of the directory is the author, where the incident knows her; else the account is, as the vendor says.
        """
        if notice.remark and await self._effects.made(connection, notice.remark) is not None:
            return False  # our own comment
        effect = await self._effects.made(connection, notice.ref)
        if effect is None or effect.incident is None:
            return False
        at = self._connection(connection)
        person = self._person(at, notice.account) if notice.account else None
        authors = [Actor.of(person)] if person and person.organization == at.organization else []
        for author in (*authors, _account(at, notice)):
            verdict = await self._gateway.submit(_command(at, effect, effect.incident, notice, author, now))
            if verdict.outcome is Outcome.DONE:
                return True
        return False


def _account(connection: Connection, notice: Notice) -> Actor:
    name = f"{connection.vendor}/{notice.account}" if notice.account else str(connection.vendor)
    return Actor(id=name, kind=ActorKind.VENDOR, organization=connection.organization)


def _command(
    connection: Connection,
    effect: EffectRow,
    incident: IncidentKey,
    notice: Notice,
    author: Actor,
    now: datetime,
) -> Command:
    return Command(
        id=CommandId(f"hook:{connection.id}:{notice.id}:{author.kind}"),
        verb="notice",
        actor=author,
        incident=incident,
        args={
            "happening": notice.happening.value,
            "effect": effect.id,
            "ref": notice.ref,
            "account": notice.account,
            "happened_at": notice.at.isoformat(),
            "was": notice.was,
            "now": notice.now,
            **({"remark": notice.remark} if notice.remark else {}),
        },
        texts={"words": notice.words} if notice.words else {},
        received_at=now,
    )
