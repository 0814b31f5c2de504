"""A TAXII 2.1 server of our own (OASIS, taxii-v2.1-os): one collection, and whatever may go wrong."""

import gzip
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from typing_extensions import override

from tests.contract.fakes.server import Answer, Call, FakeServer

COLLECTION: Final = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
TOKEN: Final = "a-token-of-an-account"
MEDIA: Final = "application/taxii+json;version=2.1"
_OBJECTS: Final = f"/circle/collections/{COLLECTION}/objects/"


class FakeTaxii(FakeServer):
    """Takes what it is given, at once or after `asked_after` questions, and tells when it came."""

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        super().__init__(now)
        self.objects: list[tuple[str, dict[str, Any]]] = []
        """Each with when it came."""
        self.asked_after = 0
        self.refuses: dict[str, str] = {}
        """What is wrong with an object, by its id."""
        self.page = 1000
        self.by_next = True
        self.zipped = True
        self.root: dict[str, Any] = {"title": "Circle", "versions": [MEDIA], "max_content_length": 9_999_999}
        self.discovery: dict[str, Any] = {"title": "Discovery"}
        self.padding = ""
        self.moved = ""
        """Where it sends whoever asks."""
        self._states: dict[str, dict[str, Any]] = {}

    @property
    def ids(self) -> list[str]:
        """What it holds, in the order of coming."""
        return [each["id"] for _, each in self.objects]

    @override
    def handle(self, call: Call) -> Answer:
        if self.moved:
            return Answer(302, {}, {"Location": self.moved})
        if call.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Answer(401, {})
        if call.headers.get("Accept") != MEDIA:
            return Answer(406, {})
        routes: Mapping[str, Callable[[Call], Answer]] = {
            "/taxii2/": lambda _: self._said(self.discovery),
            "/circle/": lambda _: self._said(self.root),
            f"/circle/collections/{COLLECTION}/": lambda _: self._said({"can_read": True, "can_write": True}),
            f"/circle/collections/{COLLECTION}/manifest/": self._manifest,
            _OBJECTS: self._given if call.method == "POST" else self._taken,
        }
        if call.path.startswith("/circle/status/"):
            return self._status(call.path.split("/")[3])
        return routes[call.path](call) if call.path in routes else Answer(404, {})

    def _given(self, call: Call) -> Answer:
        if call.headers.get("Content-Type") != MEDIA:
            return Answer(415, {})
        failures: list[dict[str, str]] = []
        for each in call.body["objects"]:
            if each["id"] in self.refuses:
                failures.append({"id": each["id"], "message": self.refuses[each["id"]]})
            elif each in [held for _, held in self.objects]:
                failures.append({"id": each["id"], "message": "is here already"})
            else:
                self.objects.append((f"2026-11-23T06:00:00.{len(self.objects) + 1:06}Z", each))
        state = {
            "id": f"status-{len(self._states)}",
            "status": "complete",
            "total_count": len(call.body["objects"]),
            "success_count": len(call.body["objects"]) - len(failures),
            "failure_count": len(failures),
            "failures": failures,
            "pending_count": 0,
            "left": self.asked_after,
        }
        self._states[str(state["id"])] = state
        return self._status(str(state["id"]), 202)

    def _status(self, id: str, code: int = 200) -> Answer:
        state = self._states[id]
        if state["left"]:
            state["left"] -= 1
            pending = {"id": id, "status": "pending", "pending_count": state["total_count"]}
            return self._said(pending, code)
        return self._said({name: value for name, value in state.items() if name != "left"}, code)

    def _taken(self, call: Call) -> Answer:
        if wanted := call.query.get("match[id]"):
            return self._said({"objects": [each for _, each in self.objects if each["id"] in wanted[0]]})
        since = call.query.get("added_after", [""])[0]
        begun = int(call.query.get("next", ["0"])[0])
        last = {each["id"]: (at, each) for at, each in self.objects}
        found = [each for each in last.values() if each[0] > since][begun:]
        shown, more = found[: self.page], len(found) > self.page
        moments = {"X-TAXII-Date-Added-Last": shown[-1][0]} if shown else {}
        following = {"next": str(begun + len(shown))} if more and self.by_next else {}
        document = {"more": more, "objects": [each for _, each in shown], **following} if shown else {}
        return self._said(document | ({"x_padding": self.padding} if self.padding else {}), headers=moments)

    def _manifest(self, call: Call) -> Answer:
        wanted = call.query["match[id]"][0].split(",")
        listed = [
            {"id": each["id"], "date_added": at, "version": each["modified"]}
            for at, each in self.objects
            if each["id"] in wanted
        ]
        return self._said({"objects": listed})

    def _said(self, document: object, code: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
        content = json.dumps(document).encode()
        packed = {"Content-Encoding": "gzip"} if self.zipped else {}
        return Answer(
            code,
            gzip.compress(content) if self.zipped else content,
            {"Content-Type": MEDIA, **packed, **(headers or {})},
        )
