"""The two clients of PagerDuty as Muster needs them: they ask once, within their time-out, in threads of their own."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from pagerduty import ApiClient, Error, EventsApiV2Client, RestApiV2Client
from pydantic import BaseModel, ConfigDict, SecretStr

from integrations.pagerduty.failures import refusal
from playbooks.actions.times import TIMES
from playbooks.domain.connection import PortName

Answer = TypeVar("Answer")
Json = Mapping[str, Any]
Client = TypeVar("Client", bound=ApiClient)

REST: Final = "https://api.pagerduty.com"
EVENTS: Final = "https://events.pagerduty.com"
_WITHIN: Final = TIMES[PortName.PAGING].client / 2
"""To connect, and again to answer: together no longer than the door waits."""
_AT_ONCE: Final = 4


class PagerDutyAccess(BaseModel):
    """Where an account is and how Muster signs in there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    routing_key: SecretStr
    """The integration key of the service (Events API v2): what pages are sent with."""
    api_token: SecretStr
    """A key of the REST API: what pages and the people on call are looked up with, and pages given to people."""
    user: str = ""
    """The mail address of the user in whose name pages are reassigned and noted; without one they are not."""
    url: str = REST
    events_url: str = EVENTS
    ca: Path | None = None
    """Certificates to trust instead of the usual ones."""
    within: timedelta = _WITHIN


class PagerDutyAccount:
    """One account, asked in threads of its own: a slow one holds up nobody else's connection."""

    def __init__(self, place: str, access: PagerDutyAccess) -> None:
        self.routing_key = access.routing_key
        self.user = access.user
        self._place = place
        verify = ssl.create_default_context(cafile=access.ca) if access.ca else True
        token, key = access.api_token.get_secret_value(), access.routing_key.get_secret_value()
        self._rest = _once(RestApiV2Client(token, base_url=access.url, verify=verify), access)
        self._events = _once(EventsApiV2Client(key, base_url=access.events_url, verify=verify), access)
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix=place)

    async def read(self, path: str, **params: object) -> Json:
        """Ask the REST API; never Unknown, since nothing can have happened. Raises ProviderErrors."""
        answer = await self._ask(lambda: self._rest.jget(path, params=params), reads=True)
        return cast("Json", answer)

    async def write(self, method: str, path: str, body: Json, *, user: str) -> Json:
        """Change something over the REST API in the name of a user. Raises ProviderErrors."""
        call = self._rest.jput if method == "PUT" else self._rest.jpost
        answer = await self._ask(lambda: call(path, json=dict(body), headers={"From": user}), reads=False)
        return cast("Json", answer)

    async def send(self, action: str, dedup_key: str, payload: Json | None = None) -> None:
        """Send one event. Raises ProviderErrors."""
        worded = {"payload": dict(payload)} if payload else {}
        await self._ask(lambda: self._events.send_event(action, dedup_key=dedup_key, **worded), reads=False)

    def close(self) -> None:
        """Let go of the connections; calls that are under way end by their time-out."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._rest.close()
        self._events.close()

    async def _ask(self, call: Callable[[], Answer], *, reads: bool) -> Answer:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, call)
        except (Error, ValueError) as error:
            failure = refusal(self._place, error, reads=reads)
        # The library's errors hold the end of the credential; they end here.
        raise failure


def _once(client: Client, access: PagerDutyAccess) -> Client:
    """Keep the library from trying again by itself: by default it does, four times or, told 429, for ever.

    Only a status that `retry` names is given back after `max_http_attempts`; 429 must be named for that.
    """
    client.max_network_attempts = 0
    client.max_http_attempts = -1
    client.retry = {429: 1}
    client.timeout = access.within.total_seconds()  # type: ignore[assignment]  # httpx2 takes fractions too
    return client
