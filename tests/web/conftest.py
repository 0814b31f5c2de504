"""A web in memory, and browsers of its people."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from bot.embedded import free_port
from bot.web.app import create_app
from bot.web.signin.secret import digest
from playbooks.domain.ids import PersonId
from playbooks.ports.signin import Proof, Session
from tests.web.circle import Circle, a_web

Browser = Callable[[str], Awaitable[httpx.AsyncClient]]
PAGE = {"Accept": "text/html"}


@pytest.fixture
def circle() -> Circle:
    return a_web()


@pytest.fixture
def app(circle: Circle) -> FastAPI:
    return create_app(circle.parts)


def a_browser(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=PAGE)


async def signed_in(circle: Circle, person: str) -> str:
    """A session's secret, opened for somebody behind the sign-in's back."""
    secret, now = f"secret of {person}", circle.parts.now()
    await circle.parts.signin.open_session(
        Session(
            digest=digest(secret),
            person=PersonId(person),
            proof=Proof.PASSKEY,
            opened_at=now,
            seen_at=now,
            expires_at=now + timedelta(hours=12),
        )
    )
    return secret


@pytest.fixture
async def nobody(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which nobody is signed in."""
    async with a_browser(app) as client:
        yield client


@pytest.fixture
async def browser(app: FastAPI, circle: Circle) -> AsyncIterator[Browser]:
    """A browser in which somebody is signed in, by handle."""
    clients: list[httpx.AsyncClient] = []

    async def of(person: str) -> httpx.AsyncClient:
        client = a_browser(app)
        client.cookies.set("muster_session", await signed_in(circle, person))
        clients.append(client)
        return client

    yield of
    for client in clients:
        await client.aclose()


@pytest.fixture
def port() -> int:
    return free_port()
