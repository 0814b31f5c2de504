"""One service of one PagerDuty account as a PagingPort.

Pages are triggered, acknowledged and resolved by events under the effect's id, since PagerDuty drops an event
for a page that is over, while setting a status over the REST API would open it again. The REST API is asked
beforehand whether there is such a page at all.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from integrations.pagerduty.client import PagerDutyAccount
from integrations.pagerduty.ladder import ladder_of
from integrations.pagerduty.render import payload
from integrations.pagerduty.responding import Responding
from playbooks.domain.connection import Connection
from playbooks.domain.errors import Denied, Permanent, Transient
from playbooks.domain.ids import PersonId
from playbooks.domain.on_call import Ladder
from playbooks.domain.saying import Saying, saying
from playbooks.domain.seen import Seen, SeenAs
from playbooks.ports.paging import (
    SEEN_AS,
    Acknowledge,
    AddResponders,
    Note,
    OnCall,
    PageStatus,
    PlannedShift,
    Reassign,
    Resolve,
    Trigger,
)
from playbooks.ports.write import Made

_SETTLED: Final = {
    "acknowledge": frozenset({"acknowledged", "resolved"}),
    "resolve": frozenset({"resolved"}),
}
_PAGE: Final = 100
_MOST_PAGES: Final = 5
_RULES: Final = "R"
"""Begins a routing key of event rules, which belongs to no one service."""


class PagerDutyPaging:
    """The PagingPort of one service; see `docs/connections.md` for what it sends."""

    def __init__(
        self,
        connection: Connection,
        account: PagerDutyAccount,
        person: Callable[[PersonId], str | None] = lambda _person: None,
    ) -> None:
        """`person` is somebody's account with this pager, None where she has none."""
        self._connection = connection
        self._account = account
        self._responding = Responding(connection.id, account, person)

    async def trigger(self, request: Trigger) -> Made:
        """See the port."""
        await self._account.send("trigger", request.effect_id, payload(request.document, request.severity))
        return Made(ref=request.effect_id)

    async def acknowledge(self, request: Acknowledge) -> Made:
        """See the port."""
        return await self._settle("acknowledge", request.page)

    async def resolve(self, request: Resolve) -> Made:
        """See the port."""
        return await self._settle("resolve", request.page)

    async def reassign(self, request: Reassign) -> Made:
        """See the port."""
        return await self._responding.reassign(request, await self._going_on(request.page))

    async def add_responders(self, request: AddResponders) -> Made:
        """See the port."""
        return await self._responding.add(request, await self._going_on(request.page))

    async def note(self, request: Note) -> Made:
        """See the port."""
        return await self._responding.note(request, await self._latest(request.page))

    async def find_note(self, request: Note) -> Made | None:
        """See the port."""
        return await self._responding.find_note(request, await self._latest(request.page))

    async def who_is_on_call(self) -> tuple[OnCall, ...]:
        """See the port."""
        service = await self._service()
        found = await self._account.read(
            "/oncalls",
            escalation_policy_ids=[service["escalation_policy"]["id"]],
            earliest="true",
            limit=_PAGE,
        )
        return tuple(sorted(map(_on_call, found["oncalls"]), key=lambda person: person.level))

    async def planned(self, since_at: datetime, until_at: datetime) -> tuple[PlannedShift, ...]:
        """See the port; PagerDuty's final schedules, with overrides, of the service's escalation policy."""
        service, shifts, more = await self._service(), set[PlannedShift](), True
        for page in range(_MOST_PAGES):
            if not more:
                break
            found = await self._account.read(
                "/oncalls",
                escalation_policy_ids=[service["escalation_policy"]["id"]],
                since=since_at.isoformat(),
                until=until_at.isoformat(),
                limit=_PAGE,
                offset=page * _PAGE,
            )
            shifts |= {_planned(each, since_at, until_at) for each in found["oncalls"]}
            more = bool(found.get("more"))
        return tuple(sorted(shifts, key=lambda each: (each.start_at, each.level, each.account)))

    async def ladder(self) -> Ladder:
        """See the port."""
        return await ladder_of(self._account, await self._service())

    async def look(self, ref: str) -> Seen:
        """See `playbooks/ports/seen.py`; of several pages under one key the one that is still going on counts."""
        states = await self._states(ref)
        if not states:
            return Seen(as_=SeenAs.GONE, ref=ref)
        status = next(each for each in PageStatus if each in states)
        return Seen(as_=SEEN_AS[status], ref=ref, said=status.value)

    async def recall(self, there: str) -> str:
        """See `playbooks/ports/notices.py`: the key that PagerDuty keeps beside its own id."""
        try:
            found = await self._account.read(f"/incidents/{quote(there, safe='')}")
        except Permanent:
            return ""
        return str(found["incident"].get("incident_key") or "")

    async def health(self) -> Saying:
        """See `playbooks/ports/health.py`; where PagerDuty shows the service's keys, ours must be one of them."""
        service = await self._service()
        keys = {each.get("integration_key") for each in service.get("integrations", ())} - {None}
        ours = self._account.routing_key.get_secret_value()
        if keys and ours not in keys and not ours.startswith(_RULES):
            raise Denied(
                saying("vendor.key_of_another", who=self._connection.id, service=self._connection.place)
            )
        return saying("vendor.health.pagerduty", place=self._connection.place)

    @property
    def _who(self) -> Saying:
        return saying("vendor.pagerduty", place=self._connection.id)

    def close(self) -> None:
        """Let go of the account."""
        self._account.close()

    async def _service(self) -> Mapping[str, Any]:
        found = await self._account.read(f"/services/{self._connection.place}", include=["integrations"])
        service: Mapping[str, Any] = found["service"]
        return service

    async def _settle(self, action: str, page: str) -> Made:
        states = await self._states(page)
        if not states:
            raise self._unseen(page)
        if not states <= _SETTLED[action]:
            await self._account.send(action, page)
        return Made(ref=page)

    async def _states(self, page: str) -> frozenset[PageStatus]:
        return frozenset(PageStatus(incident["status"]) for incident in await self._incidents(page))

    async def _incidents(self, page: str) -> list[Mapping[str, Any]]:
        found = await self._account.read("/incidents", incident_key=page, date_range="all", limit=_PAGE)
        incidents: list[Mapping[str, Any]] = found["incidents"]
        return incidents

    async def _latest(self, page: str) -> Mapping[str, Any]:
        incidents = await self._incidents(page)
        if not incidents:
            raise self._unseen(page)
        return max(incidents, key=lambda each: int(each["incident_number"]))

    async def _going_on(self, page: str) -> Mapping[str, Any]:
        latest = await self._latest(page)
        if latest["status"] == PageStatus.RESOLVED:
            raise Permanent(saying("vendor.page_over", who=self._connection.id), code="page_over")
        return latest

    def _unseen(self, page: str) -> Exception:
        """Events are accepted before they are worked off: a page of ours will be seen in a while."""
        if page.startswith(f"{self._connection.id}/"):
            return Transient(saying("vendor.page_not_yet", who=self._who))
        return Permanent(saying("vendor.no_page", who=self._who), code="unknown_page")


def _on_call(found: Mapping[str, Any]) -> OnCall:
    end = found.get("end")
    return OnCall(
        account=found["user"]["id"],
        level=found["escalation_level"],
        until=datetime.fromisoformat(end) if end else None,
    )


def _planned(found: Mapping[str, Any], since_at: datetime, until_at: datetime) -> PlannedShift:
    """Who is on call without a schedule is so without a beginning or an end."""
    start, end = found.get("start"), found.get("end")
    return PlannedShift(
        account=found["user"]["id"],
        level=found["escalation_level"],
        start_at=max(datetime.fromisoformat(start), since_at) if start else since_at,
        end_at=min(datetime.fromisoformat(end), until_at) if end else until_at,
    )
