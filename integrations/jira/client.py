"""The client of Jira's REST API as Muster needs it: it asks once, within its own time-out, in a thread of its own."""

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from time import monotonic
from typing import Any, Final, TypeVar, cast

from jira import JIRA, JIRAError
from pydantic import BaseModel, ConfigDict, SecretStr
from requests import RequestException

from integrations.jira.failures import refusal
from integrations.jira.files import FormWithin, whole
from playbooks.actions.times import TIMES
from playbooks.domain.connection import PortName
from playbooks.domain.errors import Permanent
from playbooks.domain.saying import saying

Answer = TypeVar("Answer")
Json = Mapping[str, Any]

_WITHIN: Final = TIMES[PortName.TICKETING].client / 2
"""To connect, and again to answer: together no longer than the door waits."""
_AT_ONCE: Final = 4
_PAGE: Final = 100
_PIECE: Final = 64 * 1024


class JiraAccess(BaseModel):
    """Where a site is and how Muster signs in there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    token: SecretStr
    """An API token (with `user`), or a personal access token (without)."""
    user: str = ""
    """The mail address of the account; Cloud wants one, Data Center does not."""
    ca: Path | None = None
    """Certificates to trust instead of the usual ones."""
    within: timedelta = _WITHIN


class JiraClient(JIRA):
    """The library's client without its own second tries, and with the few requests that it has no method for."""

    def __init__(self, access: JiraAccess) -> None:
        self._fields_by_name: Mapping[str, str] | None = None
        self._within = access.within
        seconds, token = access.within.total_seconds(), access.token.get_secret_value()
        super().__init__(
            server=access.url,
            options={"verify": str(access.ca) if access.ca else True},
            basic_auth=(access.user, token) if access.user else None,
            token_auth=None if access.user else token,
            get_server_info=False,
            max_retries=0,
            timeout=(seconds, seconds),
        )

    @property
    def is_cloud(self) -> bool:
        """Whether this site is Jira Cloud; known once the client is acquainted."""
        return self._is_cloud

    def acquaint(self) -> None:
        """Learn once which Jira this is: Cloud searches in another way, and takes trees where others take text."""
        if self.deploymentType is None:
            self.deploymentType = self.server_info().get("deploymentType", "Server")
            self._options["rest_api_version"] = "3" if self._is_cloud else "2"

    def oldest_with(self, label: str) -> str | None:
        """The key of the oldest issue with that label that is indexed, in whichever project it is by now."""
        jql = f'labels = "{label}" ORDER BY created ASC, key ASC'
        path = "search/jql" if self._is_cloud else "search"
        found = self._get_json(path, params={"jql": jql, "fields": "created", "maxResults": _PAGE})
        return next((str(issue["key"]) for issue in found["issues"]), None)

    def create(self, fields: Json) -> str:
        """Create an issue in one request; its key."""
        return str(self.create_issue(fields=dict(fields), prefetch=False).key)

    def ids_of_fields(self) -> Mapping[str, str]:
        """The ids of all fields by the names that people see, in one case; learned once."""
        if self._fields_by_name is None:
            self._fields_by_name = {str(each["name"]).casefold(): str(each["id"]) for each in self.fields()}
        return self._fields_by_name

    def may_be_assigned(self, project: str, account: str) -> bool:
        """Whether somebody may be given issues of a project."""
        known_as = "accountId" if self._is_cloud else "name"
        params = {"project": project, "accountId" if self._is_cloud else "username": account}
        found = cast("list[Json]", self._get_json("user/assignable/search", params=params))
        return any(each.get(known_as) == account for each in found)

    def set_fields(self, issue: str, fields: Json) -> None:
        """Set fields of an issue; the same twice changes nothing more."""
        self._session.put(self._get_url(f"issue/{issue}"), data=json.dumps({"fields": dict(fields)}))

    def add_marked_comment(self, issue: str, body: object, mark: str, value: str) -> str:
        """Comment, with a property that people do not see; the comment's id."""
        marked = {"body": body, "properties": [{"key": mark, "value": {"id": value}}]}
        return str(self._post(f"issue/{issue}/comment", marked)["id"])

    def oldest_marked_comment(self, issue: str, mark: str, value: str) -> str | None:
        """The id of the oldest comment with that property."""
        seen = 0
        while page := self.comments(issue, expand="properties", start_at=seen, max_results=_PAGE):
            for comment in page:
                if {"key": mark, "value": {"id": value}} in _properties(comment.raw):
                    return str(comment.id)
            seen += len(page)
        return None

    def standing(self, issue: str) -> Json:
        """The status that an issue is in."""
        return cast("Json", self.issue(issue, fields="status").raw["fields"]["status"])

    def look(self, issue: str) -> tuple[str, Json]:
        """The key that an issue goes by now, and its status, priority, assignee and attachments."""
        found = self.issue(issue, fields="status,priority,assignee,attachment").raw
        return str(found["key"]), cast("Json", found["fields"])

    def latest_comments(self, issue: str, mark: str) -> list[Json]:
        """The latest comments without that property, the oldest of them first."""
        params = {"expand": "properties", "orderBy": "-created", "maxResults": _PAGE}
        found = cast("list[Json]", self._get_json(f"issue/{issue}/comment", params=params)["comments"])
        others = [each for each in found if mark not in {said["key"] for said in _properties(each)}]
        return sorted(others, key=lambda each: int(each["id"]))

    def attach(self, issue: str, name: str, content: bytes) -> Json:
        """Attach a file to an issue in one request. Raises Permanent where that takes too long."""
        form = FormWithin(name, content, 2 * self._within)
        headers = {"Content-Type": form.type, "X-Atlassian-Token": "no-check"}
        answer = self._session.post(self._get_url(f"issue/{issue}/attachments"), data=form, headers=headers)
        return cast("Json", answer.json()[0])

    def attachments(self, issue: str) -> list[Json]:
        """What is attached to an issue."""
        found = self.issue(issue, fields="attachment").raw["fields"].get("attachment") or []
        return cast("list[Json]", found)

    def attachment_there(self, id: str) -> Json:
        """What is known of an attachment."""
        return cast("Json", self._get_json(f"attachment/{id}"))

    def content_of(self, url: str) -> bytes:
        """The bytes of an attachment from where Jira says they are. Raises Permanent for anywhere else, or too slow.

        Cloud is asked for them itself, not for where they are: no answer leads Muster to another machine.
        """
        if not url.startswith(f"{self.server_url.rstrip('/')}/"):
            raise Permanent(saying("vendor.file_on_another_site"), code="unknown_file")
        until = monotonic() + 2 * self._within.total_seconds()
        with self._session.get(
            url, headers={"Accept": "*/*"}, params={"redirect": "false"}, stream=True, allow_redirects=False
        ) as answer:
            if answer.status_code != HTTPStatus.OK:
                raise Permanent(saying("vendor.file_moved"), code="unknown_file")
            return whole(answer.iter_content(_PIECE), until)

    def level_of(self, issue: str) -> str:
        """The name of an issue's security level, empty for none."""
        fields = self.issue(issue, fields="security").raw["fields"]
        return str((fields.get("security") or {}).get("name", ""))

    def take(self, issue: str, transition: str) -> None:
        """Take a transition by its id."""
        self._post(f"issue/{issue}/transitions", {"transition": {"id": transition}})

    def _post(self, path: str, body: Json) -> Json:
        answer = self._session.post(self._get_url(path), data=json.dumps(body))
        return cast("Json", answer.json()) if answer.content else {}


def _properties(comment: Json) -> list[Json]:
    return [{"key": each["key"], "value": each.get("value")} for each in comment.get("properties", ())]


class JiraSite:
    """One site, asked in threads of its own: a slow one holds up nobody else's connection."""

    def __init__(self, place: str, access: JiraAccess) -> None:
        self.url = access.url.rstrip("/")
        self._place = place
        self._client = JiraClient(access)
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix=place)

    async def is_cloud(self) -> bool:
        """Whether this is Jira Cloud. Raises ProviderErrors, since it may have to ask."""
        await self.read(JiraClient.acquaint)
        return self._client.is_cloud

    async def read(self, question: Callable[[JiraClient], Answer]) -> Answer:
        """Ask for something; never Unknown, since nothing can have happened. Raises ProviderErrors."""
        return await self._ask(question, reads=True)

    async def write(self, request: Callable[[JiraClient], Answer]) -> Answer:
        """Change something in one request. Raises ProviderErrors."""
        return await self._ask(request, reads=False)

    def close(self) -> None:
        """Let go of the connections; calls that are under way end by their time-out."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.close()  # type: ignore[no-untyped-call]  # the library's own

    async def _ask(self, call: Callable[[JiraClient], Answer], *, reads: bool) -> Answer:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, call, self._client)
        except (JIRAError, RequestException, ValueError, KeyError) as error:
            failure = refusal(self._place, error, reads=reads)
        # The library's errors print the request's headers and body; they end here.
        raise failure
