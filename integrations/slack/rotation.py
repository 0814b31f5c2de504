"""A workspace's token where Slack lets it live for twelve hours (`token_rotation_enabled` in the app's manifest).

Slack gives the next one against a refresh token that it takes once, so it is asked for by one process, kept, and only
then used (`playbooks/ports/tokens.py`). Two hours ahead, as Slack's own libraries do, so that a Slack or a database
that is away for a while costs nothing.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from aiohttp import encode_basic_auth
from pydantic import SecretStr
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from typing_extensions import override

from integrations.slack.client import SLACK, SlackClient, slack_client
from integrations.slack.failures import answered
from playbooks.domain.errors import Denied, IncidentError, Transient, Unavailable
from playbooks.domain.ids import ConnectionId
from playbooks.ports.tokens import Token, Tokens

_AHEAD: Final = timedelta(hours=2)


@dataclass(frozen=True)
class Rotating:
    """What an app with token rotation is known by."""

    client_id: str
    client_secret: SecretStr
    refresh_token: SecretStr
    """As Slack showed it when the app was installed; used for the first token, and where a new one was put there."""


class Rotation:
    """Has the token of one workspace that is good now."""

    def __init__(
        self,
        place: ConnectionId,
        app: Rotating,
        tokens: Tokens,
        now: Callable[[], datetime],
        base_url: str = SLACK,
    ) -> None:
        self._place, self._app, self._tokens, self._now = place, app, tokens, now
        self._web = slack_client("", base_url)
        self._begun_with = sha256(app.refresh_token.get_secret_value().encode()).hexdigest()
        self._known: Token | None = None
        self._asking = asyncio.Lock()

    async def __call__(self) -> str:
        """The token to use. Raises Denied where Slack gives none, Unavailable, or as a call of Slack does."""
        if not self._lasts(self._known, _AHEAD):
            async with self._asking:
                if not self._lasts(self._known, _AHEAD):
                    self._known = await self._renewed()
        return self._known.access if self._known else ""

    async def _renewed(self) -> Token:
        """A token that lasts; where none can be had now, the one that is there for as long as it is good."""
        known = self._known
        try:
            known = known or await self._tokens.kept(self._place)
            if known is not None and self._lasts(known, _AHEAD):
                return known
            return await self._tokens.renewed(self._place, known, self._renew)
        except Denied:
            raise
        except IncidentError:
            if known is not None and self._lasts(known, timedelta()):
                return known
            raise

    async def _renew(self, kept: Token | None) -> Token:
        begun = kept is not None and kept.begun_with == self._begun_with
        refresh = kept.refresh if kept and begun else self._app.refresh_token.get_secret_value()
        asked_at = self._now()
        proof = encode_basic_auth(self._app.client_id, self._app.client_secret.get_secret_value())
        call = self._web.api_call(
            "oauth.v2.access",
            data={"grant_type": "refresh_token", "refresh_token": refresh},
            headers={"Authorization": proof},
        )
        given = await answered(self._place, call)
        return Token(
            access=given["access_token"],
            refresh=given["refresh_token"],
            until=asked_at + timedelta(seconds=int(given["expires_in"])),
            begun_with=self._begun_with,
        )

    def _lasts(self, token: Token | None, ahead: timedelta) -> bool:
        """Whether it is one of what is configured now, and good for so long."""
        return (
            token is not None and token.begun_with == self._begun_with and token.until - self._now() > ahead
        )


class RotatingClient(SlackClient):
    """A client that asks for its token before each call."""

    def __init__(self, token: Rotation, base_url: str = SLACK) -> None:
        super().__init__("", base_url)
        self._current = token

    @override
    async def api_call(self, api_method: str, **said: Any) -> AsyncSlackResponse:
        try:
            self.token = await self._current()
        except Unavailable as error:
            raise Transient(error.wording) from error
        return await super().api_call(api_method, **said)
