"""The Slack of `slack.py` without a socket between: what slack_sdk needs of an aiohttp session, on any clock."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

from aiohttp import ClientConnectorError, ContentTypeError, ServerDisconnectedError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.client import slack_client
from tests.contract.fakes.slack import TOKEN, Answer, Dropped, FakeSlack, Unreachable

WITHIN = 7


class _Response:
    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self.content_type = answer.content_type
        self._body = answer.body

    async def json(self) -> Any:
        if self.content_type != "application/json":
            raise ContentTypeError(SimpleNamespace(real_url="", headers={}), ())  # type: ignore[arg-type]
        return json.loads(self._body)

    async def text(self) -> str:
        return self._body


class _Session:
    closed = False

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    @asynccontextmanager
    async def request(self, _verb: str, url: str, **sent: Any) -> AsyncIterator[_Response]:
        args = {**(sent.get("params") or {}), **(sent.get("data") or {}), **(sent.get("json") or {})}
        known = {name: value for name, value in args.items() if value is not None}
        try:
            async with asyncio.timeout(WITHIN):
                answer = await self._slack.answer(
                    url.rpartition("/")[2], known, sent["headers"]["Authorization"]
                )
        except Dropped:
            raise ServerDisconnectedError from None
        except Unreachable:
            key = SimpleNamespace(ssl=True, host="slack.example", port=443, is_ssl=True)
            raise ClientConnectorError(key, OSError("unreachable")) from None  # type: ignore[arg-type]
        yield _Response(answer)


def in_memory(slack: FakeSlack) -> AsyncWebClient:
    """The client of Muster, speaking with this Slack and nobody else."""
    client = slack_client(TOKEN)
    session: Any = _Session(slack)
    client.session = session
    return client
