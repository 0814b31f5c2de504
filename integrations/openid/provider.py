"""An identity provider over HTTPS: discovery, code for token, and the checks that make a token worth believing.

Authlib checks the claims and makes the PKCE challenge, joserfc the signatures; httpx carries.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from playbooks.domain.errors import Refused, Unavailable
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.saying import saying
from playbooks.ports.openid import Asking

_ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "RS384", "RS512", "ES384", "PS384", "PS512")
"""Signatures by the provider's own key; none that a shared secret would make."""
_LEEWAY: Final = 60
"""Seconds by which clocks may differ."""
_WITHIN: Final = 10.0
_KNOWN_FOR: Final = timedelta(hours=1)
_LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_AGE: Final = timedelta(minutes=5)


class Registration(BaseModel):
    """As what Muster is known to a provider."""

    model_config = ConfigDict(frozen=True)

    name: str
    organization: OrganizationCode
    issuer: str
    client_id: str


class _Metadata(BaseModel):
    """What of a provider's description is used (OpenID Connect Discovery 1.0, section 3)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False
    """Whether its answers say who gave them (RFC 9207, section 3)."""


class OpenIdProvider:
    """The identity provider port over HTTPS."""

    def __init__(
        self,
        registration: Registration,
        secret: Callable[[], SecretStr],
        now: Callable[[], datetime],
        client: Callable[[], httpx.AsyncClient] = lambda: httpx.AsyncClient(timeout=_WITHIN),
    ) -> None:
        self._registration = registration
        self._secret = secret
        self._now = now
        self._client = client
        self._known: tuple[datetime, _Metadata, KeySet] | None = None

    @property
    def name(self) -> str:
        """See the port."""
        return self._registration.name

    @property
    def organization(self) -> OrganizationCode:
        """See the port."""
        return self._registration.organization

    async def where_to_ask(self, asking: Asking) -> str:
        """See the port."""
        metadata, _keys = await self._described()
        query = {
            "response_type": "code",
            "client_id": self._registration.client_id,
            "redirect_uri": asking.redirect_uri,
            "scope": "openid",
            "state": asking.state,
            "nonce": asking.nonce,
            "code_challenge": create_s256_code_challenge(asking.verifier),
            "code_challenge_method": "S256",
        }
        return _with(metadata.authorization_endpoint, query)

    async def subject(self, code: str, asking: Asking, issuer: str = "") -> str:
        """See the port."""
        metadata, _keys = await self._described()
        _check_issuer(metadata, issuer)
        answer = await self._post(metadata, code, asking)
        if answer.status_code != httpx.codes.OK:
            raise _refused("code")
        tokens = _object(answer)
        claims, header = await self._claims(str(tokens.get("id_token", "")))
        params = {"nonce": asking.nonce, "client_id": self._registration.client_id}
        if "access_token" in tokens:
            params["access_token"] = str(tokens["access_token"])
        self._validate(CodeIDToken(claims, header, self._expected(), params))
        return str(claims["sub"])

    async def where_to_sign_out(self, back_to: str) -> str:
        """See the port."""
        metadata, _keys = await self._described()
        if not metadata.end_session_endpoint:
            return ""
        query = {"client_id": self._registration.client_id, "post_logout_redirect_uri": back_to}
        return _with(metadata.end_session_endpoint, query)

    async def signed_out(self, token: str) -> str:
        """See the port."""
        claims, header = await self._claims(token)
        self._validate(CodeIDToken({"exp": 2**40, **claims}, header, self._expected(), {}))
        events = claims.get("events")
        fresh = self._now().timestamp() - float(claims["iat"]) < _LOGOUT_AGE.total_seconds()
        if "nonce" in claims or not isinstance(events, dict) or _LOGOUT_EVENT not in events or not fresh:
            raise _refused("no_end")
        return str(claims["sub"])

    def _expected(self) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "value": self._registration.issuer},
            "aud": {"essential": True, "value": self._registration.client_id},
            "sub": {"essential": True},
        }

    def _validate(self, token: CodeIDToken) -> None:
        try:
            token.validate(now=int(self._now().timestamp()), leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            raise _refused("unfit", fault=type(error).__name__) from error

    async def _claims(self, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """What a token says, its signature checked; once more with the keys as they are now, should they be new."""
        for again in (False, True):
            _metadata, keys = await self._described(anew=again)
            try:
                decoded = jwt.decode(token, keys, algorithms=list(_ALGORITHMS))
            except (JoseError, ValueError) as error:
                if again:
                    raise _refused("unsigned") from error
            else:
                return dict(decoded.claims), dict(decoded.header)
        raise AssertionError

    async def _post(self, metadata: _Metadata, code: str, asking: Asking) -> httpx.Response:
        """Code for tokens, with our secret in the header or in the body, as the provider takes it."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asking.redirect_uri,
            "code_verifier": asking.verifier,
        }
        own = self._registration.client_id, self._secret().get_secret_value()
        auth = None
        if "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            auth = httpx.BasicAuth(*own)
        else:
            form |= {"client_id": own[0], "client_secret": own[1]}
        async with self._client() as client:
            try:
                if auth:
                    return await client.post(metadata.token_endpoint, data=form, auth=auth)
                return await client.post(metadata.token_endpoint, data=form)
            except httpx.HTTPError as error:
                raise self._away() from error

    async def _described(self, *, anew: bool = False) -> tuple[_Metadata, KeySet]:
        now = self._now()
        if not anew and self._known and now - self._known[0] < _KNOWN_FOR:
            return self._known[1:]
        async with self._client() as client:
            try:
                place = get_well_known_url(self._registration.issuer, external=True)
                metadata = _Metadata.model_validate(_object(await client.get(place)))
                keys = KeySet.import_key_set(_object(await client.get(metadata.jwks_uri)))  # type: ignore[arg-type]  # checked there
            except (httpx.HTTPError, ValidationError, JoseError, ValueError, KeyError, TypeError) as error:
                raise self._away() from error
        self._check(metadata)
        self._known = (now, metadata, keys)
        return metadata, keys

    def _check(self, metadata: _Metadata) -> None:
        """It is who it should be (Discovery, section 4.3), and is spoken to in secret."""
        places = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri)
        if metadata.issuer != self._registration.issuer or not all(map(is_safe, places)):
            raise _refused("another")

    def _away(self) -> Unavailable:
        return Unavailable(
            saying("vendor.signin_away", organization=self.organization),
            code="provider_away",
        )


def _check_issuer(metadata: _Metadata, issuer: str) -> None:
    """The answer is of the provider that was asked, so that no other's code is taken to it (RFC 9207, section 2.4)."""
    if (issuer or metadata.authorization_response_iss_parameter_supported) and issuer != metadata.issuer:
        raise _refused("not_its_answer")


def is_safe(place: str) -> bool:
    """Whether an address is reached in secret; on this machine itself without."""
    parts = urlsplit(place)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    )


def _with(place: str, query: Mapping[str, str]) -> str:
    return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(query)}"


def _object(answer: httpx.Response) -> dict[str, Any]:
    """A JSON object. Raises ValueError for anything else."""
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found


def _refused(why: str, **args: str) -> Refused:
    return Refused(
        saying("vendor.not_signed_in", why=saying(f"vendor.not_signed_in.{why}", **args)),
        code="openid_not_accepted",
        source="OpenID Connect Core 1.0",
    )
