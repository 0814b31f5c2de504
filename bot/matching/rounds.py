"""One round: who shows the same attack is asked on both sides, and who agreed on both sides is introduced.

What is found here is kept nowhere: it becomes commands, which each incident judges for itself. Of what does not match
nothing is told, to nobody.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.case import Case
from playbooks.domain.circle.matching import DAY, QUESTIONS_A_DAY, Standing, may_ask
from playbooks.domain.command import Command, Outcome
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed, Unavailable
from playbooks.domain.ids import CommandId, EntryId, IncidentKey, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.indicators.alike import COMPARED, Alike, Token, alike, tokens
from playbooks.indicators.lines import read_lines
from playbooks.indicators.named import SLOT
from playbooks.ports.gateway import Gateway

_log = logging.getLogger(__name__)
_AUTHOR: Final = "matching"


class Entries(Protocol):
    """What of the record this needs."""

    async def entries_by_id(self, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
        """Find them."""
        ...


Listed = Callable[[], Awaitable[Mapping[IncidentKey, Sequence[EntryId]]]]
"""The entries of open, unrestricted incidents in which their lead put in indicators, the newest first."""


class Matching:
    """One round at a time, by whoever holds the lease; going round twice at once does no harm."""

    def __init__(
        self,
        listed: Listed,
        record: Entries,
        case: Callable[[IncidentKey], Awaitable[Case]],
        gateway: Gateway,
        key: bytes,
        domains: Sequence[str],
        now: Callable[[], datetime],
    ) -> None:
        self._listed = listed
        self._record = record
        self._case = case
        self._gateway = gateway
        self._key = key
        self._domains = domains
        self._now = now
        self._hashed: dict[EntryId, frozenset[Token]] = {}
        self._asked: dict[OrganizationCode, list[datetime]] = {}

    async def step(self) -> int:
        """Compare everything once. Always 0: the next round is not before its time. Raises Unavailable."""
        for found in alike(await self._incidents(), self._key):
            one, other = (await self._case(found.one)).state, (await self._case(found.other)).state
            if _may_match(one, other):
                await self._settle(found, one, other)
                await self._settle(found, other, one)
        return 0

    async def _incidents(self) -> dict[IncidentKey, frozenset[Token]]:
        listed = await self._listed()
        known = {id for ids in listed.values() for id in ids}
        self._hashed = {id: held for id, held in self._hashed.items() if id in known}
        for entry in await self._record.entries_by_id(sorted(known - set(self._hashed))):
            self._hashed[EntryId(entry.id)] = self._tokens(entry)
        return {key: self._of(ids) for key, ids in listed.items()}

    def _of(self, ids: Sequence[EntryId]) -> frozenset[Token]:
        """The newest entries' first, as many as are compared."""
        held: set[Token] = set()
        for id in ids:
            held |= self._hashed.get(id, frozenset())
            if len(held) >= COMPARED:
                break
        return frozenset(held)

    def _tokens(self, entry: Entry) -> frozenset[Token]:
        try:
            return tokens(read_lines(entry.texts.get(SLOT, ""))[:COMPARED], self._key, self._domains)
        except Malformed:
            return frozenset()

    async def _settle(self, found: Alike, state: IncidentState, other: IncidentState) -> None:
        """Do for one side what is next: ask it, or, where both agreed, tell it who the other is."""
        ours, theirs = state.matches.get(found.id), other.matches.get(found.id)
        if ours is None:
            if may_ask(state.matches, self._now()) and self._may_ask(state.lead):
                await self._submit(state, found, "introduce", {"match": found.id, "alike": found.band})
        elif ours.standing is Standing.AGREED and theirs and theirs.standing is not Standing.ASKED:
            named = {"match": found.id, "organization": other.lead, "other": other.key}
            await self._submit(state, found, "introduced", named)

    def _may_ask(self, lead: OrganizationCode) -> bool:
        """Not more often than is stated, over all of an organization: each question tells that a guess was right."""
        now = self._now()
        lately = [at for at in self._asked.get(lead, []) if at > now - DAY]
        self._asked[lead] = lately
        if len(lately) >= QUESTIONS_A_DAY:
            return False
        lately.append(now)
        return True

    async def _submit(self, state: IncidentState, found: Alike, verb: str, args: dict[str, Any]) -> None:
        command = Command(
            id=CommandId(f"{verb}:{found.id}:{state.key}:{self._now():%Y%m%d}"),
            verb=verb,
            actor=Actor(id=_AUTHOR, kind=ActorKind.TIMER, organization=state.lead),
            incident=state.key,
            args=args,
            received_at=self._now(),
        )
        try:
            verdict = await self._gateway.submit(command)
        except Unavailable:
            return  # it stands in the ledger and is carried on
        if verdict.outcome is not Outcome.DONE:
            _log.info("%s of %s: %s", verb, found.id, verdict.code)


def _may_match(one: IncidentState, other: IncidentState) -> bool:
    """Restricted incidents never do, nor closed ones, nor those whose leads know of one another's already."""
    return (
        not one.restricted
        and not other.restricted
        and one.is_open
        and other.is_open
        and one.lead != other.lead
        and other.lead not in one.parties
        and one.lead not in other.parties
    )
