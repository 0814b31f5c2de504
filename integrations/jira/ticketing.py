"""One project of one Jira as a TicketingPort."""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from integrations.jira.client import JiraClient, JiraSite
from integrations.jira.files import attached, id_of
from integrations.jira.remarks import account_in, remark
from integrations.jira.render import summary, text
from playbooks.domain.connection import Connection
from playbooks.domain.document import Banner, Document
from playbooks.domain.errors import Denied, Permanent
from playbooks.domain.ids import EffectId, PersonId
from playbooks.domain.incident import Severity
from playbooks.domain.marking import DEFAULT_MARKING, Marking, strictest
from playbooks.domain.saying import Saying, saying
from playbooks.domain.seen import Attached, Seen, SeenAs
from playbooks.ports.project import TrackerProject, is_field_id
from playbooks.ports.ticketing import (
    SEEN_AS,
    Attach,
    Comment,
    CreateTicket,
    TicketStatus,
    Transition,
    UpdateTicket,
)
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


class JiraTicketing:
    """The TicketingPort of one project; see `docs/connections.md` for what it sends."""

    def __init__(
        self,
        connection: Connection,
        site: JiraSite,
        project: TrackerProject,
        account: Callable[[PersonId], str | None] = lambda _person: None,
    ) -> None:
        """`account` is a person's in this Jira: her id on Cloud, her name on Data Center; None where she has none."""
        self._connection = connection
        self._site = site
        self._project = project
        self._account = account

    async def create_ticket(self, request: CreateTicket) -> Made:
        """See the port."""
        cloud = await self._site.is_cloud()
        assignee, missing = await self._assignee(request.assignee, cloud=cloud)
        further = await self._further(request)
        fields = {**self._fields(request, cloud=cloud), **further, **assignee}
        made = self._created(await self._site.write(lambda jira: jira.create(fields)), request)
        return made.model_copy(update={"missing": missing})

    async def find_ticket(self, request: CreateTicket) -> Made | None:
        """See the port."""
        found = await self.search(request.effect_id)
        return self._created(found, request) if found else None

    async def search(self, effect: EffectId) -> str:
        """See `playbooks/ports/seen.py`: a label goes along when a site is moved, a key does not."""
        await self._site.is_cloud()
        return await self._site.read(lambda jira: jira.oldest_with(label(effect))) or ""

    async def update(self, request: UpdateTicket) -> Made:
        """See the port."""
        ticket = _key(request.ticket)
        assignee, missing = await self._assignee(request.assignee, cloud=await self._site.is_cloud())
        fields = {**(self._priority(request.severity) if request.severity else {}), **assignee}
        if fields:
            await self._site.write(lambda jira: jira.set_fields(ticket, fields))
        return self._ticket(ticket).model_copy(update={"missing": missing})

    async def comment(self, request: Comment) -> Made:
        """See the port."""
        ticket, body = _key(request.ticket), text(request.document, cloud=await self._site.is_cloud())
        await self._check_level(ticket, _marking(request.document))
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

    async def attach(self, request: Attach) -> Made:
        """See the port."""
        ticket = _key(request.ticket)
        await self._site.is_cloud()
        await self._check_level(ticket, request.marking)
        made = await self._site.write(lambda jira: jira.attach(ticket, request.name, request.file.content))
        return _made(attached(made))

    async def find_attachment(self, request: Attach) -> Made | None:
        """See the port."""
        ticket = _key(request.ticket)
        await self._site.is_cloud()
        files = map(attached, await self._site.read(lambda jira: jira.attachments(ticket)))
        ours = [each for each in files if each.name.startswith(f"{request.mark} ")]
        return _made(min(ours, key=lambda each: each.at)) if ours else None

    async def attached(self, ref: str) -> Attached:
        """See the port."""
        await self._site.is_cloud()
        return attached(await self._site.read(lambda jira: jira.attachment_there(id_of(ref))))

    async def fetch(self, attached: Attached) -> bytes:
        """See the port."""
        content = await self._site.read(lambda jira: jira.content_of(attached.url))
        if len(content) != attached.size:
            raise Permanent(saying("vendor.file_of_another_size", ref=attached.ref), code="unknown_file")
        return content

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
            key, fields = await self._site.read(lambda jira: jira.look(ticket))
            comments = await self._site.read(lambda jira: jira.latest_comments(ticket, MARK))
        except Permanent:
            return Seen(as_=await self._lost(), ref=ref)
        status, priority = fields["status"], str((fields.get("priority") or {}).get("name", ""))
        return Seen(
            as_=SEEN_AS[self._status(status)],
            ref=key,
            said=str(status["name"]),
            priority=priority,
            severities=self._project.severities(priority),
            assignee=account_in(fields.get("assignee")),
            remarks=tuple(map(remark, comments)),
            files=tuple(map(attached, fields.get("attachment") or ())),
        )

    async def _check_level(self, ticket: str, marking: Marking) -> None:
        """Raise Permanent where more people may see the ticket than may see what is marked so."""
        fit = self._project.levels(marking)
        if fit is not None and await self._site.read(lambda jira: jira.level_of(ticket)) not in fit:
            raise Permanent(
                saying("vendor.level_too_open", ref=ticket, marking=marking),
                code="level_too_open",
                about=", ".join(sorted(fit)),
            )

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

    async def health(self) -> Saying:
        """See `playbooks/ports/health.py`."""
        kind = "Cloud" if await self._site.is_cloud() else "Data Center"
        await self._site.read(JiraClient.myself)
        await self._site.read(lambda jira: jira.project(self._connection.place))
        return saying("vendor.health.jira", kind=kind, place=self._connection.place)

    @property
    def _who(self) -> Saying:
        return saying("vendor.jira", place=self._connection.id)

    def close(self) -> None:
        """Let go of the site."""
        self._site.close()

    async def _assignee(
        self, person: PersonId | None, *, cloud: bool
    ) -> tuple[dict[str, Any], tuple[PersonId, ...]]:
        """The field for a person, or she is missing: a ticket is made all the same, and somebody takes it there."""
        account = self._account(person) if person else None
        if person is None or account is None or not await self._may_be_assigned(account):
            return {}, (person,) if person else ()
        return {"assignee": {"accountId" if cloud else "name": account}}, ()

    async def _may_be_assigned(self, account: str) -> bool:
        """An account that may not ask who is there assigns nobody."""
        try:
            return await self._site.read(lambda jira: jira.may_be_assigned(self._connection.place, account))
        except (Permanent, Denied):
            return False

    async def _further(self, request: CreateTicket) -> dict[str, Any]:
        """The project's own fields by their ids. Raises Permanent for a name that is no field there."""
        marking = _marking(request.document)
        level = self._project.level(marking)
        named = self._project.filled(request, marking, self._connection.organization)
        ids = {} if all(map(is_field_id, named)) else await self._site.read(JiraClient.ids_of_fields)
        fields: dict[str, Any] = {self._id(name, ids): value for name, value in named.items()}
        return fields | ({"security": {"name": level}} if level else {})

    def _id(self, name: str, ids: Mapping[str, str]) -> str:
        id = name if is_field_id(name) else ids.get(name.casefold())
        if id is None:
            raise Permanent(
                saying("vendor.no_field", who=self._who, field=name),
                code="unknown_field",
                about=name,
            )
        return id

    def _priority(self, severity: Severity) -> dict[str, Any]:
        name = self._project.priorities.get(severity)
        return {"priority": {"name": name}} if name else {}

    def _fields(self, request: CreateTicket, *, cloud: bool) -> dict[str, Any]:
        parent = request.parent if self._project.subtask_type else None
        return {
            "project": {"key": self._connection.place},
            "issuetype": {"name": self._project.subtask_type if parent else self._project.issue_type},
            "summary": summary(request.document),
            "description": text(request.document, cloud=cloud),
            "labels": _labels(request),
            **self._priority(request.severity),
            **({"parent": {"key": _key(parent)}} if parent else {}),
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
                saying("vendor.no_way", who=self._who, wanted=wanted),
                code="no_transition",
                about=", ".join(str(each["to"]["name"]) for each in transitions),
            )
        return way

    def _ticket(self, key: str) -> Made:
        return Made(ref=key, url=f"{self._site.url}/browse/{key}")

    def _created(self, key: str, request: CreateTicket) -> Made:
        """With a search (JQL) for every issue that has the first of the labels, the incident's key."""
        jql = f'labels = "{_labels(request)[0]}" ORDER BY created ASC'
        return self._ticket(key).model_copy(update={"listing": f"{self._site.url}/issues/?jql={quote(jql)}"})

    def _remark(self, ticket: str, comment: str) -> Made:
        return Made(ref=comment, url=f"{self._site.url}/browse/{ticket}?focusedCommentId={comment}")


def _made(file: Attached) -> Made:
    return Made(ref=file.ref, url=file.url)


def _labels(request: CreateTicket) -> list[str]:
    return [*("-".join(code.split()) for code in request.labels), label(request.effect_id)]


def label(effect: EffectId) -> str:
    """The label that finds what an effect created: no spaces, one case, and no length of its own."""
    return f"muster-{hashlib.sha256(effect.encode()).hexdigest()[:32]}"


def _marking(document: Document) -> Marking:
    """What the document says of itself; one that says nothing counts as a new incident."""
    said = [block.marking for block in document.blocks if isinstance(block, Banner)]
    return strictest(*said) if said else DEFAULT_MARKING


def _key(ticket: str) -> str:
    """A key or an id, as it stands in an address."""
    if not _KEY.fullmatch(ticket):
        raise Permanent(saying("vendor.no_key", ref=ticket), code="unknown_ticket")
    return ticket
