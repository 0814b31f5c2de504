"""A variable's value is text; what is written otherwise has one text form."""

import json

from pydantic import JsonValue


def as_text(value: JsonValue) -> str | None:
    """The text of a value: `true` and `5` as JSON writes them, an object as JSON, None for unknown (§10.18.3)."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
