"""Which address is called: the name is looked up once, the address judged, and that very address connected to.

So a name that points inwards, or changes where it points between the look and the call, reaches nothing
(server-side request forgery, CWE-918; DNS rebinding).
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from integrations.http.place import Network
from playbooks.domain.errors import Permanent, Transient
from playbooks.domain.saying import saying

Address = IPv4Address | IPv6Address
Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a host name and a port to its addresses; raises OSError."""

_TRANSLATED: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""IPv6 that a gateway turns into IPv4 (RFC 6052, RFC 8215)."""


async def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as this machine knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for _family, _type, _protocol, _name, address in found]


async def address_of(host: str, port: int, networks: Sequence[Network], lookup: Lookup = look_up) -> Address:
    """The first address of a host that may be called.

    Raises Permanent, `address_refused`, when there is none, and Transient when the name is not known now.
    """
    try:
        found = [ip_address(each.partition("%")[0]) for each in await lookup(host, port)]
    except (OSError, UnicodeError) as error:
        raise Transient(saying("vendor.name_unknown")) from error
    for address in found:
        if is_allowed(address, networks):
            return address
    raise Permanent(
        saying("vendor.address_refused"),
        code="address_refused",
    )


def is_allowed(address: Address, networks: Sequence[Network]) -> bool:
    """Whether an address may be called: one of the networks named, or a global one that hides no other."""
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    judged = inner or address
    if any(judged in network for network in networks if network.version == judged.version):
        return True
    return judged.is_global and not judged.is_multicast and not _carries_another(judged)


def _carries_another(address: Address) -> bool:
    """An IPv6 address that leads to an IPv4 one (6to4, Teredo, translation)."""
    if isinstance(address, IPv4Address):
        return False
    translated = any(address in network for network in _TRANSLATED)
    return translated or address.sixtofour is not None or address.teredo is not None
