"""How Slack reaches the app: over a socket that Muster opens, or over HTTP at `/slack/{connection}/events`."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from fastapi import APIRouter, HTTPException, Request
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.responses import Response

from playbooks.domain.ids import ConnectionId

_SLACK: Final = AsyncWebClient.BASE_URL


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


def slack_router(apps: Mapping[ConnectionId, AsyncApp]) -> APIRouter:
    """Takes what Slack sends over HTTP; an app made without its signing secret takes nothing."""
    router = APIRouter(include_in_schema=False)
    handlers = {connection: AsyncSlackRequestHandler(app) for connection, app in apps.items()}

    @router.post("/slack/{organization}/{account}/events")
    async def events(organization: str, account: str, request: Request) -> Response:
        handler = handlers.get(ConnectionId(f"{organization}/{account}"))
        if handler is None:
            raise HTTPException(404, "No Slack is connected here.")
        return await handler.handle(request)

    return router
