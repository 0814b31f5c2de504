"""Indicators that tell of nobody: the same, without victim, host, mailbox or person (document 004, §5).

What is left out tells whom an attack hit; what stays tells where it came from and by what. In doubt it is left out.
"""

import re
from collections.abc import Collection, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from playbooks.domain.alert import Indicator, IndicatorKind
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.indicators.named import Named

_PLACE: Final = re.compile(r"[\\/]")
_MAILBOX: Final = re.compile(r"[^\s/?&=#@]{1,128}(?:@|%40)[^\s/?&=#@]{3,253}")
_APART: Final = re.compile(r"[\W_]+")
_SHORT: Final = 2
_ANYBODY: Final = frozenset({"com", "org", "net", "int", "www", "http", "https", "mail", "host", "user"})
_INSIDE: Final = tuple(
    map(
        ip_network,
        (
            *(
                "10.0.0.0/8",
                "172.16.0.0/12",
                "192.168.0.0/16",
                "100.64.0.0/10",
                "127.0.0.0/8",
                "169.254.0.0/16",
            ),
            *("0.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128"),
        ),
    )
)
"""Addresses of the inside (RFC 6890): they tell of a network, and lead an outsider nowhere."""
_NAMELESS_TOP: Final = ("local", "internal", "intranet", "lan", "corp", "home", "localdomain")


def given_unnamed(
    found: Iterable[Named],
    source: OrganizationCode | None,
    domains: Collection[str],
    known: Iterable[str] = (),
) -> tuple[Named, ...]:
    """What an organization may give to whom it will without saying whose it is: its own, marked TLP:GREEN at most.

    To go further than it is marked it is marked anew first, by its source; another organization's is not its to give.
    `known` are the hosts, mailboxes, people and organizations of the incident: what says such a word is left out.
    """
    words = frozenset(word for each in known for word in _words(each))
    own = [each for each in found if each.organization == source and each.marking.within(Marking.GREEN)]
    told = ((each, unnamed_indicators((each.indicator,), domains)) for each in own)
    return tuple(
        each.model_copy(update={"indicator": left[0], "organization": None, "entry": ""})
        for each, left in told
        if left and not words & set(_words(left[0].value))
    )


def _words(text: str) -> list[str]:
    """The words in a name or an address; those of one or two letters tell of nobody, and neither do ends of domains."""
    return [word for word in _APART.split(text.casefold()) if len(word) > _SHORT and word not in _ANYBODY]


def unnamed_indicators(indicators: Iterable[Indicator], domains: Collection[str]) -> tuple[Indicator, ...]:
    """Those that may go out, in their order; `domains` are the circle's own.

    Left out: addresses and names of the inside (private, loopback, link-local, `.local`), what lies in a domain of
    the circle, mailboxes of it, and whatever kind is not known. A file is named without its folder, which may be a
    person's; an address of the web loses the mailbox it was made for.
    """
    own = tuple(domain.casefold().strip(".") for domain in domains)
    kept = (_without_names(each, own) for each in indicators)
    return tuple(dict.fromkeys(each for each in kept if each is not None))


def _without_names(indicator: Indicator, own: tuple[str, ...]) -> Indicator | None:
    value = indicator.value
    told = True
    match indicator.kind:
        case IndicatorKind.IP_ADDRESS:
            told = _lies_inside(ip_network(value, strict=False))
        case IndicatorKind.DOMAIN | IndicatorKind.EMAIL:
            told = _is_inside(value.rpartition("@")[2], own)
        case IndicatorKind.URL:
            return _address(value, own)
        case IndicatorKind.FILE_NAME:
            value = _PLACE.split(value.rstrip("\\/"))[-1]
            told = _tells_of(value, own)
        case IndicatorKind.FILE_HASH:
            told = False
        case _:
            pass
    return None if told else Indicator(kind=indicator.kind, value=value)


def _address(url: str, own: tuple[str, ...]) -> Indicator | None:
    """Where it leads, without what was put into it for one victim."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if not host or _is_inside(host, own) or _is_private(host):
        return None
    inside = f"[{host}]" if ":" in host else host
    path = parts.path if not (_MAILBOX.search(parts.path) or _tells_of(parts.path, own)) else "/"
    return Indicator(kind=IndicatorKind.URL, value=urlunsplit((parts.scheme, inside + port, path, "", "")))


def _is_private(host: str) -> bool:
    try:
        return _lies_inside(ip_network(host))
    except ValueError:
        return False


def _lies_inside(network: IPv4Network | IPv6Network) -> bool:
    return any(network.version == inside.version and network.overlaps(inside) for inside in _INSIDE)


def _is_inside(host: str, own: tuple[str, ...]) -> bool:
    host = host.casefold().strip(".")
    return (
        ("." not in host and ":" not in host)
        or host.rpartition(".")[2] in _NAMELESS_TOP
        or any(host == domain or host.endswith(f".{domain}") for domain in own)
    )


def _tells_of(text: str, own: tuple[str, ...]) -> bool:
    folded = text.casefold()
    return any(domain in folded for domain in own)
