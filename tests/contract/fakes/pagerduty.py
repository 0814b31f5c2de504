"""A PagerDuty of our own: one service, Events v2 worked off after a while, and the REST API that looks at it.

Written after PagerDuty's reference; `conformance` tests hold it and what it is sent against the published schemas.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.contract.fakes.server import Answer, Call, FakeServer, Json

ROUTING_KEY = "0123456789abcdef0123456789abcdef"
API_TOKEN = "u+a-token-of-pagerduty"
USER = "muster@unhcr.example.org"
SERVICE = "PSERVICE"
POLICY = "PPOLICY"
SCHEDULE = "PSCHED"
_SEVERITIES = {"critical", "error", "warning", "info"}


@dataclass
class Incident:
    number: int
    key: str
    payload: Json
    status: str = "triggered"
    log: list[str] = field(default_factory=list)
    """What really happened to it: each is somebody woken, or something seen."""
    assigned: list[str] = field(default_factory=list)
    responders: list[str] = field(default_factory=list)
    notes: list[Json] = field(default_factory=list)

    def shown(self) -> Json:
        return {
            "assignments": [
                {"at": "2026-11-22T12:00:00Z", "assignee": {"id": id, "type": "user_reference"}}
                for id in self.assigned
            ],
            "incidents_responders": [
                {"state": "pending", "user": {"id": id, "type": "user_reference"}} for id in self.responders
            ],
            "id": f"PI{self.number}",
            "type": "incident",
            "incident_key": self.key,
            "status": self.status,
            "incident_number": self.number,
        }


class FakePagerDuty(FakeServer):
    """One account. `lag` is the seconds until an event that was accepted is worked off."""

    def __init__(self, *, lag: float = 0.0, now: Callable[[], float] | None = None) -> None:
        super().__init__(now)
        self.lag = lag
        self.retry_after = {"ratelimit-limit": "960", "ratelimit-remaining": "0", "ratelimit-reset": "20"}
        self.keys_shown = True
        self.hides_schedules = False
        self._incidents: list[Incident] = []
        self._accepted: list[tuple[float, Json]] = []

    @property
    def incidents(self) -> list[Incident]:
        """Those there are now, once due events were worked off."""
        due = [event for at, event in self._accepted if at + self.lag <= self.now()]
        self._accepted = [(at, event) for at, event in self._accepted if at + self.lag > self.now()]
        for event in due:
            self._work_off(event)
        return self._incidents

    def handle(self, call: Call) -> Answer:
        if (call.method, call.path) == ("POST", "/v2/enqueue"):
            return self._enqueue(call.body)
        if call.headers.get("Authorization") != f"Token token={API_TOKEN}":
            return Answer(401, {"error": {"code": 2006, "message": "Authentication failed"}})
        if call.headers.get("Accept") != "application/vnd.pagerduty+json;version=2":
            return Answer(406, {"error": {"message": "Not Acceptable"}})
        if call.method != "GET" and call.headers.get("From") != USER:
            return Answer(400, {"error": {"code": 2001, "message": "Requester User Not Found"}})
        for pattern, act in (
            ("/incidents/PI(\\d+)(/[a-z_]+)?", self._respond),
            (
                "/users",
                lambda _: Answer(
                    200, {"users": [{"id": "PMUSTER", "type": "user", "name": "Muster", "email": USER}]}
                ),
            ),
            ("/services/([^/]+)", self._service),
            ("/oncalls", self._oncalls),
            ("/escalation_policies/([^/]+)", self._policy),
            ("/schedules/([^/]+)", self._schedule),
            ("/incidents", self._list),
        ):
            found = re.fullmatch(pattern, call.path)
            if found and (call.method == "GET" or act == self._respond):
                return act(call, *found.groups())
        return Answer(404, {"error": {"code": 2100, "message": "Not Found"}})

    def _respond(self, call: Call, number: str, what: str | None) -> Answer:
        incident = next((each for each in self.incidents if each.number == int(number)), None)
        if incident is None:
            return Answer(404, {"error": {"code": 2100, "message": "Not Found"}})
        match call.method, what:
            case "GET" | "PUT", None:
                if call.method == "PUT":
                    incident.assigned = [e["assignee"]["id"] for e in call.body["incident"]["assignments"]]
                    incident.log.append("reassigned")
                return Answer(200, {"incident": incident.shown()})
            case "POST", "/responder_requests":
                targets = [e["responder_request_target"] for e in call.body["responder_request_targets"]]
                incident.responders += [target["id"] for target in targets]
                incident.log.append("asked")
                return Answer(200, {"responder_request": {"message": call.body["message"]}})
            case "POST", "/notes":
                note = {"id": f"PN{len(incident.notes)}", "content": call.body["note"]["content"]}
                incident.notes.append(note)
                incident.log.append("noted")
                return Answer(200, {"note": note})
            case "GET", "/notes":
                return Answer(200, {"notes": incident.notes})
            case _:
                return Answer(405, {"error": {"code": 2000, "message": "Method Not Allowed"}})

    def _enqueue(self, event: Json) -> Answer:
        errors = list(_event_errors(event))
        if errors:
            return Answer(
                400, {"status": "invalid event", "message": "Event object is invalid", "errors": errors}
            )
        self._accepted.append((self.now(), event))
        key = event["dedup_key"]
        return Answer(202, {"status": "success", "message": "Event processed", "dedup_key": key})

    def _work_off(self, event: Json) -> None:
        key, action = event["dedup_key"], event["event_action"]
        found = next((i for i in self._incidents if i.key == key and i.status != "resolved"), None)
        if action == "trigger" and found is None:
            found = Incident(len(self._incidents) + 1, key, event["payload"])
            self._incidents.append(found)
            found.log.append("woke")
        elif found is not None and action == "acknowledge" and found.status == "triggered":
            found.status = "acknowledged"
            found.log.append("acknowledged")
        elif found is not None and action == "resolve":
            found.status = "resolved"
            found.log.append("resolved")

    def _service(self, call: Call, id: str) -> Answer:
        if id != SERVICE:
            return Answer(404, {"error": {"code": 2100, "message": "Not Found"}})
        integrations = [{"id": "PINT", "type": "events_api_v2_inbound_integration"}]
        if self.keys_shown:
            integrations[0]["integration_key"] = ROUTING_KEY
        included = {"integrations": integrations} if "integrations" in call.query.get("include[]", []) else {}
        policy = {"id": POLICY, "type": "escalation_policy_reference"}
        return Answer(
            200,
            {
                "service": {
                    "id": id,
                    "type": "service",
                    "name": "SOC",
                    "escalation_policy": policy,
                    **included,
                }
            },
        )

    def _policy(self, _call: Call, id: str) -> Answer:
        if id != POLICY:
            return Answer(404, {"error": {"code": 2100, "message": "Not Found"}})
        schedule = {"id": SCHEDULE, "type": "schedule_reference", "summary": "SOC primary"}
        user = {"id": "PUSER2", "type": "user_reference", "summary": "A manager"}
        rules = [
            {"id": "PR1", "escalation_delay_in_minutes": 15, "targets": [schedule]},
            {"id": "PR2", "escalation_delay_in_minutes": 30, "targets": [user]},
        ]
        policy = {
            "id": id,
            "type": "escalation_policy",
            "name": "SOC escalation",
            "html_url": f"https://unhcr.pagerduty.com/escalation_policies/{id}",
            "escalation_rules": rules,
            "num_loops": 2,
        }
        return Answer(200, {"escalation_policy": policy})

    def _schedule(self, _call: Call, id: str) -> Answer:
        if id != SCHEDULE or self.hides_schedules:
            return Answer(404, {"error": {"code": 2100, "message": "Not Found"}})
        return Answer(
            200,
            {"schedule": {"id": id, "type": "schedule", "name": "SOC primary", "time_zone": "Europe/Zurich"}},
        )

    def _oncalls(self, call: Call) -> Answer:
        if call.query.get("escalation_policy_ids[]") != [POLICY]:
            return Answer(200, {"oncalls": [], "limit": 25, "offset": 0, "more": False, "total": None})
        people = [
            {
                "user": {"id": f"PUSER{level}", "type": "user_reference"},
                "escalation_policy": {"id": POLICY, "type": "escalation_policy_reference"},
                "escalation_level": level,
                "start": None if level == 2 else "2026-11-22T08:00:00Z",
                "end": None if level == 2 else "2026-11-23T08:00:00-05:00",
            }
            for level in (2, 1)
        ]
        if "until" not in call.query:
            return Answer(200, {"oncalls": people, "limit": 25, "offset": 0, "more": False, "total": None})
        if call.query.get("earliest") == ["true"]:
            return Answer(200, {"oncalls": [], "limit": 25, "offset": 0, "more": False, "total": None})
        offset = int(call.query.get("offset", ["0"])[0])
        following = [
            {
                "user": {"id": "PUSER3", "type": "user_reference"},
                "escalation_policy": {"id": POLICY, "type": "escalation_policy_reference"},
                "escalation_level": 1,
                "start": "2026-11-23T08:00:00-05:00",
                "end": "2026-11-30T08:00:00-05:00",
            }
        ]
        shown = following if offset else people
        return Answer(
            200, {"oncalls": shown, "limit": 100, "offset": offset, "more": not offset, "total": None}
        )

    def _list(self, call: Call) -> Answer:
        """Only the last month's, unless all are asked for."""
        if call.query.get("date_range") != ["all"]:
            return Answer(200, {"incidents": []})
        asked = call.query.get("incident_key", [""])[0]
        shown = [incident.shown() for incident in self.incidents if incident.key == asked]
        return Answer(200, {"incidents": shown, "limit": 100, "offset": 0, "more": False, "total": None})


def _event_errors(event: Json) -> list[str]:
    payload = event.get("payload") or {}
    checks = {
        "Invalid routing key": event.get("routing_key") == ROUTING_KEY,
        "'event_action' is invalid": event.get("event_action") in {"trigger", "acknowledge", "resolve"},
        "'dedup_key' is missing or too long": 0 < len(event.get("dedup_key", "")) <= 255,
    }
    if event.get("event_action") == "trigger":
        checks |= {
            "'payload.summary' is missing or blank or too long": 0 < len(payload.get("summary", "")) <= 1024,
            "'payload.source' is missing or blank": bool(payload.get("source")),
            "'payload.severity' is invalid": payload.get("severity") in _SEVERITIES,
            "'payload.custom_details' is invalid": isinstance(payload.get("custom_details", {}), dict),
        }
    return [message for message, holds in checks.items() if not holds]
