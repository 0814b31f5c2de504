"""What PagerDuty takes over its REST API alone: a page given to people, people asked to help, notes.

After https://developer.pagerduty.com/api-reference: each wants a `From` with the mail address of a user of the account,
and speaks of the incident by PagerDuty's own id. What is so already is not asked for again.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from integrations.pagerduty.client import PagerDutyAccount
from playbooks.domain.document import plain
from playbooks.domain.errors import Permanent
from playbooks.domain.ids import EffectId, PersonId
from playbooks.domain.saying import Saying, saying
from playbooks.ports.paging import AddResponders, Note, Reassign
from playbooks.ports.write import Made

_LONGEST: Final = 25_000
"""PagerDuty's limit of a note's content."""

MARK: Final = "muster-"

Json = Mapping[str, Any]


class Responding:
    """The people and the notes of one account's pages."""

    def __init__(
        self, place: str, account: PagerDutyAccount, person: Callable[[PersonId], str | None]
    ) -> None:
        """`person` is somebody's account with PagerDuty, None where she has none."""
        self._place = place
        self._account = account
        self._person = person

    async def reassign(self, request: Reassign, incident: Json) -> Made:
        """See the port."""
        user = self._user()
        wanted, missing = self._accounts(request.people)
        standing = {each["assignee"]["id"] for each in incident.get("assignments", ())}
        if standing != set(wanted):
            assignments = [{"assignee": _reference(account)} for account in wanted]
            body = {"incident": {"type": "incident_reference", "assignments": assignments}}
            await self._account.write("PUT", f"/incidents/{incident['id']}", body, user=user)
        return Made(ref=request.page, missing=missing)

    async def add(self, request: AddResponders, incident: Json) -> Made:
        """See the port."""
        user = self._user()
        wanted, missing = self._accounts(request.people)
        asked = {each["user"]["id"] for each in incident.get("incidents_responders", ())}
        targets = [
            {"responder_request_target": _reference(account)} for account in wanted if account not in asked
        ]
        if targets:
            body = {
                "requester_id": await self._requester(user),
                "message": request.effect_id.split("/")[2],
                "responder_request_targets": targets,
            }
            await self._account.write(
                "POST", f"/incidents/{incident['id']}/responder_requests", body, user=user
            )
        return Made(ref=request.page, missing=missing)

    async def note(self, request: Note, incident: Json) -> Made:
        """See the port."""
        ended = f"\n[{mark(request.effect_id)}]"
        words = plain(request.document)[: _LONGEST - len(ended)]
        body = {"note": {"content": words + ended}}
        made = await self._account.write(
            "POST", f"/incidents/{incident['id']}/notes", body, user=self._user()
        )
        return Made(ref=str(made["note"]["id"]))

    async def find_note(self, request: Note, incident: Json) -> Made | None:
        """See the port."""
        found = await self._account.read(f"/incidents/{incident['id']}/notes")
        ours = [each for each in found["notes"] if mark(request.effect_id) in each.get("content", "")]
        oldest = min(ours, key=lambda each: str(each.get("created_at", "")), default=None)
        return Made(ref=str(oldest["id"])) if oldest else None

    @property
    def _who(self) -> Saying:
        return saying("vendor.pagerduty", place=self._place)

    def _user(self) -> str:
        if not self._account.user:
            raise Permanent(
                saying("vendor.user_wanted", who=self._who),
                code="no_pager_user",
            )
        return self._account.user

    async def _requester(self, user: str) -> str:
        found = await self._account.read("/users", query=user)
        same = (
            str(each["id"]) for each in found["users"] if each.get("email", "").casefold() == user.casefold()
        )
        requester = next(same, None)
        if requester is None:
            raise Permanent(
                saying("vendor.no_user", who=self._who, user=user),
                code="no_pager_user",
            )
        return requester

    def _accounts(self, people: tuple[PersonId, ...]) -> tuple[list[str], tuple[PersonId, ...]]:
        found = {person: self._person(person) for person in people}
        accounts = [account for account in found.values() if account]
        if not accounts:
            raise Permanent(
                saying("vendor.no_account", people=people, who=self._who),
                code="no_account",
                about=", ".join(people),
            )
        return accounts, tuple(person for person, account in found.items() if not account)


def mark(effect: EffectId) -> str:
    """What a note ends with, so that it is found: no words, and no length of its own."""
    return f"{MARK}{hashlib.sha256(effect.encode()).hexdigest()[:16]}"


def _reference(account: str) -> dict[str, str]:
    return {"id": account, "type": "user_reference"}
