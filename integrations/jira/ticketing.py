"""One project of one Jira as a TicketingPort."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from integrations.jira.client import JiraClient, JiraSite
from integrations.jira.render import summary, text
from playbooks.domain.connection import Connection
from playbooks.domain.errors import Permanent
from playbooks.domain.ids import EffectId
from playbooks.domain.incident import Severity
from playbooks.domain.seen import Seen, SeenAs
from playbooks.ports.ticketing import SEEN_AS, Comment, CreateTicket, TicketStatus, Transition
from playbooks.ports.write import Made

MARK: Final = "muster.effect"
"""The property of a comment that holds the id of its effect."""
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]+|[0-9]+")
_CATEGORIES: Final = {
    TicketStatus.OPEN: "new",
    TicketStatus.IN_PROGRESS: "indeterminate",
    TicketStatus.DONE: "done",
}
"""Jira's own three, whatever a project calls its statuses."""


class JiraProject(BaseModel):
    """What a project wants of its tickets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issue_type: str = "Task"
    priorities: Mapping[Severity, str] = {
        Severity.CRITICAL: "Highest",
        Severity.HIGH: "High",
        Severity.MEDIUM: "Medium",
        Severity.LOW: "Low",
    }
    """The project's priorities by severity; a severity without one is not sent."""
    statuses: Mapping[TicketStatus, str] = {}
    """The status to reach by name; without one, the first way into Jira's own category."""


class JiraTicketing:
    """The TicketingPort of one project; see `docs/connections.md` for what it sends."""

    def __init__(self, connection: Connection, site: JiraSite, project: JiraProject) -> None:
        self._connection = connection
        self._site = site
        self._project = project

    async def create_ticket(self, request: CreateTicket) -> Made:
        """See the port."""
        fields = self._fields(request, cloud=await self._site.is_cloud())
        return self._ticket(await self._site.write(lambda jira: jira.create(fields)))

    async def find_ticket(self, request: CreateTicket) -> Made | None:
        """See the port."""
        await self._site.is_cloud()
        found = await self._site.read(lambda jira: jira.oldest_with(label(request.effect_id)))
        return self._ticket(found) if found else None

    async def comment(self, request: Comment) -> Made:
        """See the port."""
        ticket, body = _key(request.ticket), text(request.document, cloud=await self._site.is_cloud())
        made = await self._site.write(
            lambda jira: jira.add_marked_comment(ticket, body, MARK, request.effect_id)
        )
        return self._remark(ticket, made)

    async def find_comment(self, request: Comment) -> Made | None:
        """See the port."""
        ticket = _key(request.ticket)
        await self._site.is_cloud()
        found = await self._site.read(
            lambda jira: jira.oldest_marked_comment(ticket, MARK, request.effect_id)
        )
        return self._remark(ticket, found) if found else None

    async def transition(self, request: Transition) -> Made:
        """See the port."""
        ticket = _key(request.ticket)
        await self._site.is_cloud()
        status = await self._site.read(lambda jira: jira.standing(ticket))
        if not self._reached(status, request.status):
            way = self._way(await self._site.read(lambda jira: jira.transitions(ticket)), request.status)
            await self._site.write(lambda jira: jira.take(ticket, way))
        return self._ticket(ticket)

    async def look(self, ref: str) -> Seen:
        """See `playbooks/ports/seen.py`. Jira says the same of what is gone and what is hidden: its project tells."""
        ticket = _key(ref)
        await self._site.is_cloud()
        try:
            key, status = await self._site.read(lambda jira: jira.look(ticket))
        except Permanent:
            return Seen(as_=await self._lost(), ref=ref)
        return Seen(as_=SEEN_AS[self._status(status)], ref=key, said=str(status["name"]))

    async def _lost(self) -> SeenAs:
        try:
            await self._site.read(lambda jira: jira.project(self._connection.place))
        except Permanent:
            return SeenAs.HIDDEN
        return SeenAs.GONE

    def _status(self, said: Mapping[str, Any]) -> TicketStatus:
        """What a project names for a status counts as that; else Jira's own category does, an unknown one as open."""
        named = {name.casefold(): status for status, name in self._project.statuses.items()}
        by_category = {category: status for status, category in _CATEGORIES.items()}
        category = by_category.get(said["statusCategory"]["key"], TicketStatus.OPEN)
        return named.get(str(said["name"]).casefold(), category)

    async def health(self) -> str:
        """See `playbooks/ports/health.py`."""
        kind = "Cloud" if await self._site.is_cloud() else "Data Center"
        await self._site.read(JiraClient.myself)
        await self._site.read(lambda jira: jira.project(self._connection.place))
        return f"Jira {kind}, project {self._connection.place}"

    def close(self) -> None:
        """Let go of the site."""
        self._site.close()

    def _fields(self, request: CreateTicket, *, cloud: bool) -> dict[str, Any]:
        priority = self._project.priorities.get(request.severity)
        return {
            "project": {"key": self._connection.place},
            "issuetype": {"name": self._project.issue_type},
            "summary": summary(request.document),
            "description": text(request.document, cloud=cloud),
            "labels": [*("-".join(code.split()) for code in request.labels), label(request.effect_id)],
            **({"priority": {"name": priority}} if priority else {}),
            **({"duedate": request.due_on.isoformat()} if request.due_on else {}),
        }

    def _reached(self, status: Mapping[str, Any], wanted: TicketStatus) -> bool:
        named = self._project.statuses.get(wanted)
        if named:
            return bool(status["name"].casefold() == named.casefold())
        return bool(status["statusCategory"]["key"] == _CATEGORIES[wanted])

    def _way(self, transitions: list[Mapping[str, Any]], wanted: TicketStatus) -> str:
        ways = (str(each["id"]) for each in transitions if self._reached(each["to"], wanted))
        way = next(ways, None)
        if way is None:
            raise Permanent(
                f"{self._connection.id} has no way from where the ticket is to {wanted}; "
                "give its workflow one, or name the status in the connections file.",
                code="no_transition",
            )
        return way

    def _ticket(self, key: str) -> Made:
        return Made(ref=key, url=f"{self._site.url}/browse/{key}")

    def _remark(self, ticket: str, comment: str) -> Made:
        return Made(ref=comment, url=f"{self._site.url}/browse/{ticket}?focusedCommentId={comment}")


def label(effect: EffectId) -> str:
    """The label that finds what an effect created: no spaces, one case, and no length of its own."""
    return f"muster-{hashlib.sha256(effect.encode()).hexdigest()[:32]}"


def _key(ticket: str) -> str:
    """A key or an id, as it stands in an address."""
    if not _KEY.fullmatch(ticket):
        raise Permanent(f"“{ticket}” is no ticket of Jira; its key looks like SEC-12.", code="unknown_ticket")
    return ticket
