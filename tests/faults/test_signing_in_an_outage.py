"""PostgreSQL is away, killed or hanging: whoever has a passkey signs in on the web, and is answered there."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.composition.installation import installation, utc_now
from bot.kept.passkeys import PasskeyCopy
from bot.kept.sealed import kept_key
from bot.web.signin.enrolment import invite
from tests.faults.house import House, Part, house, until
from tests.web.authenticator import Authenticator
from tests.web.test_sign_in import post, sign_in

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@asynccontextmanager
async def killed(home: House) -> AsyncIterator[None]:
    """The database is dead, and the process of the pages began without it."""
    await home.kill(Part.POSTGRES)
    await home.kill_and_restart(Part.BOT)
    yield
    await home.start(Part.POSTGRES)


@asynccontextmanager
async def hanging(home: House) -> AsyncIterator[None]:
    """The database keeps every connection and answers nothing."""
    with home.frozen(Part.POSTGRES):
        yield


@pytest.mark.parametrize("away", [killed, hanging])
async def test_whoever_has_a_passkey_signs_in_and_stays_signed_in_when_the_database_is_back(
    away: Callable[[House], AbstractAsyncContextManager[None]], fault_data: Path
) -> None:
    async with house(fault_data, Part.BOT) as home:
        origin = home.settings.page_origin
        authenticator = Authenticator(origin=origin)
        async with a_browser(origin) as at_her_desk:
            await enrolled(home, at_her_desk, authenticator)
        await until(lambda: is_known(home, authenticator), "this machine knows her passkey")
        async with a_browser(origin) as at_night:
            async with away(home):
                assert (await sign_in(at_night, authenticator)).json() == {"signed_in": "unhcr-duty"}
                room = await at_night.get("/rooms")
                assert room.status_code == 503
                assert "how things stood at" in room.text

            async def is_back() -> bool:
                return (await at_night.get("/incidents")).status_code == 200

            await until(is_back, "she reads on without signing in again")


@asynccontextmanager
async def a_browser(origin: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=origin, timeout=60) as client:
        yield client


async def enrolled(home: House, browser: httpx.AsyncClient, authenticator: Authenticator) -> None:
    async with installation(home.settings) as muster:
        person = muster.directory.person("unhcr-duty").id
        invitation = await invite(muster.signin, person, home.settings.page_origin, utc_now())
    token = invitation.link.partition("#")[2]
    asked = await post(browser, "/enrol", "/enrol/ask", {"token": token})
    credential = authenticator.create(asked.json())
    done = await post(browser, "/enrol", "/enrol/passkey", {"token": token, "credential": credential})
    assert done.status_code == 200


async def is_known(home: House, authenticator: Authenticator) -> bool:
    known = PasskeyCopy(home.settings.data / "copy", kept_key(home.settings.keys)).read() or ()
    return any(passkey.credential_id == authenticator.id for passkey in known)
