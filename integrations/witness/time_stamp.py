"""A time stamping authority, asked over HTTP (RFC 3161, section 3.4)."""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus

import httpx
from cryptography.x509 import Certificate
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from playbooks.domain.errors import Malformed, Permanent, Transient
from playbooks.domain.proof.time_stamp import stamped_at
from playbooks.domain.saying import saying


class TimeStampAuthority:
    """One authority, and the roots that its certificate must lie below."""

    def __init__(
        self, url: str, roots: Sequence[Certificate], *, within: timedelta = timedelta(seconds=20)
    ) -> None:
        self._url = url
        self._roots = roots
        self._within = within.total_seconds()

    async def stamp(self, said: bytes) -> bytes:
        """See the port."""
        request = TimestampRequestBuilder().data(said).hash_algorithm(HashAlgorithm.SHA256).build()
        try:
            async with httpx.AsyncClient(timeout=self._within) as client:
                answer = await client.post(
                    self._url,
                    content=request.as_bytes(),
                    headers={"Content-Type": "application/timestamp-query"},
                )
        except httpx.HTTPError as error:
            raise Transient(
                saying("vendor.authority_away", url=self._url, fault=type(error).__name__)
            ) from error
        if answer.status_code != HTTPStatus.OK:
            raise Transient(saying("vendor.authority_answered", url=self._url, status=answer.status_code))
        try:
            stamped_at(answer.content, said, self._roots, request.nonce)
        except Malformed as error:
            raise Permanent(
                saying("vendor.authority_wrong", url=self._url, said=error.wording), code=error.code
            ) from error
        return answer.content
