"""A Matrix client that is not Muster's and not matrix-nio's: matrix-js-sdk with the crypto of Element.

`npm install --package-lock-only --omit-lockfile-registry-resolved` in this folder chooses the versions anew.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.elsewhere import node_is_there, packages_of

FOLDER: Final = Path(__file__).parent
_OLDEST: Final = 20
_WITHIN: Final = 60


class JsClient:
    """A person's client in a process of its own, and what it has said so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def until(self, what: str, words: str) -> str:
        """The first thing of this kind (`read`, `unread`, `poll`, `ended`, `sent`, ...) that holds these words."""
        return str((await self.line(what, words))[what])

    async def put(self, room: str, kind: str, content: dict[str, Any]) -> str:
        """An event that the person sends, encrypted by her client; its id."""
        self._ask(room=room, type=kind, content=content)
        return await self.until("sent", "$")

    async def verify(self, account: str, **where: str) -> str:
        """Ask to compare emoji with an account, in a `room` or by its `device`; the code with which that was ended."""
        self._ask(verify=account, **where)
        return await self.until("declined", "m.")

    def _ask(self, **asked: object) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")

    async def line(self, what: str, words: str) -> dict[str, Any]:
        """All that it says with such a thing."""
        lines: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(_WITHIN):
                while True:
                    line = await self._line()
                    lines.append(line)
                    if words in line.get(what, ""):
                        return line
        except TimeoutError as error:
            raise AssertionError(f"nothing was {what} with “{words}”, only {lines}") from error

    async def _line(self) -> dict[str, Any]:
        assert self._process.stdout
        if not (line := await self._process.stdout.readline()):
            assert self._process.stderr
            raise AssertionError((await self._process.stderr.read()).decode()[-2000:])
        said: dict[str, Any] = json.loads(line)
        return said


@asynccontextmanager
async def js_client(url: str, account: str, token: str, device: str) -> AsyncIterator[JsClient]:
    """The client, signed in, its own device signed by its account; for as long as the block runs."""
    folder = await asyncio.to_thread(_installed)
    process = await asyncio.create_subprocess_exec(
        *("node", "client.js", url, account, token, device),
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    client = JsClient(process)
    try:
        await client.until("ready", device)
        yield client
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _installed() -> Path:
    """The folder with the client and its packages. Skips where Node.js 20 or npm is lacking."""
    if not node_is_there(_OLDEST):
        pytest.skip("a Matrix client of others needs Node.js 20 and npm: apt-get install -y nodejs npm")
    return packages_of(FOLDER, "client.js")
