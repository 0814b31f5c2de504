"""A Jira of our own, Cloud or Data Center: its issues, its lagging search, its errors as the vendor documents them.

Written after Atlassian's reference of REST API v2 (Data Center) and v3 (Cloud).
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from tests.contract.fakes.adf import faults_of
from tests.contract.fakes.server import Answer, Call, FakeServer, Json

USER = "muster@unhcr.example.org"
TOKEN = "a-token-of-jira"
PROJECT = "SEC"
LONGEST_TEXT = 32_767
PRIORITIES = ("Highest", "High", "Medium", "Low", "Lowest")
STATUSES = {
    "To Do": "new",
    "In Progress": "indeterminate",
    "Won't Do": "done",
    "Done": "done",
}
TYPES = ("Task", "Sub-task")
LEVELS = ("Responders", "Everybody")
ASSIGNABLE = ("an-account-of-the-ciso",)
TLP = "customfield_10042"
_FIELDS = {
    "project",
    "issuetype",
    "summary",
    "description",
    "labels",
    "priority",
    "assignee",
    "security",
    "parent",
    "duedate",
    TLP,
}
_JQL = re.compile(r'labels = "(?P<label>[^"]+)" ORDER BY created ASC, key ASC')


@dataclass
class Issue:
    key: str
    fields: Json
    created: float
    status: str = "To Do"
    comments: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    moves: int = 0
    edits: int = 0


class FakeJira(FakeServer):
    """One site with one project. `lag` is the seconds until the search shows an issue."""

    def __init__(self, *, cloud: bool, lag: float = 0.0, now: Callable[[], float] | None = None) -> None:
        super().__init__(now)
        self.cloud = cloud
        self.lag = lag
        self.issues: dict[str, Issue] = {}
        self.fields = _FIELDS
        self.transitions = tuple(STATUSES)
        self.hides_the_project = False
        self.leads_elsewhere = ""
        self.largest_file = 10 * 1024 * 1024
        self.contents: dict[str, bytes] = {}

    @property
    def root(self) -> str:
        """The address of the site; a Data Center often has a path of its own."""
        return self.url if self.cloud else f"{self.url}/jira"

    def move(self, key: str, to: str) -> None:
        """Move an issue to another project; its old key still leads to it."""
        self.issues[key].key = to
        self.issues[to] = self.issues[key]

    def remark(self, key: str, *lines: str) -> None:
        """Somebody there comments on an issue."""
        blocks = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
        number = sum(len(each.comments) for each in self.issues.values())
        self.issues[key].comments.append(
            {
                "id": str(20_000 + number),
                "author": {"accountId": "5b10"} if self.cloud else {"name": "5b10"},
                "body": {"type": "doc", "version": 1, "content": blocks} if self.cloud else "\n".join(lines),
                "created": "2026-11-22T12:00:00.000+0000",
            }
        )

    def attach(self, key: str, name: str, content: bytes, account: str = "5b10") -> Json:
        """Somebody there attaches a file to an issue."""
        id = str(10_000 + len(self.contents))
        where = f"rest/api/3/attachment/content/{id}" if self.cloud else f"secure/attachment/{id}/{name}"
        file = {
            "id": id,
            "filename": name,
            "author": {"accountId": account} if self.cloud else {"name": account},
            "created": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "size": len(content),
            "mimeType": "application/octet-stream",
            "content": f"{self.root}/{quote(where)}",
        }
        self.contents[id] = content
        self.issues[key].files.append(file)
        return file

    def handle(self, call: Call) -> Answer:
        path = re.fullmatch(r"(?:/jira)?/rest/api/(?P<version>[23])/(?P<rest>.*)", call.path)
        if held := re.fullmatch(r"/jira/secure/attachment/([0-9]+)/.*", call.path):
            return self._content(call, held[1]) if self._known(call) else self._refused()
        if path is None or (path["version"] == "3" and not self.cloud):
            return Answer(404, "<html>dead link</html>")
        if path["rest"] == "serverInfo":
            return Answer(200, self._server_info())
        if not self._known(call):
            return self._refused()
        for method, pattern, act in self._routes():
            found = re.fullmatch(pattern, path["rest"])
            if found and method == call.method:
                return act(call, *found.groups())
        return Answer(404, {"errorMessages": ["null for uri"]})

    def _routes(self) -> tuple[tuple[str, str, Callable[..., Answer]], ...]:
        return (
            ("GET", "myself", lambda _: Answer(200, {"displayName": "Muster"})),
            ("GET", "project/([^/]+)", self._project),
            ("GET", "field", lambda _: Answer(200, [{"id": TLP, "name": "TLP marking", "custom": True}])),
            ("GET", "user/assignable/search", self._assignable),
            ("POST", "issue", self._create),
            ("PUT", "issue/([^/]+)", self._edit),
            ("GET", "issue/([^/]+)", self._issue),
            ("POST", "issue/([^/]+)/comment", self._comment),
            ("GET", "issue/([^/]+)/comment", self._comments),
            ("POST", "issue/([^/]+)/attachments", self._attach),
            ("GET", "attachment/([0-9]+)", self._attachment),
            ("GET", "attachment/content/([0-9]+)", self._content),
            ("GET", "issue/([^/]+)/transitions", self._transitions),
            ("POST", "issue/([^/]+)/transitions", self._move),
            ("GET", "search", self._search_of_data_center),
            ("GET", "search/jql", self._search_of_cloud),
        )

    def _server_info(self) -> Json:
        kind = "Cloud" if self.cloud else "Server"
        return {"versionNumbers": [1001, 0, 0] if self.cloud else [10, 3, 2], "deploymentType": kind}

    def _known(self, call: Call) -> bool:
        basic = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
        return call.headers.get("Authorization") == (f"Basic {basic}" if self.cloud else f"Bearer {TOKEN}")

    def _refused(self) -> Answer:
        headers = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
        return Answer(401, "Client must be authenticated to access this resource.", headers)

    def _project(self, _call: Call, key: str) -> Answer:
        if key != PROJECT or self.hides_the_project:
            return Answer(
                404, {"errorMessages": [f"No project could be found with key '{key}'."], "errors": {}}
            )
        return Answer(200, {"key": key, "id": "10000"})

    def _create(self, call: Call) -> Answer:
        fields = call.body["fields"]
        errors = self._errors(fields)
        if errors:
            return Answer(400, {"errorMessages": [], "errors": errors})
        key = f"{PROJECT}-{len(self.issues) + 1}"
        self.issues[key] = Issue(key, fields, self.now())
        return Answer(201, {"id": str(10_000 + len(self.issues)), "key": key, "self": f"{self.url}/{key}"})

    def _assignable(self, call: Call) -> Answer:
        asked = call.query["accountId" if self.cloud else "username"][0]
        named = [each for each in ASSIGNABLE if each.startswith(asked) and call.query["project"] == [PROJECT]]
        return Answer(200, [{"accountId" if self.cloud else "name": each} for each in named])

    def _edit(self, call: Call, key: str) -> Answer:
        issue = self._there(key)
        if isinstance(issue, Answer):
            return issue
        errors = self._chosen(call.body["fields"])
        if errors:
            return Answer(400, {"errorMessages": [], "errors": errors})
        changed = {name for name, value in call.body["fields"].items() if issue.fields.get(name) != value}
        issue.fields = {**issue.fields, **call.body["fields"]}
        issue.edits += bool(changed)
        return Answer(204)

    def _errors(self, fields: Json) -> dict[str, str]:
        found = self._chosen(fields)
        if fields.get("project") != {"key": PROJECT}:
            found["project"] = "valid project is required"
        kind = fields.get("issuetype", {}).get("name")
        if kind not in TYPES:
            found["issuetype"] = "The issue type selected is invalid."
        if (kind == "Sub-task") is not (fields.get("parent", {}).get("key") in self.issues):
            found["parent"] = "Issue type is a sub-task but parent issue key or id not specified."
        said = fields.get("summary", "")
        if not 0 < len(said.strip()) <= 255 or "\n" in said:
            found["summary"] = (
                "The summary is invalid because it contains newline characters, or is too long."
            )
        for label in fields.get("labels", ()):
            if not 0 < len(label) <= 255 or any(map(str.isspace, label)):
                found["labels"] = f"The label '{label}' contains spaces which is invalid."
        if error := self._text_error(fields.get("description")):
            found["description"] = error
        return found

    def _chosen(self, fields: Json) -> dict[str, str]:
        """What is wrong with the fields that are chosen from something."""
        found = {
            name: f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
            for name in fields.keys() - self.fields
        }
        if "priority" in fields and fields["priority"].get("name") not in PRIORITIES:
            found["priority"] = "The priority selected is invalid."
        if "security" in fields and fields["security"].get("name") not in LEVELS:
            found["security"] = "The security level selected is invalid."
        known_as = "accountId" if self.cloud else "name"
        if "assignee" in fields and fields["assignee"].get(known_as) not in ASSIGNABLE:
            found["assignee"] = "User does not exist or cannot be assigned."
        return found

    def _text_error(self, text: Any) -> str:
        if self.cloud:
            faults = faults_of(text)
            return f"Operation value must be an Atlassian Document: {faults}" if faults else ""
        if not isinstance(text, str):
            return "Operation value must be a string"
        return "The entered text is too long." if len(text) > LONGEST_TEXT else ""

    def _there(self, key: str) -> Issue | Answer:
        missing = {
            "errorMessages": ["Issue does not exist or you do not have permission to see it."],
            "errors": {},
        }
        return self.issues.get(key) or Answer(404, missing)

    def _issue(self, _call: Call, key: str) -> Answer:
        issue = self._there(key)
        if isinstance(issue, Answer):
            return issue
        shown = {"status": _status(issue.status)} | {
            name: issue.fields.get(name) for name in ("priority", "assignee", "security")
        }
        shown["attachment"] = issue.files
        return Answer(200, {"key": issue.key, "id": "1", "self": f"{self.url}/{key}", "fields": shown})

    def _transitions(self, _call: Call, key: str) -> Answer:
        issue = self._there(key)
        if isinstance(issue, Answer):
            return issue
        ways = [
            {"id": str(number), "name": name, "to": _status(name)}
            for number, name in enumerate(self.transitions, start=11)
            if name != issue.status
        ]
        return Answer(200, {"transitions": ways})

    def _comment(self, call: Call, key: str) -> Answer:
        issue = self._there(key)
        if isinstance(issue, Answer):
            return issue
        if error := self._text_error(call.body.get("body")):
            return Answer(400, {"errorMessages": [], "errors": {"comment": error}})
        number = sum(len(each.comments) for each in self.issues.values())
        comment = {
            "id": str(20_000 + number),
            "self": f"{self.url}/{number}",
            "body": call.body["body"],
            "properties": call.body.get("properties", []),
            "created": datetime.now(UTC).isoformat(),
        }
        issue.comments.append(comment)
        return Answer(201, comment)

    def _attach(self, call: Call, key: str) -> Answer:
        issue = self._there(key)
        if isinstance(issue, Answer):
            return issue
        if call.headers.get("X-Atlassian-Token") != "no-check":
            return Answer(403, "XSRF check failed")
        name, content = call.body
        if len(content) > self.largest_file:
            return Answer(413, {"errorMessages": ["The field file exceeds its maximum permitted size."]})
        return Answer(200, [self.attach(key, name, content, "muster")])

    def _attachment(self, _call: Call, id: str) -> Answer:
        found = [file for issue in self.issues.values() for file in issue.files if file["id"] == id]
        gone = {"errorMessages": [f"The attachment with id '{id}' does not exist"], "errors": {}}
        return Answer(200, found[0]) if found else Answer(404, gone)

    def _content(self, call: Call, id: str) -> Answer:
        if self.cloud and call.query.get("redirect") != ["false"]:
            return Answer(303, None, {"Location": "https://api.media.example.org/file"})
        if self.leads_elsewhere:
            return Answer(302, None, {"Location": self.leads_elsewhere})
        return Answer(200, self.contents[id]) if id in self.contents else Answer(404, {})

    def _comments(self, call: Call, key: str) -> Answer:
        issue = self._there(key)
        if isinstance(issue, Answer):
            return issue
        start, most = int(call.query.get("startAt", ["0"])[0]), int(call.query.get("maxResults", ["50"])[0])
        if call.query.get("orderBy") == ["-created"]:
            issue = replace(issue, comments=issue.comments[::-1])
        hidden = set() if "properties" in call.query.get("expand", []) else {"properties"}
        shown = [
            {name: value for name, value in comment.items() if name not in hidden}
            for comment in issue.comments[start : start + most]
        ]
        return Answer(200, {"startAt": start, "total": len(issue.comments), "comments": shown})

    def _move(self, call: Call, key: str) -> Answer:
        issue = self._there(key)
        if isinstance(issue, Answer):
            return issue
        wanted = int(call.body["transition"]["id"]) - 11
        if not 0 <= wanted < len(self.transitions) or self.transitions[wanted] == issue.status:
            return Answer(400, {"errorMessages": ["It seems that you have tried an invalid operation."]})
        issue.status, issue.moves = self.transitions[wanted], issue.moves + 1
        return Answer(204)

    def _search_of_data_center(self, call: Call) -> Answer:
        if self.cloud:
            return Answer(410, {"errorMessages": ["The requested API has been removed."]})
        return self._search(call)

    def _search_of_cloud(self, call: Call) -> Answer:
        return self._search(call) if self.cloud else Answer(404, {"errorMessages": ["null for uri"]})

    def _search(self, call: Call) -> Answer:
        asked = _JQL.fullmatch(call.query["jql"][0])
        if asked is None:
            return Answer(400, {"errorMessages": ["Error in the JQL Query."], "errors": {}})
        shown = [
            {"id": "1", "key": issue.key, "fields": {}}
            for issue in self.issues.values()
            if asked["label"] in issue.fields["labels"] and issue.created + self.lag <= self.now()
        ]
        return Answer(200, {"issues": shown})


def _status(name: str) -> Json:
    return {"name": name, "statusCategory": {"key": STATUSES[name]}}
