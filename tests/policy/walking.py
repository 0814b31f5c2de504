"""Walking the house as each of its people: what was given is searched for words that are not theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from bot.web.parts import WebParts
from bot.web.signin.secret import digest
from playbooks.domain.entry import Entry
from playbooks.domain.fold import fold
from playbooks.domain.ids import IncidentKey, PersonId
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.policy import is_known_to, is_party
from playbooks.domain.release import release
from playbooks.ports.signin import Proof, Session
from tests.casts import NOON
from tests.policy.canaries import all_words, may_see, reader_of

SEEDS = (3, 6, 7)
NOWHERE = "INC-2026-9999"


@dataclass
class Walk:
    """The house, and the incidents in it."""

    parts: WebParts
    app: FastAPI
    told: Mapping[IncidentKey, tuple[Entry, ...]]

    def hers(self, who: str, ceiling: Marking = Marking.RED) -> set[str]:
        reader = reader_of(who, ceiling=ceiling)
        return {found for told in self.told.values() for found in may_see(reader, told)}

    def hers_in(self, who: str, path: str) -> set[str]:
        """Those of the incident that a path names."""
        return {
            found
            for key, told in self.told.items()
            if f"/{key}." in path
            for found in may_see(reader_of(who), told)
        }

    def hers_of(self, who: str, key: IncidentKey, **more: Any) -> set[str]:
        """Those of one incident, if it has a page for her; what was published of it is hers elsewhere too."""
        reader, told = reader_of(who, **more), self.told[key]
        state = fold(key, told).state
        party_to = (key,) if is_party(reader.person, reader.organization, state) else ()
        placed = reader.model_copy(update={"party_to": party_to})
        has_page = is_known_to(reader.person, reader.organization, state) and any(
            release(entry, placed) for entry in told if entry.kind in (Kind.DECLARE, Kind.PARTY_INVITE)
        )
        return {*may_see(reader, told)} if has_page else set()

    @property
    def words(self) -> dict[str, str]:
        return {found: where for told in self.told.values() for found, where in all_words(told).items()}

    def leaked(self, given: str, hers: set[str]) -> list[str]:
        """Where the words stand that are in what was given and are not hers."""
        return [where for found, where in self.words.items() if found in given and found not in hers]


async def browser_of(walk: Walk, who: str | None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(walk.app, raise_app_exceptions=False)
    client = httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers={"Accept": "text/html"}
    )
    if who is not None:
        until = NOON + timedelta(hours=12)
        secret = digest(session_of(who))
        await walk.parts.signin.open_session(
            Session(
                digest=secret, person=PersonId(who), proof=Proof.PASSKEY,
                opened_at=NOON, seen_at=NOON, expires_at=until,
            )
        )  # fmt: skip
        client.cookies.set("muster_session", session_of(who))
    return client


def session_of(who: str) -> str:
    """The secret of her session."""
    return f"secret of {who}"
