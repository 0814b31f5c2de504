"""Where an alert came from, held against what somebody stated of it: addresses, networks, domains, mailboxes."""

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final
from urllib.parse import urlsplit

from playbooks.domain.alert import NormalizedAlert

_DOMAIN: Final = re.compile(r"(?=.{4,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_WIDEST: Final = {4: 20, 6: 48}
"""The shortest prefix of a network that may be stated: one test's own, and not a whole provider's."""


def stated(text: str) -> str:
    """An address, a network, a domain or a mailbox as it is compared. Raises ValueError for what is none."""
    folded = text.strip().casefold().rstrip(".")
    network = _network(folded)
    if network is not None:
        if network.prefixlen < _WIDEST[network.version]:
            raise ValueError(f"{folded} is wider than /{_WIDEST[network.version]}")
        return str(network)
    if not _DOMAIN.fullmatch(folded.rpartition("@")[2]):
        raise ValueError(f"{folded[:60]} is no address, network, domain or mailbox")
    return folded


def comes_from(alert: NormalizedAlert, known: Iterable[str]) -> bool:
    """Whether the alert names one of these as where it came from, or as a trace; what it touched does not count."""
    wanted = tuple(known)
    return any(_lies_in(value, each) for value in _named(alert) for each in wanted)


def _named(alert: NormalizedAlert) -> Iterator[str]:
    for values in (alert.origin.ip_addresses, alert.origin.hosts, alert.origin.users):
        yield from values
    for indicator in alert.indicators:
        yield indicator.value


def _lies_in(value: str, known: str) -> bool:
    value = value.strip().casefold()
    network, within = _network(value), _network(known)
    if network is not None or within is not None:
        return network is not None and within is not None and _contains(within, network)
    if "@" in known:
        return value == known
    host = _host(value)
    return host == known or host.endswith(f".{known}")


def _host(value: str) -> str:
    """Of an address of the web its host, of a mailbox its domain."""
    try:
        return (urlsplit(value).hostname or "") if "://" in value else value.rpartition("@")[2]
    except ValueError:
        return ""


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _contains(one: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network) -> bool:
    if isinstance(one, IPv4Network) and isinstance(other, IPv4Network):
        return other.subnet_of(one)
    return isinstance(one, IPv6Network) and isinstance(other, IPv6Network) and other.subnet_of(one)
