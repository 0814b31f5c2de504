"""How a value is written so that it stays a value where it goes. ValueError says why it cannot."""

import json
import re
import shlex
from collections.abc import Callable
from enum import StrEnum
from urllib.parse import quote

from playbooks.texts.catalogue import load_texts


class Place(StrEnum):
    """Where a text with variables goes."""

    TEXT = "text"
    """To people: as it is."""
    JSON = "JSON"
    XML = "XML"
    URL = "URL"
    HEADER = "header"
    ADDRESS = "address"
    SHELL = "shell command"
    POWERSHELL = "PowerShell command"
    CODE = "code"
    """To any other language: only values that mean the same in all of them."""


_PLAIN = re.compile(r"[A-Za-z0-9_./:@+,-]*\Z")
"""Characters that mean themselves in every shell and language we know."""

_ADDRESS = re.compile(r"[A-Za-z0-9._:-]{1,253}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_JSON_TYPES = ("bool", "boolean", "integer", "long", "float", "dictionary")


def escape(value: str, place: Place, *, before: str, type_: str) -> str:
    """The value for a place; `before` is the text left of it, `type_` the variable's type."""
    if place is Place.TEXT:
        return value
    return _ESCAPES[place](value, before, type_)


def _json(value: str, before: str, type_: str) -> str:
    if _quotes_open(before):
        return json.dumps(value, ensure_ascii=False)[1:-1]
    if type_ in _JSON_TYPES:
        try:
            return json.dumps(json.loads(value), ensure_ascii=False)
        except (ValueError, RecursionError):
            raise ValueError(load_texts().say("variable.fault.declared", form=type_)) from None
    return json.dumps(value, ensure_ascii=False)


def _quotes_open(before: str) -> bool:
    """Whether the end of `before` lies inside a JSON string."""
    return len(re.findall(r'"', re.sub(r"\\.", "", before, flags=re.DOTALL))) % 2 == 1


def _xml(value: str, _before: str, _type: str) -> str:
    if _CONTROL.search(value.replace("\n", "").replace("\t", "")):
        raise ValueError(load_texts().say("variable.fault.control"))
    entities = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
    return "".join(entities.get(character, character) for character in value)


def _url(value: str, before: str, type_: str) -> str:
    """A part of a URL; a whole one only where nothing but the method stands before it, and if it is declared a uri."""
    is_whole = type_ == "uri" and re.fullmatch(r"\s*([A-Z]+\s+)?", before) is not None
    if is_whole and not re.search(r"[\s\x00-\x1f\x7f]", value):
        return value
    return quote(value, safe="")


def _header(value: str, _before: str, _type: str) -> str:
    if _CONTROL.search(value) or not value.isascii():
        raise ValueError(load_texts().say("variable.fault.header"))
    return value


def _address(value: str, _before: str, type_: str) -> str:
    if type_ == "uri" and not re.search(r"[\s\x00-\x1f\x7f]", value):
        return value
    if _ADDRESS.match(value) is None:
        raise ValueError(load_texts().say("variable.fault.address"))
    return value


def _shell(value: str, before: str, _type: str) -> str:
    """Quote for the quoting the value stands in (POSIX shell, §2.2)."""
    if "\x00" in value:
        raise ValueError(load_texts().say("variable.fault.null"))
    context = _shell_context(before)
    if context == "single":
        return value.replace("'", "'\\''")
    if context == "double":
        return re.sub(r'([\\$"`])', r"\\\1", value)
    if context == "bare":
        _no_option(value, before)
        return shlex.quote(value)
    return _code(value, before, _type)


def _shell_context(before: str) -> str:
    """`bare`, `single`, `double`, or `nested` where quoting once is not enough to be sure."""
    context, index = "bare", 0
    while index < len(before):
        character = before[index]
        if context != "single" and (character == "`" or before.startswith(("$(", "${", "<<", "$'"), index)):
            return "nested"
        if character == "\\" and context != "single":
            index += 1
        elif character in "'\"":
            context = _quoted(context, character)
        index += 1
    return context


def _quoted(context: str, quote_: str) -> str:
    kind = "single" if quote_ == "'" else "double"
    if context == "bare":
        return kind
    return "bare" if context == kind else context


def _no_option(value: str, before: str) -> None:
    """A value at the beginning of a word must not be taken for an option."""
    if (
        value.startswith("-")
        and (not before or before[-1].isspace())
        and not re.fullmatch(r"-[0-9.]+", value)
    ):
        raise ValueError(load_texts().say("variable.fault.dash"))


def _powershell(value: str, before: str, type_: str) -> str:
    """Inside single quotes a quote is doubled; elsewhere only plain values go."""
    if before.count("'") % 2 == 1 and '"' not in before and not re.search("[\x00\u2018-\u201b]", value):
        return value.replace("'", "''")
    return _code(value, before, type_)


def _code(value: str, before: str, _type: str) -> str:
    if _PLAIN.match(value) is None:
        raise ValueError(load_texts().say("variable.fault.characters"))
    _no_option(value, before)
    return value


_ESCAPES: dict[Place, Callable[[str, str, str], str]] = {
    Place.JSON: _json,
    Place.XML: _xml,
    Place.URL: _url,
    Place.HEADER: _header,
    Place.ADDRESS: _address,
    Place.SHELL: _shell,
    Place.POWERSHELL: _powershell,
    Place.CODE: _code,
}
