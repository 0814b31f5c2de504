"""A load of HTTP posts over kept-alive connections, with as little of its own work as a client can have."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """How many posts were answered, in how long, and how long one took at the median and at the worst percentile."""

    posts: int
    seconds: float
    median_ms: float
    p99_ms: float
    began: list[float]
    """When each post was begun, in their order; seconds since 1970."""

    @property
    def per_second(self) -> float:
        """Posts a second."""
        return self.posts / self.seconds


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A whole request as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: muster", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def load(port: int, requests: Sequence[bytes], *, connections: int, expect: int = 202) -> Load:
    """Send every request once, over so many connections; each waits for its answer before it sends the next."""
    waiting = iter(enumerate(requests))
    sent_at = [0.0] * len(requests)
    took: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_connection(port, waiting, took, sent_at, expect) for _ in range(connections)))
    seconds = time.perf_counter() - began
    took.sort()
    return Load(len(took), seconds, took[len(took) // 2] * 1000, took[len(took) * 99 // 100] * 1000, sent_at)


async def _connection(
    port: int, waiting: Iterator[tuple[int, bytes]], took: list[float], sent_at: list[float], expect: int
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for at, request in waiting:
        sent_at[at] = time.time()
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(_length(head))
        took.append(time.perf_counter() - began)
        if int(head[9:12]) != expect:
            raise RuntimeError(head.decode())
    writer.close()


def _length(head: bytes) -> int:
    _, _, after = head.lower().partition(b"content-length:")
    return int(after.split(b"\r\n", 1)[0] or 0)
