"""Indicators as lines of text, one each: `domain evil.example`. So the record keeps them, and so people paste them.

A value alone is recognised by its shape; what people made harmless (`hxxp`, `[.]`, `[at]`) is read as what it means.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from ipaddress import ip_network
from typing import Final

from playbooks.domain.alert import Indicator, IndicatorKind, one_line
from playbooks.domain.errors import Malformed
from playbooks.domain.saying import says

MOST: Final = 1_000
"""Indicators that one entry may hold; a longer list is put in by several."""
_LONGEST: Final = 1_000
_DOTS: Final = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]", re.IGNORECASE)
_AT: Final = re.compile(r"\[at\]|\[@\]|\(at\)", re.IGNORECASE)
_SCHEME: Final = re.compile(r"^h(?:xx|\*\*)p(s?)(?:://|\[:\]//)", re.IGNORECASE)
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]{1,20}://\S+", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^@\s\"'<>]{1,128}@(?P<domain>[^@\s]{3,253})")
_DOMAIN: Final = re.compile(r"(?=.{4,253}$)(?:[\w](?:[\w-]{0,61}[\w])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
_HASH: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}", re.IGNORECASE)
_ALSO: Final = {
    "ip": IndicatorKind.IP_ADDRESS,
    "hash": IndicatorKind.FILE_HASH,
    "file": IndicatorKind.FILE_NAME,
    "host": IndicatorKind.DOMAIN,
    "hostname": IndicatorKind.DOMAIN,
    **{each.value: each for each in IndicatorKind},
}


def read_lines(text: str) -> tuple[Indicator, ...]:
    """The indicators that a text lists, each once, in order; empty lines and lines that begin with `#` are left out.

    A line without spaces may hold several, apart by commas. Raises Malformed with the line that is none.
    """
    found = dict.fromkeys(each for line in _lines(text) for each in _read(line))
    if len(found) > MOST:
        raise Malformed(
            says("too_many_indicators", found=len(found), most=MOST),
        )
    return tuple(found)


def write_lines(indicators: Iterable[Indicator]) -> str:
    """What `read_lines` reads as the same."""
    return "\n".join(f"{each.kind.value} {each.value}" for each in indicators)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if (said := line.strip()) and not said.startswith("#"):
            yield said


def _read(line: str) -> Iterator[Indicator]:
    word, _, rest = line.partition(" ")
    kind = _ALSO.get(word.casefold().rstrip(":"))
    if kind is not None and rest.strip():
        yield indicator(kind, rest)
        return
    for value in re.split(r"[,\s]+", line):
        if value:
            yield _recognised(value)


def indicator(kind: IndicatorKind, value: str) -> Indicator:
    """An indicator in its one form: harmless spellings undone, case folded where it says nothing. Raises Malformed."""
    plain = _plain(kind, _meant(one_line(value, _LONGEST)))
    if plain is None:
        raise _no_indicator(value)
    return Indicator(kind=kind, value=plain)


def _recognised(value: str) -> Indicator:
    meant = _meant(value)
    for kind in (
        IndicatorKind.URL,
        IndicatorKind.IP_ADDRESS,
        IndicatorKind.EMAIL,
        IndicatorKind.FILE_HASH,
        IndicatorKind.DOMAIN,
    ):
        if (plain := _plain(kind, meant)) is not None:
            return Indicator(kind=kind, value=plain)
    raise _no_indicator(value)


def _meant(value: str) -> str:
    value = _AT.sub("@", _DOTS.sub(".", value.strip()))
    return _SCHEME.sub(lambda found: f"http{found[1].lower()}://", value)


def _plain(kind: IndicatorKind, value: str) -> str | None:
    """The value in its one form; None where it is none of this kind."""
    folded = value.casefold().rstrip(".")
    match kind:
        case IndicatorKind.IP_ADDRESS:
            return _address(value)
        case IndicatorKind.URL:
            return value if _URL.fullmatch(value) else None
        case IndicatorKind.EMAIL:
            found = _EMAIL.fullmatch(folded)
            return folded if found and _DOMAIN.fullmatch(found["domain"]) else None
        case IndicatorKind.FILE_HASH:
            return folded if _HASH.fullmatch(folded) else None
        case IndicatorKind.DOMAIN:
            return folded if _DOMAIN.fullmatch(folded) else None
        case _:
            return value or None


def _address(value: str) -> str | None:
    with suppress(ValueError):
        network = ip_network(value, strict=False)
        return str(network) if "/" in value else str(network.network_address)
    return None


def _no_indicator(value: str) -> Malformed:
    return Malformed(
        says("no_indicator.lines", value=value[:60], short=value[:40]),
    )
