"""Carrying out what was approved to be erased, wherever this installation holds it: docs/record.md has the places.

An approval counts once it stands in its incident's tree, so that the record can always show who decided.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import TupleRow

from integrations.postgres.card_making import write_card
from integrations.postgres.database import Connection, Pool, transaction
from integrations.postgres.erasing_alerts import are_held, erase_alerts, erase_aside
from integrations.postgres.record import placed_of
from integrations.postgres.vault import Vault
from playbooks.actions.moving import BRIEFING
from playbooks.domain.entry import Entry
from playbooks.domain.erasure import Erasable, named_by
from playbooks.domain.ids import EffectId
from playbooks.domain.proof.slots import SALT_BYTES, SLOTS

_APPROVED = """
SELECT leaf.tree, body.* FROM body JOIN leaf USING (entry) WHERE body.kind = '"record:erasure:approve"'
"""
_PENDING = f"""
{_APPROVED} AND NOT EXISTS (SELECT FROM erased WHERE decision = body.entry)
AND leaf.tree NOT IN (SELECT incident FROM held) ORDER BY body.entry
"""  # noqa: S608  of this file
_TARGETS = """
SELECT leaf.position, leaf.tree, body.* FROM body JOIN leaf USING (entry)
WHERE entry = ANY(%s) AND leaf.tree = %s ORDER BY entry FOR UPDATE OF body
"""
_SALT = """
UPDATE body SET salts = overlay(salts PLACING decode(repeat('00', %s), 'hex') FROM %s) WHERE entry = %s
"""
_WORDS = "UPDATE command SET texts = '{}' WHERE id = %s"
_AUTHOR = """
UPDATE command SET actor = jsonb_set(actor::jsonb, '{id}', '""')::json WHERE id = %s
"""
_FILE = "DELETE FROM evidence WHERE incident = %s AND sha256 = %s"
_EFFECTS = """
SELECT id FROM effect
WHERE incident = %s AND (jsonb_exists_any(request::jsonb -> 'entries', %s) OR request::jsonb ->> 'text' = %s)
"""
"""What tells of an entry, and every briefing: that tells of all of them."""
_DONE = "INSERT INTO erased (decision, incident) VALUES (%s, %s) ON CONFLICT DO NOTHING"

Forget = Callable[[Sequence[EffectId]], None]
"""Has a world of ours forget the words of what these effects made there; as often as it is told to."""


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval that stands in its tree: what of which entries of that tree."""

    decision: str
    tree: str
    what: Erasable
    targets: tuple[str, ...]
    slots: tuple[str, ...]
    at: datetime
    groups: tuple[str, ...] = ()
    """Of the installation's log: groups of alerts that belong to no incident."""
    sources: tuple[str, ...] = ()
    """And sources, all of what was set aside of which goes."""


async def approvals(connection: Connection) -> list[Approval]:
    """Every approval that stands in a tree."""
    rows = await (await connection.execute(_APPROVED)).fetchall()
    return [_approval(row, connection.vault) for row in rows]


def _approval(row: TupleRow, vault: Vault) -> Approval:
    _, decision = placed_of((None, *row), vault)
    data = decision.data
    return Approval(
        decision=decision.id,
        tree=row[0],
        what=Erasable(data.get("what", Erasable.WORDS)),
        targets=named_by(data),
        slots=tuple(data.get("slots", ())),
        at=decision.at,
        groups=tuple(data.get("groups", ())),
        sources=tuple(data.get("sources", ())),
    )


def nothing_elsewhere(_effects: Sequence[EffectId]) -> None:
    """For an installation that simulates no vendor."""


async def carry_out(pool: Pool, forget: Forget = nothing_elsewhere) -> int:
    """Carry out one approval and return 1; 0 when none waits, or what waits is under a legal hold by now."""
    async with transaction(pool) as connection:
        for row in await (await connection.execute(_PENDING)).fetchall():
            approval = _approval(row, connection.vault)
            if not await are_held(connection, approval.groups):
                await _erase(connection, approval, forget)
                return 1
        return 0


async def _erase(connection: Connection, approval: Approval, forget: Forget) -> None:
    given = (list(approval.targets), approval.tree)
    for row in await (await connection.execute(_TARGETS, given)).fetchall():
        _, target = placed_of(row, connection.vault)
        await _kept_beside(connection, approval.what, target)
        await _from_ledger(connection, approval.slots, target)
        for slot in approval.slots:
            await _slot(connection, target, SLOTS.index(slot))
        await write_card(connection, target.model_copy(update=_without(approval.slots, target)))
    for group in approval.groups:
        await erase_alerts(connection, group)
    for source in approval.sources:
        await erase_aside(connection, source, approval.at)
    if "texts" in approval.slots:
        found = await connection.execute(_EFFECTS, (approval.tree, list(approval.targets), BRIEFING))
        forget([EffectId(id) for (id,) in await found.fetchall()])
    await connection.execute(_DONE, (approval.decision, approval.tree))


async def _kept_beside(connection: Connection, what: Erasable, target: Entry) -> None:
    """What the entry stands for and the record does not hold."""
    match what:
        case Erasable.FILE:
            await connection.execute(_FILE, (target.incident, target.data.get("sha256")))
        case Erasable.ALERTS if target.data.get("group"):
            await erase_alerts(connection, str(target.data["group"]))


async def _slot(connection: Connection, target: Entry, at: int) -> None:
    """The salt goes too, and with it the slot's key: what a copy still holds under lock can be opened no more."""
    emptied = f"UPDATE body SET {SLOTS[at]} = NULL WHERE entry = %s"  # noqa: S608  a slot of ours
    await connection.execute(emptied.encode(), (target.id,))
    await connection.execute(_SALT, (SALT_BYTES, at * SALT_BYTES + 1, target.id))


async def _from_ledger(connection: Connection, slots: Sequence[str], target: Entry) -> None:
    """The same words, and who gave them, stand in the command that led to the entry."""
    if target.cause is not None and "texts" in slots:
        await connection.execute(_WORDS, (target.cause,))
    if target.cause is not None and "actor" in slots:
        await connection.execute(_AUTHOR, (target.cause,))


def _without(slots: Sequence[str], target: Entry) -> dict[str, object]:
    """What its card is made of from now on: it names the author among those who may have the entry."""
    return {"actor": target.actor.model_copy(update={"id": ""})} if "actor" in slots else {}
