"""From the outbox to incidents: errands of groups become commands, their verdicts go back to the groups.

Lease `outbox`. An errand is done only when its verdict stands on its group; until then it comes again, and the
ledger answers a repeat with the verdict it gave. So nothing is lost while Temporal is away, and nothing done twice.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

from playbooks.alerts.assess import ATTACH, DECLARE
from playbooks.alerts.settle import settle
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Command
from playbooks.domain.ids import CommandId, IncidentKey, OrganizationCode
from playbooks.domain.marking import DEFAULT_MARKING
from playbooks.ports.gateway import Gateway
from playbooks.ports.inbox import Errand, Outbox
from playbooks.ports.intake import Group, Groups

LEASE = "outbox"
"""The name of the single runner."""

_TOGETHER = 20
"""Commands under way at once: fifty new incidents of a storm do not queue behind one another."""
_EVERY = timedelta(seconds=2)


class OutboxRelay:
    """Carries groups' errands to the gateway. Errands of other kinds are left for their own relays."""

    def __init__(self, outbox: Outbox, groups: Groups, gateway: Gateway, now: Callable[[], datetime]) -> None:
        self._outbox = outbox
        self._groups = groups
        self._gateway = gateway
        self._now = now

    def wakes(self) -> AsyncIterator[None]:
        """When to look."""
        return self._outbox.arrivals(_EVERY)

    async def step(self) -> int:
        """Carry one batch; returns how many errands are done. Raises Unavailable when some could not be carried."""
        async with self._outbox.batch(_TOGETHER) as batch:
            ours = [errand for errand in batch.errands if errand.kind in {DECLARE, ATTACH}]
            results = await asyncio.gather(*(self._carry(errand) for errand in ours), return_exceptions=True)
            failures = []
            for errand, failure in zip(ours, results, strict=True):
                if failure is None:
                    batch.done(errand.id)
                else:
                    failures.append(failure)
            if failures:
                raise failures[0]
            return len(ours)

    async def _carry(self, errand: Errand) -> None:
        group = await self._groups.group(errand.body["group"])
        verdict = await self._gateway.submit(command_of(errand, group, self._now()))
        await self._groups.change(group.id, lambda current: settle(current, errand, verdict))


def command_of(errand: Errand, group: Group, now: datetime) -> Command:
    """The command of an errand. All of it is fixed when the errand is posted, as the ledger asks of a repeat."""
    body = errand.body
    declares = errand.kind == DECLARE
    return Command(
        id=CommandId(errand.id),
        verb="declare" if declares else "alerts.attach",
        actor=_actor(errand),
        incident=None if declares else IncidentKey(body["incident"]),
        args=_declaration(errand) if declares else _count(errand),
        texts={"title": group.title, "note": _note(group)} if declares else {},
        received_at=now,
    )


def _actor(errand: Errand) -> Actor:
    """The person who decided it at triage, else the source by whose alerts a rule did."""
    body = errand.body
    if "by" in body:
        return Actor.model_validate(body["by"])
    return Actor(
        id=f"source/{body['source']}",
        kind=ActorKind.ALERT,
        organization=OrganizationCode(body["organization"]),
    )


def _declaration(errand: Errand) -> dict[str, object]:
    body = errand.body
    return {
        "severity": body["severity"],
        "class": body["incident_class"],
        "marking": DEFAULT_MARKING.value,
        "restricted": False,
        "playbook": body["playbook"],
        "group": body["group"],
        "rule": body["rule"],
        "organization": body["organization"],
    }


def _count(errand: Errand) -> dict[str, object]:
    body = errand.body
    return {"group": body["group"], "count": body["count"], "severity": body["severity"]}


def _note(group: Group) -> str:
    """Own words of a person or a rule; who declares stands in the entry anyway."""
    because = group.declares.because if group.declares else ""
    return because if isinstance(because, str) else ""
