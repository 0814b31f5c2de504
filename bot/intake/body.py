"""A request's body: read while it comes, decompressed, never more of it in memory than the limit."""

import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus

from bot.intake.authentication import Proof
from bot.intake.problem import Refusal

MIB = 1024 * 1024
MOST_BYTES = 10 * MIB
"""Of one body, decompressed."""
_GZIP = 31
"""zlib's window bits for the gzip format."""


class Memory:
    """How many bytes of bodies this process holds. Full means 429, before memory and never by loss."""

    def __init__(self, most: int = 64 * MIB) -> None:
        self._most = most
        self.held = 0

    @contextmanager
    def share(self) -> Iterator["Share"]:
        """One request's share, given back on leaving."""
        share = Share(self)
        try:
            yield share
        finally:
            self.held -= share.held

    def take(self, size: int) -> None:
        """Take so many bytes more. Raises Refusal (429)."""
        if self.held + size > self._most:
            raise Refusal(
                HTTPStatus.TOO_MANY_REQUESTS,
                "busy",
                "More is coming in than can be stored at once; nothing of this was taken, send it again.",
                retry_after=timedelta(seconds=1),
            )
        self.held += size


class Share:
    """What one request holds."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.held = 0

    def grow(self, size: int) -> None:
        """Hold more. Raises Refusal (429)."""
        self._memory.take(size)
        self.held += size


async def read_body(
    chunks: AsyncIterator[bytes], encoding: str, proof: Proof, share: Share, most: int = MOST_BYTES
) -> bytes:
    """The whole body, decompressed. Raises Refusal: 400 broken gzip, 413 too large, 415, 429."""
    plain = _decoder(encoding)
    parts: list[bytes] = []
    size = sent = 0
    async for chunk in chunks:
        proof.update(chunk)
        sent += len(chunk)
        for part in plain.parts(chunk):
            size += len(part)
            if size > most:
                raise too_large(most)
            share.grow(len(part))
            parts.append(part)
        if sent > most:
            raise too_large(most)
    plain.end()
    return parts[0] if len(parts) == 1 else b"".join(parts)


def too_large(most: int) -> Refusal:
    """413, also said before the body when its length is stated."""
    return Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_large",
        f"The body is larger than {most // MIB} MiB decompressed; none of it was taken, send less at once.",
    )


class _Plain:
    def parts(self, chunk: bytes) -> Iterator[bytes]:
        if chunk:
            yield chunk

    def end(self) -> None:
        """A plain body ends where it ends."""


class _Gunzip:
    """Bounded by the step: a bomb is opened 1 MiB at a time, and the reader stops at its limit."""

    def __init__(self) -> None:
        self._open: zlib._Decompress | None = None

    def parts(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            stream = self._open = self._open or zlib.decompressobj(_GZIP)
            part = self._inflate(stream, chunk)
            if part:
                yield part
            chunk = stream.unused_data if stream.eof else stream.unconsumed_tail
            if stream.eof:
                self._open = None

    @staticmethod
    def _inflate(stream: "zlib._Decompress", chunk: bytes) -> bytes:
        try:
            return stream.decompress(chunk, MIB)
        except zlib.error:
            raise _broken() from None

    def end(self) -> None:
        if self._open is not None:
            raise _broken()


def _decoder(encoding: str) -> _Plain | _Gunzip:
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Gunzip()
        case _:
            raise Refusal(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "unknown_encoding",
                "The body's Content-Encoding is not known here; send it as gzip or not encoded.",
            )


def _broken() -> Refusal:
    return Refusal(
        HTTPStatus.BAD_REQUEST,
        "broken_gzip",
        "The body is not whole as gzip; nothing of it was taken, send it again.",
    )
