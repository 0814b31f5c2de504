"""JSON Pointers (RFC 6901): where in an answer a value stands."""

import re
from typing import Final

from pydantic import JsonValue

WHOLE: Final = ""
"""The pointer to a whole document (§5)."""
_POINTER: Final = re.compile(r"(/([^~/]|~[01])*)*")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")


def is_pointer(text: str) -> bool:
    """Whether a text is a JSON Pointer (§3)."""
    return _POINTER.fullmatch(text) is not None


def pointer_to(member: str) -> str:
    """The pointer to a member of the document's own object."""
    return "/" + member.replace("~", "~0").replace("/", "~1")


def pointed_at(document: JsonValue, pointer: str) -> JsonValue:
    """What a pointer leads to (§4); None for nothing, as for null."""
    found = document
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict):
            found = found.get(name)
        elif isinstance(found, list) and _INDEX.fullmatch(name) and int(name) < len(found):
            found = found[int(name)]
        else:
            return None
    return found
