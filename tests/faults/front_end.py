"""People in front of the web room: a line is sent again, as the same command, until Muster says what came of it."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from types import TracebackType
from typing import Self

import httpx

from bot.composition.installation import Installation
from bot.web.command_id import command_id
from bot.web.signin.secret import digest, form_token, new_secret
from playbooks.domain.command import Outcome, Verdict
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import CommandId, IncidentKey, PersonId
from playbooks.ports.signin import Proof, Session
from tests.faults.house import until

_SOURCE = "elastic"
_KEPT = "It is kept on this machine"


class FrontEnd:
    """Browsers of people who are signed in, and a SIEM."""

    def __init__(self, muster: Installation) -> None:
        settings = muster.settings
        self._muster = muster
        self._secrets: dict[PersonId, str] = {}
        self._client = httpx.AsyncClient(base_url=f"http://{settings.host}:{settings.port}", timeout=30)
        self.said: dict[CommandId, Verdict] = {}
        """Every command that was given, with the verdict that was told first."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def alert(self) -> None:
        """A SIEM sends its alert, and again until it gets a 202."""
        key = (self._muster.settings.data / "keys" / f"{_SOURCE}.key").read_text("ascii").strip()
        body = (files("bot.demo") / "alert.json").read_bytes()

        async def taken() -> bool:
            answer = await self._post(f"/alerts/{_SOURCE}", body, {"Authorization": f"Bearer {key}"})
            return answer is not None and answer.status_code == httpx.codes.ACCEPTED

        await until(taken, "the alert is taken")

    async def say(self, person: PersonId, line: str, key: IncidentKey) -> Verdict:
        """Say a line, the same command until there is a verdict; fails when it is refused."""
        once = new_secret()
        command = command_id(person, once)

        async def judged() -> Verdict | None:
            secret = await self._signed_in(person)
            cookies = {"Cookie": f"muster_session={secret}", "X-Form-Token": form_token(secret)}
            form = str(httpx.QueryParams({"once": once, "line": f"/incident {line}"})).encode()
            kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
            answer = await self._post(f"/rooms/{key}", form, cookies | kind)
            if answer is None or answer.status_code != httpx.codes.OK:
                return None
            try:
                return await self._muster.ledger.verdict(command)
            except NotFound:
                if _KEPT in answer.text:
                    return None  # the database went in the middle of it; said again, it is carried out once
                raise AssertionError(f"{person} said “{line}”: {answer.text}") from None

        verdict = await until(judged, f"{person} is answered on “{line}”")
        assert verdict.outcome is Outcome.DONE, f"{person} said “{line}”: {verdict}"
        self.said[command] = verdict
        return verdict

    async def _signed_in(self, person: PersonId) -> str:
        if person not in self._secrets:
            secret, now = new_secret(), datetime.now(UTC)
            later = now + timedelta(hours=1)
            session = Session(
                digest=digest(secret),
                person=person,
                proof=next(iter(Proof)),
                opened_at=now,
                seen_at=now,
                expires_at=later,
            )
            await self._muster.signin.open_session(session)
            self._secrets[person] = secret
        return self._secrets[person]

    async def _post(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response | None:
        try:
            return await self._client.post(path, content=body, headers=headers)
        except httpx.TransportError:
            return None
