"""An identity provider that keeps the specification's rules, and can be told to break one."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from integrations.openid.provider import OpenIdProvider, Registration
from playbooks.domain.ids import OrganizationCode
from tests.web.circle import NOW

ISSUER = "https://id.wfp.example.org"
SECRET = "held by both"
Break = Callable[[dict[str, Any]], None]


@dataclass
class House:
    """Signs tokens for whoever asked in the right way."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}))
    signs_with: RSAKey | None = None
    algorithm: str = "RS256"
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    broken: Break = lambda _claims: None
    metadata: dict[str, Any] = field(default_factory=dict)
    away: bool = False

    def consent(self, address: str, subject: str = "sub-of-wfp-duty") -> str:
        """What a person does there: look at the address, agree, and be sent back with a code."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{ISSUER}/authorize?")
        assert (query["response_type"], query["scope"], query["client_id"]) == ("code", "openid", "muster")
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self.asked)}"
        self.asked[code] = {**query, "sub": subject}
        return code

    def token(self, **claims: Any) -> str:
        return jwt.encode(
            {"alg": self.algorithm, "kid": "1"},
            claims,
            self.signs_with or self.key,
            algorithms=[self.algorithm],
        )

    def claims(self, subject: str, **more: Any) -> dict[str, Any]:
        now = int(NOW.timestamp())
        return {"iss": ISSUER, "aud": "muster", "sub": subject, "iat": now, "exp": now + 300, **more}

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        async def describe() -> dict[str, Any]:
            places = {
                "authorization_endpoint": "authorize",
                "token_endpoint": "token",
                "jwks_uri": "keys",
                "end_session_endpoint": "out",
            }
            return {
                "issuer": ISSUER,
                **{name: f"{ISSUER}/{place}" for name, place in places.items()},
                **self.metadata,
            }

        @app.get("/keys")
        async def keys() -> dict[str, Any]:
            return {"keys": [self.key.as_dict(private=False)]}

        @app.post("/token")
        async def token(request: Request) -> JSONResponse:
            form = {name: str(value) for name, value in (await request.form()).items()}
            asked = self.asked.pop(form["code"], None)  # a code works once
            challenge = (
                urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            )
            basic = httpx.BasicAuth("muster", SECRET)._auth_header
            if (
                asked is None
                or challenge != asked["code_challenge"]
                or form["redirect_uri"] != asked["redirect_uri"]
                or request.headers.get("Authorization") != basic
            ):
                return JSONResponse({"error": "invalid_grant"}, 400)
            claims = self.claims(asked["sub"], nonce=asked["nonce"])
            self.broken(claims)
            return JSONResponse(
                {"token_type": "Bearer", "access_token": "a", "id_token": self.token(**claims)}
            )

        return app

    def provider(self) -> OpenIdProvider:
        def client() -> httpx.AsyncClient:
            def gone(_request: httpx.Request) -> httpx.Response:
                raise httpx.ConnectError("away")

            transport = httpx.MockTransport(gone) if self.away else httpx.ASGITransport(self.app())
            return httpx.AsyncClient(transport=transport)

        registration = Registration(
            name="wfp", organization=OrganizationCode("WFP"), issuer=ISSUER, client_id="muster"
        )
        return OpenIdProvider(registration, lambda: SecretStr(SECRET), lambda: NOW, client)


def logout_claims(house: House, subject: str, **more: Any) -> dict[str, Any]:
    events: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    return house.claims(subject, events=events, jti=f"{time.monotonic_ns()}", **more)
