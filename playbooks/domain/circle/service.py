"""Shared services that were asked for in an incident, and by what those are known that look like an attack.

A request carries the service as the catalogue stated it, so that editing a file changes no request. How it stands
follows from the task that it became in the provider's part.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.catalogue import Service
from playbooks.domain.command import Command
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, OrganizationCode
from playbooks.domain.kinds import Kind


class Announced(BaseModel):
    """By what the alerts are known that its work sets off, and until when at most."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    known_by: tuple[str, ...]
    """Addresses, networks, domains and mailboxes, as `domain/provenance.py` compares them."""
    until: AwareDatetime


class ServiceRequest(BaseModel):
    """What an organization asked of a provider in an incident."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    """`S-1`."""
    service: Service
    """As it stood."""
    organization: OrganizationCode
    """Who asked, and bears what it costs."""
    at: AwareDatetime
    entry: str
    announced: Announced | None = None
    waits: str = ""
    """The step of a run that waits for it, `<workflow id>|<occasion>`; empty where a person asked."""

    def is_expected(self, at: datetime) -> bool:
        """Whether alerts that it sets off are expected at this moment."""
        return self.announced is not None and at < self.announced.until

    @property
    def origin(self) -> str:
        """By which the task in the provider's part names what it came from; a step that waits hears how it ended."""
        return self.waits or f"service/{self.id}"


Requests = Mapping[str, ServiceRequest]


def evolve_services(requests: Requests, entry: Entry) -> dict[str, ServiceRequest]:
    """The requests after one more entry."""
    data = entry.data
    if entry.kind == Kind.SERVICE_ANNOUNCE:
        announced = Announced(known_by=tuple(data["known_by"]), until=data["until_at"])
        change = {"announced": announced}
        return {
            id: each.model_copy(update=change) if id == data["request"] else each
            for id, each in requests.items()
        }
    asked = ServiceRequest(
        id=data["request"],
        service=Service.model_validate(data["agreement"]),
        organization=OrganizationCode(data["organization"]),
        at=entry.at,
        entry=entry.id,
        waits=data.get("waits", ""),
    )
    return {**requests, asked.id: asked}


def task_for(request: ServiceRequest, asked: Entry) -> Command:
    """The task that a request becomes in the provider's part: asked, and accepted or declined there (004 §7)."""
    args: dict[str, Any] = {"organization": request.service.provider, "origin": request.origin}
    if request.service.answer_minutes is not None:
        args["due_minutes"] = request.service.answer_minutes
    return Command(
        id=CommandId(f"{asked.id}/service/{request.id}"),
        verb="task.add",
        actor=asked.actor.model_copy(update={"organization": request.organization}),
        incident=asked.incident,
        args=args,
        received_at=asked.at,
    )


SERVICE_KINDS: Final = (Kind.SERVICE_REQUEST, Kind.SERVICE_ANNOUNCE)
"""The kinds that change requests of services."""
