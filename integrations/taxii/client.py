"""Requests to one TAXII server: that host alone, no redirects, no proxy, no second try, and answers of bounded size."""

import json
import ssl
import zlib
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urljoin, urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr

from integrations.taxii.failures import check_status, no_taxii, refusal
from playbooks.actions.times import TIMES
from playbooks.domain.connection import PortName
from playbooks.domain.errors import Permanent
from playbooks.domain.saying import saying

MEDIA: Final = "application/taxii+json;version=2.1"
_TYPE: Final = "application/taxii+json"
_MOST: Final = 16 * 1024 * 1024
"""Bytes of one answer, unpacked."""
_WITHIN: Final = TIMES[PortName.SHARING].client / 5
_GZIP: Final = 16 + zlib.MAX_WBITS
_PORTS: Final = {"https": 443, "http": 80}


class Access(BaseModel):
    """Where a collection is and how Muster signs in there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    """Of an API root, or of the discovery (§4.1); its host alone is called."""
    collection: str
    token: SecretStr | None = None
    """Sent as a bearer token (RFC 6750)."""
    user: str = ""
    password: SecretStr | None = None
    """With `user`, sent as HTTP Basic (RFC 7617)."""
    gives: bool = True
    takes: bool = True
    ca: Path | None = None
    """Certificates to trust instead of the usual ones."""
    within: timedelta = _WITHIN
    """To connect, and again for each piece of an answer."""


@dataclass(frozen=True)
class Reply:
    """A resource of TAXII, and the headers that came with it."""

    document: Mapping[str, Any]
    headers: Mapping[str, str]


class Server:
    """Requests below one address."""

    def __init__(self, place: str, access: Access, web: httpx.AsyncClient) -> None:
        self._place = place
        self._base = f"{access.url.rstrip('/')}/"
        self._web = web

    @classmethod
    @asynccontextmanager
    async def opened(cls, place: str, access: Access, tls: ssl.SSLContext) -> AsyncIterator[Self]:
        """For as long as the block runs."""
        async with httpx.AsyncClient(
            verify=tls,
            follow_redirects=False,
            trust_env=False,
            timeout=access.within.total_seconds(),
            headers={"Accept": MEDIA, "Accept-Encoding": "gzip", **_credential(access)},
        ) as web:
            yield cls(place, access, web)

    async def get(self, path: str = "", **params: str) -> Reply:
        """Ask for a resource; `path` is below the address, or an address on the same host. Raises ProviderErrors."""
        url = self.address(path)
        return await self._ask(self._web.build_request("GET", url, params=params or None), reads=True)

    async def post(self, path: str, content: bytes) -> Reply:
        """Send a resource once. Raises ProviderErrors."""
        headers = {"Content-Type": MEDIA}
        request = self._web.build_request("POST", self.address(path), content=content, headers=headers)
        return await self._ask(request, reads=False)

    def address(self, path: str) -> str:
        """An address on the host that the organization named. Raises Permanent for any other."""
        url = urljoin(self._base, path)
        if _origin(url) != _origin(self._base):
            raise Permanent(saying("vendor.another_host", who=self._place), code="redirected")
        return url

    async def _ask(self, request: httpx.Request, *, reads: bool) -> Reply:
        try:
            response = await self._web.send(request, stream=True)
            try:
                check_status(self._place, response.status_code, response.headers, reads=reads)
                return Reply(self._read(response, await self._content(response)), response.headers)
            finally:
                await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, zlib.error) as error:
            failure = refusal(self._place, error, reads=reads)
        # The library's errors hold the request, and so the credential; they end here.
        raise failure

    async def _content(self, response: httpx.Response) -> bytes:
        """What came, unpacked, and no more of it than is taken."""
        encoding = response.headers.get("Content-Encoding", "identity")
        if encoding not in ("gzip", "identity"):
            raise no_taxii(self._place)
        unpacking = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
        read = bytearray()
        async for piece in response.aiter_raw():
            read += unpacking.decompress(piece, _MOST + 1 - len(read)) if unpacking else piece
            if len(read) > _MOST:
                raise Permanent(saying("vendor.too_much", who=self._place), code="no_taxii")
        return bytes(read)

    def _read(self, response: httpx.Response, content: bytes) -> Mapping[str, Any]:
        try:
            document = json.loads(content)
        except (ValueError, RecursionError):
            document = None
        said = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if said != _TYPE or not isinstance(document, dict):
            raise no_taxii(self._place)
        return document


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _credential(access: Access) -> dict[str, str]:
    if access.token:
        return {"Authorization": f"Bearer {access.token.get_secret_value()}"}
    if access.password:
        pair = f"{access.user}:{access.password.get_secret_value()}".encode()
        return {"Authorization": f"Basic {b64encode(pair).decode()}"}
    return {}
