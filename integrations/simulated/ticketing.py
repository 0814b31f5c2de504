"""A simulated tracker: creates as often as it is asked, and its search lags behind, as Jira's does."""

from base64 import b64decode, b64encode
from datetime import timedelta

from integrations.simulated.things import Thing
from integrations.simulated.vendor import SimulatedVendor
from playbooks.domain.document import plain
from playbooks.domain.errors import Permanent
from playbooks.domain.ids import EffectId
from playbooks.domain.incident import Severity
from playbooks.domain.seen import Attached, Remark, Seen, SeenAs
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

LAG = timedelta(seconds=2)
"""Until a search shows what was created."""


class SimulatedTicketing(SimulatedVendor):
    """The TicketingPort of a simulated world."""

    async def create_ticket(self, request: CreateTicket) -> Made:
        """Create a ticket, and another one when asked again."""
        return await self._call("create_ticket", lambda: self._create(request))

    async def find_ticket(self, request: CreateTicket) -> Made | None:
        """The first ticket of this request, once it is indexed."""
        return await self._call("find_ticket", lambda: self._found("ticket", request.effect_id))

    async def update(self, request: UpdateTicket) -> Made:
        """Set a ticket's severity or assignee."""
        return await self._call("update", lambda: self._update(request))

    async def comment(self, request: Comment) -> Made:
        """Comment on a ticket, and once more when asked again."""
        return await self._call("comment", lambda: self._comment(request))

    async def find_comment(self, request: Comment) -> Made | None:
        """The first comment of this request, once it is indexed."""
        return await self._call("find_comment", lambda: self._found("comment", request.effect_id))

    async def attach(self, request: Attach) -> Made:
        """Attach a file, and once more when asked again."""
        return await self._call("attach", lambda: self._attach(request))

    async def find_attachment(self, request: Attach) -> Made | None:
        """The first file of this request, once it is indexed."""
        return await self._call("find_attachment", lambda: self._found("file", request.effect_id))

    async def attached(self, ref: str) -> Attached:
        """What is known of a file; see the port."""
        return await self._call("attached", lambda: _attached(self._file(ref)))

    async def fetch(self, attached: Attached) -> bytes:
        """Its bytes."""
        return await self._call("fetch", lambda: b64decode(self._file(attached.ref).state["text"]))

    def attach_there(self, ticket: str, account: str, name: str, content: bytes) -> str:
        """Somebody there attaches a file to a ticket; its reference."""
        return self._add_file(self._ticket(ticket), "", account, name, content)

    async def transition(self, request: Transition) -> Made:
        """Bring a ticket to a status."""
        return await self._call("transition", lambda: self._transition(request))

    async def look(self, ref: str) -> Seen:
        """How a ticket stands; see `playbooks/ports/seen.py`."""
        return await self._call("look", lambda: self._looked(ref))

    async def search(self, effect: EffectId) -> str:
        """By what reference a ticket goes; see `playbooks/ports/seen.py`."""
        return await self._call("search", lambda: self._searched(effect))

    def _searched(self, effect: EffectId) -> str:
        ticket = self._world.search(self._id, "ticket", effect)
        return str(ticket.state.get("key", ticket.ref)) if ticket else ""

    def _looked(self, ref: str) -> Seen:
        ticket = self._world.thing(self._id, "ticket", ref) or self._moved(ref)
        if ticket is None or (ticket.state.get("lost") and ref != ticket.state["key"]):
            return Seen(as_=SeenAs.GONE, ref=ref)
        status = TicketStatus(ticket.state["status"])
        severity = Severity(ticket.state["severity"])
        return Seen(
            as_=SEEN_AS[status],
            ref=str(ticket.state.get("key", ref)),
            said=status.value,
            priority=severity.value,
            severities=(severity,),
            assignee=ticket.state.get("assignee") or "",
            remarks=tuple(Remark.model_validate(each) for each in ticket.state.get("remarks", ())),
            files=tuple(_attached(self._file(each)) for each in ticket.state.get("files", ())),
        )

    def _moved(self, ref: str) -> Thing | None:
        """The ticket that goes by this reference now."""
        tickets = self._world.things(self._id, "ticket")
        return next((each for each in tickets if each.state.get("key") == ref), None)

    def _create(self, request: CreateTicket) -> Made:
        ref = f"{self._connection.place or 'SIM'}-{self._world.count(self._id, 'ticket') + 1}"
        state = {
            "title": request.document.title,
            "text": plain(request.document),
            "severity": request.severity,
            "labels": request.labels,
            "status": TicketStatus.OPEN,
            "assignee": request.assignee,
            "parent": request.parent,
        }
        self._world.add(self._id, "ticket", ref, request.effect_id, LAG, state)
        self._happened("create_ticket", request.effect_id, ref)
        return Made(ref=ref)

    def _update(self, request: UpdateTicket) -> Made:
        ticket = self._ticket(request.ticket)
        wanted = request.model_dump(include={"severity", "assignee"}, exclude_none=True)
        changed = {name: value for name, value in wanted.items() if ticket.state.get(name) != value}
        if changed:
            self._world.change(ticket, **changed)
            self._happened("update", request.effect_id, ticket.ref)
        return Made(ref=ticket.ref)

    def _comment(self, request: Comment) -> Made:
        ticket = self._ticket(request.ticket)
        ref = f"{ticket.ref}#{self._world.count(self._id, 'comment') + 1}"
        state = {"ticket": ticket.ref, "text": plain(request.document)}
        self._world.add(self._id, "comment", ref, request.effect_id, LAG, state)
        self._happened("comment", request.effect_id, ref)
        return Made(ref=ref)

    def _attach(self, request: Attach) -> Made:
        ticket = self._ticket(request.ticket)
        ref = self._add_file(ticket, request.effect_id, "", request.name, request.file.content)
        self._happened("attach", request.effect_id, ref)
        return Made(ref=ref)

    def _add_file(self, ticket: Thing, effect: str, account: str, name: str, content: bytes) -> str:
        ref = f"attachment/{self._world.count(self._id, 'file') + 1}"
        state = {
            "ticket": ticket.ref,
            "account": account,
            "at": self._world.now().isoformat(),
            "title": name,
            "size": len(content),
            "text": b64encode(content).decode(),
        }
        self._world.add(self._id, "file", ref, effect, LAG, state)
        self._world.change(ticket, files=[*ticket.state.get("files", ()), ref])
        return ref

    def _file(self, ref: str) -> Thing:
        file = self._world.thing(self._id, "file", ref)
        if file is None:
            raise Permanent(f"{self._id} has no file {ref}.", code="unknown_file")
        return file

    def _transition(self, request: Transition) -> Made:
        ticket = self._ticket(request.ticket)
        if ticket.state["status"] != request.status:
            self._world.change(ticket, status=request.status)
            self._happened("transition", request.effect_id, ticket.ref)
        return Made(ref=ticket.ref)

    def _found(self, kind: str, effect_id: str) -> Made | None:
        thing = self._world.search(self._id, kind, effect_id)
        return Made(ref=thing.ref) if thing else None

    def _ticket(self, ref: str) -> Thing:
        ticket = self._world.thing(self._id, "ticket", ref)
        if ticket is None:
            raise Permanent(f"{self._id} has no ticket {ref}.", code="unknown_ticket")
        return ticket


def _attached(file: Thing) -> Attached:
    known = {name: file.state[name] for name in ("account", "at", "size")}
    return Attached.model_validate({"ref": file.ref, "name": file.state["title"], **known})
