"""Intake, loop and relay on one database, with a gateway that is a small ledger of its own."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bot.intake.relay import OutboxRelay
from bot.intake.sources import KeyUse, KnownSource, Source, SourceKey
from bot.intake.split import split
from bot.intake.understand import Understand
from integrations.postgres.alert_groups import PostgresAlertGroups
from integrations.postgres.database import Pool, connected
from integrations.postgres.intake import PostgresIntake
from integrations.postgres.outbox import PostgresOutbox
from integrations.postgres.understanding import PostgresUnderstanding
from playbooks.alerts.triage import judge_triage, named_alerts, named_groups
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.errors import Conflict, Unavailable
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.routing import DeclareOutcome, Match, Routing, RoutingRule
from playbooks.ports.intake import Delivery, Group, TriageDecision
from tests.casts import command

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
UNICC, UNHCR = OrganizationCode("UNICC"), OrganizationCode("UNHCR")
KEY = (SourceKey(id="k", use=KeyUse.BEARER, secret="env:K"),)
SOURCE = Source(name="soc", organization=UNICC, speaks_for=(UNHCR,), keys=KEY)
ROUTING = Routing(
    rules=(
        RoutingRule(
            name="critical",
            why="Critical is worth an incident.",
            when=Match(words=("critical",)),
            then=DeclareOutcome(incident_class="malicious-code"),
        ),
    )
)


Alert = dict[str, object]


class OneSource:
    def find(self, name: str) -> KnownSource | None:
        return KnownSource(SOURCE, (), ()) if name == "soc" else None


class LedgerOnly:
    """Judges like the real gateway: once, and a repeat gets the same verdict."""

    def __init__(self) -> None:
        self.commands: dict[str, Command] = {}
        self.verdicts: dict[str, Verdict] = {}
        self.away = False
        self.refuses: tuple[str, ...] = ()

    async def submit(self, command: Command) -> Verdict:
        known = self.commands.setdefault(command.id, command)
        same = known.model_copy(update={"received_at": command.received_at})
        if same != command:
            raise Conflict("Another body under this id.")
        await asyncio.sleep(0.001)
        if self.away:
            raise Unavailable("Away.")
        return self.verdicts.setdefault(command.id, self._judge(command))

    def _judge(self, command: Command) -> Verdict:
        if self.refuses:
            code, self.refuses = self.refuses[0], self.refuses[1:]
            return Verdict(outcome=Outcome.REFUSED, code=code, wording="It was refused.")
        key = command.incident or IncidentKey(f"INC-2026-{len(self.declared):04}")
        return Verdict(outcome=Outcome.DONE, code="done", incident=key)

    @property
    def declared(self) -> list[Command]:
        return [each for each in self.commands.values() if each.verb == "declare"]

    @property
    def attached(self) -> int:
        done = [each for each in self.commands.values() if each.verb == "alerts.attach"]
        return sum(each.args["count"] for each in done if self.verdicts[each.id].outcome is Outcome.DONE)


class House:
    """Intake, loop and relay on one database."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.intake = PostgresIntake(pool)
        self.groups = PostgresAlertGroups(pool)
        self.understanding = PostgresUnderstanding(pool, self.intake.arrived)
        self.gateway = LedgerOnly()
        self.closed: set[IncidentKey] = set()
        self.merged: dict[IncidentKey, IncidentKey] = {}
        self.now = NOW
        self.routing = ROUTING
        self.expected: tuple[RoutingRule, ...] = ()
        self.loop = Understand(
            self.understanding,
            OneSource(),
            lambda: self.routing,
            self._goes_on_in,
            lambda: self.now,
            expected=self.under_way,
        )
        self.relay = OutboxRelay(PostgresOutbox(pool), self.groups, self.gateway, lambda: self.now)

    async def under_way(self) -> tuple[RoutingRule, ...]:
        return self.expected

    async def _goes_on_in(self, key: IncidentKey) -> IncidentKey | None:
        return self.merged.get(key, None if key in self.closed else key)

    async def send(self, *alerts: dict[str, object], source: str = "soc") -> None:
        body = b"\n".join(json.dumps(alert).encode() for alert in alerts)
        await self.intake.receive(Delivery(uuid4(), source, UNICC, body, self.now, *split(source, body)))

    async def settle(self) -> None:
        """Run loop and relay until nothing is left."""
        while await self.loop.step() or await self.relay.step():
            pass

    async def decide(
        self,
        verb: str,
        *groups: str,
        who: str = "unicc-duty",
        state: IncidentState | None = None,
        reason: str = "",
        **args: Any,
    ) -> TriageDecision:
        """A person's command about groups, as the gateway has it judged."""
        given = command(
            f"test:{uuid4()}",
            verb,
            who,
            at=self.now,
            incident=state.key if state else None,
            texts={"reason": reason} if reason else {},
            groups=list(groups),
            **args,
        )
        return await self.groups.judge(
            named_groups(given),
            named_alerts(given),
            lambda found: judge_triage(found, given, self.now, state),
        )

    async def all_groups(self) -> list[Group]:
        async with connected(self.pool) as connection:
            rows = await (
                await connection.execute("SELECT id FROM alert_group ORDER BY first_at, id")
            ).fetchall()
        return [await self.groups.group(id) for (id,) in rows]


def alert(number: int = 1, host: str = "srv-1", title: str = "critical: encryption", **more: object) -> Alert:
    """An alert of the generic format; those of one host are one attack."""
    affected = {"hosts": [host]}
    return {"schema": "muster-alert/1", "id": f"A-{number}", "title": title, "affected": affected, **more}
