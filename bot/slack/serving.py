"""How Slack reaches the app: over a socket that Muster opens, or over HTTP at `/slack/{connection}/events`."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, HTTPException, Request
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.responses import Response

from playbooks.domain.ids import ConnectionId

_SLACK: Final = AsyncWebClient.BASE_URL
_SSL_CHECK: Final = b"ssl_check=1"
"""Slack looks now and then whether the address has a good certificate, and wants no more than a 200."""


@asynccontextmanager
async def slack_socket(app: AsyncApp, app_token: str, base_url: str = _SLACK) -> AsyncIterator[None]:
    """Listen over Socket Mode for as long as the block runs; a socket that breaks is opened again by itself."""
    web = AsyncWebClient(token=app_token, base_url=base_url)
    handler = AsyncSocketModeHandler(app, app_token, web_client=web)
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt left out the return type
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # as above


async def stay_connected(app: AsyncApp, app_token: str, base_url: str = _SLACK) -> None:
    """Listen over Socket Mode until cancelled; slack_sdk tries every ten seconds where Slack is away or refuses."""
    async with slack_socket(app, app_token, base_url):
        await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class OverHttp:
    """An app that Slack reaches over HTTP, and the secret by which it is known to be Slack."""

    app: AsyncApp
    signing_secret: str


def slack_router(apps: Mapping[ConnectionId, OverHttp]) -> APIRouter:
    """Takes what Slack sends over HTTP, and of anybody else nothing: no body is read before its signature holds."""
    router = APIRouter(include_in_schema=False)
    handlers = {connection: AsyncSlackRequestHandler(each.app) for connection, each in apps.items()}
    verifiers = {connection: SignatureVerifier(each.signing_secret) for connection, each in apps.items()}

    @router.post("/slack/{organization}/{account}/events")
    async def events(organization: str, account: str, request: Request) -> Response:
        connection = ConnectionId(f"{organization}/{account}")
        if connection not in handlers:
            raise HTTPException(404, "No Slack is connected here.")
        body = await request.body()
        if _is_signed(verifiers[connection], body, request.headers):
            return await handlers[connection].handle(request)
        return Response(status_code=200 if _SSL_CHECK in body.split(b"&") else 401)

    return router


def _is_signed(verifier: SignatureVerifier, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether Slack sent it within the last five minutes."""
    signature = headers.get("x-slack-signature", "")
    try:
        return verifier.is_valid(body, headers.get("x-slack-request-timestamp", ""), signature)
    except (ValueError, TypeError):
        return False  # a moment that is no number, a body that is no text, a signature not in ASCII
