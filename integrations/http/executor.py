"""Code for an organization's executor: what a run asks for, with the id by which a repeat can be told."""

import json

from playbooks.domain.errors import Permanent
from playbooks.domain.saying import saying
from playbooks.ports.http import Call


def execution(call: Call, effect_id: str) -> Call:
    """The call with its effect's id, in the body and as `Idempotency-Key`. Raises Permanent for what is no JSON object.

    The header is that of draft-ietf-httpapi-idempotency-key-header (a string of RFC 8941). Muster sends it once all the
    same: whether an executor honours it, nobody here can know.
    """
    try:
        content = json.loads(call.content)
    except (ValueError, RecursionError):
        content = None
    if call.method != "POST" or not isinstance(content, dict):
        raise Permanent(saying("vendor.code_by_post"), code="malformed")
    headers = (*call.headers, ("Idempotency-Key", f'"{effect_id}"'))
    return call.model_copy(
        update={"headers": headers, "content": json.dumps({"effect_id": effect_id, **content})}
    )
