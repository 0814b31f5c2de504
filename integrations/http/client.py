"""One request, once: to the address that was judged, without redirects, proxies or a second try."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx

from integrations.http.addresses import Lookup, address_of, look_up
from integrations.http.failures import refusal
from integrations.http.place import Access, headers_of, secrets_of, target_of
from playbooks.ports.http import Call

_MOST: Final = 64 * 1024
"""Bytes of an answer that are read; the rest is left where it is."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    """Empty where it was longer than is read, or came encoded, which nobody asked for (RFC 9110 §12.5.3)."""


class Caller:
    """Calls one place."""

    def __init__(self, place: str, access: Access, lookup: Lookup = look_up) -> None:
        self._place = place
        self._access = access
        self._lookup = lookup
        self._tls = ssl.create_default_context(cafile=access.ca)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What signs us in there, in every form in which it is sent: nothing that comes back may hold it."""
        return secrets_of(self._access)

    async def call(self, call: Call) -> Answer:
        """Send it and read the answer, whatever its status. Raises ProviderErrors."""
        target = target_of(self._access, call)
        parts = urlsplit(self._access.url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = await address_of(host, port, self._access.networks, self._lookup)
        literal = f"[{address}]" if address.version == 6 else str(address)
        try:
            request = httpx.Request(
                call.method,
                f"{parts.scheme}://{literal}:{port}{target}",
                headers=[("Host", parts.netloc), *headers_of(self._access, call)],
                content=call.content.encode() or None,
                extensions={
                    "sni_hostname": host,
                    "timeout": httpx.Timeout(self._access.within.total_seconds()).as_dict(),
                },
            )
            return await self._sent(request)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            failure = refusal(self._place, error)
        # The library's errors hold the request, and so the credential; they end here.
        raise failure

    async def _sent(self, request: httpx.Request) -> Answer:
        async with httpx.AsyncHTTPTransport(verify=self._tls, retries=0) as transport:
            response = await transport.handle_async_request(request)
            try:
                body = b"" if "Content-Encoding" in response.headers else await _beginning(response)
                return Answer(response.status_code, response.headers, body)
            finally:
                await response.aclose()


async def _beginning(response: httpx.Response) -> bytes:
    read = b""
    async for piece in response.aiter_raw():
        read += piece
        if len(read) > _MOST:
            return b""
    return read
