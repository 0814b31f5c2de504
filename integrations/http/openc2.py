"""OpenC2 over HTTPS (Specification for Transfer of OpenC2 Messages via HTTPS v1.1): the message, and its answer."""

import json
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from pydantic import JsonValue

from playbooks.actions.answers import document_of
from playbooks.domain.errors import Permanent
from playbooks.domain.saying import saying
from playbooks.ports.http import Call

CONTENT_TYPE: Final = "application/openc2+json;version=1.0"
_OURS: Final = ("content-type", "accept", "x-request-id", "cache-control")


def message(call: Call, effect_id: str) -> Call:
    """The call with its command as a message of its own id (§3.3.2, §3.3.3). Raises Permanent for what is no command.

    The id is the same at each attempt, so that a consumer that remembers it acts once.
    """
    if call.method != "POST":
        raise Permanent(saying("vendor.openc2_by_post"), code="malformed")
    request_id = str(uuid5(NAMESPACE_URL, f"muster:{effect_id}"))
    content = _read(call.content.encode())
    if "body" not in content:
        if "action" not in content:
            raise Permanent(saying("vendor.openc2_no_action"), code="malformed")
        content = {"body": {"openc2": {"request": content}}}
    given = content.get("headers")
    headers = given if isinstance(given, dict) else {}
    content = {**content, "headers": {**headers, "request_id": request_id}}
    kept = tuple((name, value) for name, value in call.headers if name.lower() not in _OURS)
    ours = (
        ("Content-Type", CONTENT_TYPE),
        ("Accept", CONTENT_TYPE),
        ("X-Request-ID", request_id),
        ("Cache-Control", "no-cache"),
    )
    return call.model_copy(update={"headers": (*kept, *ours), "content": json.dumps(content)})


def status_of(body: bytes, status: int) -> int:
    """The status of the OpenC2 response, wrapped (v1.1) or bare (v1.0); that of HTTP where there is none."""
    said = _response(body).get("status")
    return said if isinstance(said, int) and not isinstance(said, bool) else status


def results_of(body: bytes) -> JsonValue:
    """What the OpenC2 response brought (Language Specification v1.0 §3.2.2, `results`); None where there is nothing."""
    return _response(body).get("results")


def _response(body: bytes) -> dict[str, Any]:
    answer = document_of(body)
    if not isinstance(answer, dict):
        return {}
    within = answer.get("body")
    content = within.get("openc2") if isinstance(within, dict) else None
    response = content.get("response") if isinstance(content, dict) else answer
    return response if isinstance(response, dict) else {}


def _read(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Permanent(saying("vendor.openc2_no_object"), code="malformed")
    return found
