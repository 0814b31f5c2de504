"""What a machine answers, as values of a playbook's variables: where each stands, and what may be one. Pure.

The standard says that `out_args` come back (CACAO 2.0 §4.5) and not where they stand in an answer
(docs/decisions/playbooks-answers-of-machines.md).
"""

import json
from collections.abc import Iterable, Sequence
from typing import Final

from pydantic import JsonValue

from playbooks.cacao import limits
from playbooks.cacao.pointers import WHOLE, pointed_at, pointer_to
from playbooks.cacao.secret_forms import NAMED, without
from playbooks.cacao.values import as_text
from playbooks.cacao.variables import fits, is_free
from playbooks.domain.inert import harmless
from playbooks.domain.told import plainly, travels
from playbooks.ports.http import Fill

_WHOLE_BY_NAME: Final = ("__soarca_http_api_result__", "__soarca_openc2_http_result__")
"""Names by which playbooks written for SOARCA ask for all of an answer."""


def usual_place(name: str) -> str:
    """Where the value of a variable stands when the playbook does not say: the member of its plain name."""
    return WHOLE if name in _WHOLE_BY_NAME else pointer_to(plainly(name))


def document_of(body: bytes) -> JsonValue:
    """The value of JSON that can be read in one way only (RFC 8259 §4), else the text; None for what is no text."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    try:
        found: JsonValue = json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
    except (ValueError, RecursionError):
        return text or None
    return found


def filled(document: JsonValue, fills: Iterable[Fill], withheld: Sequence[str] = ()) -> dict[str, str]:
    """The values that an answer has for variables, by name; what is not there, does not fit or is a secret is left out.

    `withheld` are texts that no value may hold: what we signed in with, should a machine repeat it.
    """
    values = ((each.name, _value(pointed_at(document, each.pointer), each)) for each in fills)
    return {
        name: value
        for name, value in values
        if value is not None and not any(secret in value for secret in withheld)
    }


def _value(found: JsonValue, fill: Fill) -> str | None:
    """The text of a value that a variable may have. More than a word is prose, made inert: it goes to the record."""
    text = as_text(found)
    if text is None or not _is_of_type(found, text, fill.type):
        return None
    if NAMED.search(plainly(fill.name)) or without(text, "") != text or len(text) > limits.TEXT:
        return None
    return text if travels(text) else harmless(text)


def _is_of_type(found: JsonValue, text: str, type_: str) -> bool:
    """Several values are one only where the type says so; a number or a choice is never prose."""
    if isinstance(found, dict | list):
        return type_ == "string" or (type_ == "dictionary" and isinstance(found, dict))
    return type_ != "dictionary" and fits(text, type_) and (is_free(type_) or travels(text))


def _once(pairs: list[tuple[str, JsonValue]]) -> JsonValue:
    if len({name for name, _value in pairs}) < len(pairs):
        raise ValueError("a name twice")
    return dict(pairs)


def _refused(constant: str) -> JsonValue:
    raise ValueError(constant)
