"""From a vendor's notice to a command of the incident whose page or ticket it speaks of."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.hooks.files import Brought, FindPort, TicketFiles
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Command, Outcome
from playbooks.domain.connection import Connection
from playbooks.domain.errors import Transient, Unavailable
from playbooks.domain.ids import CommandId, ConnectionId, IncidentKey
from playbooks.domain.organization import Person
from playbooks.ports.effects import EffectRow, Effects
from playbooks.ports.gateway import Gateway
from playbooks.ports.notices import Happening, Notice, Recalling

FindConnection = Callable[[ConnectionId], Connection]
FindPerson = Callable[[Connection, str], Person | None]
_OF_PEOPLE: Final = {Happening.PAGE_REASSIGNED, Happening.PAGE_RESPONDED}
"""Happenings whose `now` names accounts."""


class Taking:
    """Takes notices of what we made at a vendor; of anything else there is nothing to tell."""

    def __init__(
        self,
        effects: Effects,
        gateway: Gateway,
        connection: FindConnection,
        person: FindPerson,
        port: FindPort,
        files: TicketFiles,
    ) -> None:
        """`port` is asked where a vendor does not say under what name we made what it speaks of."""
        self._effects = effects
        self._gateway = gateway
        self._connection = connection
        self._person = person
        self._port = port
        self._files = files

    async def take(self, connection: ConnectionId, notice: Notice, now: datetime) -> bool:
        """Whether it is recorded. Raises Unavailable.

        Somebody of the directory is the author, where the incident knows her; else the account is, as the vendor says.
        """
        if notice.remark and await self._effects.made(connection, notice.remark) is not None:
            return False  # our own comment or attachment
        ref = notice.ref or await self._recalled(connection, notice.there)
        effect = await self._effects.made(connection, ref) if ref else None
        if effect is None or effect.incident is None:
            return False
        notice = notice.model_copy(update={"ref": ref})
        if notice.happening is not Happening.TICKET_ATTACHED:
            return await self._submitted(connection, effect, effect.incident, notice, now)
        brought = await self._files.bring(connection, effect.incident, notice.remark)
        if brought is None:
            return False
        taken = await self._submitted(connection, effect, effect.incident, notice, now, brought)
        if not taken:
            await self._files.let_go(effect.incident, brought)
        return taken

    async def _submitted(
        self,
        connection: ConnectionId,
        effect: EffectRow,
        incident: IncidentKey,
        notice: Notice,
        now: datetime,
        brought: Brought | None = None,
    ) -> bool:
        at = self._connection(connection)
        notice = notice.model_copy(update={"now": self._now(at, notice)})
        person = self._person(at, notice.account) if notice.account else None
        authors = [Actor.of(person)] if person and person.organization == at.organization else []
        for author in (*authors, _account(at, notice)):
            verdict = await self._gateway.submit(_command(at, effect, incident, notice, author, now, brought))
            if verdict.outcome is Outcome.DONE:
                return True
        return False

    async def _recalled(self, connection: ConnectionId, there: str) -> str:
        port = self._port(connection)
        if not isinstance(port, Recalling):
            return ""
        try:
            return await port.recall(there)
        except Transient as away:
            raise Unavailable(away.sentence) from away

    def _now(self, at: Connection, notice: Notice) -> str:
        """Whom a page is with, as the directory calls them, where it knows them."""
        if notice.happening not in _OF_PEOPLE:
            return notice.now
        accounts = [each for each in notice.now.split(", ") if each]
        people = [(each, self._person(at, each)) for each in accounts]
        return ", ".join(person.id if person else account for account, person in people)


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
    brought: Brought | None,
) -> Command:
    name = "name" if brought else "words"
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
            **({"state": notice.state} if notice.state else {}),
            **(brought.args if brought else {}),
        },
        texts={name: notice.words} if notice.words else {},
        received_at=now,
    )
