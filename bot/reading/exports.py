"""That something was released is an entry of its own (document 004, §5: the software records who released what)."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.case import Case
from playbooks.domain.entry import Entry, entry_id, in_milliseconds
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader


class Appends(Protocol):
    """What of the record this needs."""

    async def append(self, entries: Sequence[Entry]) -> None:
        """Record them."""
        ...


class CaseNow(Protocol):
    """What of the kept cases this needs."""

    def case(self, key: IncidentKey) -> Awaitable[Case]:
        """The whole case as it stands."""
        ...


def exported(
    state: IncidentState,
    reader: Reader,
    sha256: str,
    at: datetime,
    *,
    what: str = "bundle",
    by: Actor | None = None,
) -> Entry:
    """The entry of an export for this reader, by somebody or by the operator of this installation.

    `sha256` is of the bytes handed out, `what` they are a code: `bundle`, `timeline_pdf`.
    """
    at = in_milliseconds(at)
    to = OrganizationCode(reader.organization or "")
    operator = Actor(id="operator", kind=ActorKind.OPERATOR, organization=state.lead)
    return Entry(
        id=entry_id(f"export/{state.key}/{sha256}/{at.isoformat()}"),
        incident=state.key,
        kind=Kind.EXPORT_RELEASE,
        at=at,
        actor=by or operator,
        subject="incident",
        data={"to": to, "person": reader.person or "", "sha256": sha256, "what": what}
        | ({"rule": "chatham_house"} if reader.chatham_house else {}),
        marking=state.marking,
        audience=state.audience,
    )


@dataclass(frozen=True, slots=True)
class Exports:
    """Hands a timeline out as a document, and records that it did."""

    cases: CaseNow
    record: Appends
    now: Callable[[], datetime]

    async def handed_out(
        self, key: IncidentKey, reader: Reader, content: bytes, what: str, by: Actor | None = None
    ) -> bytes:
        """The bytes, once it stands in the record that they were handed out."""
        state = (await self.cases.case(key)).state
        sha256 = hashlib.sha256(content).hexdigest()
        await self.record.append([exported(state, reader, sha256, self.now(), what=what, by=by)])
        return content
