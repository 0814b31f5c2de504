"""Playing the incident: an alert over HTTP, people by slash command, the playbook until its end."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from importlib.resources import files
from typing import TypeVar

import httpx
from pydantic import BaseModel, ConfigDict

from bot.commands.desk import Speaker
from bot.composition.installation import Installation, utc_now
from bot.demo.cast import first_acts, last_acts, on_consultation, on_task
from playbooks.domain.case import Case
from playbooks.domain.document import Document, Footnote, plain
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import CommandId, IncidentKey, PersonId
from playbooks.domain.saying import saying
from playbooks.texts import load_texts
from playbooks.texts.wording import label
from workflows import names

_SOURCE = "elastic"
_PATIENCE = timedelta(seconds=60)
_LOOK = 0.05


Found = TypeVar("Found")


class Step(BaseModel):
    """One thing that happened, for people and for machines."""

    model_config = ConfigDict(frozen=True)

    step: str
    did: str
    seconds: float


class Play:
    """One play; `tell` is given each step as it happens."""

    def __init__(self, muster: Installation, tell: Callable[[Step], None]) -> None:
        self._muster = muster
        self._tell = tell
        self._began = time.monotonic()
        self.steps: list[Step] = []

    async def play(self) -> IncidentKey:
        """Play the incident to its end. Raises Unavailable when it does not come to one in time."""
        await self._alert()
        key = await self._declared()
        for person, line in first_acts():
            await self._say(person, line, key)
        await self._until_the_run_ends(key)
        for person, line in last_acts():
            await self._say(person, line, key)
        await self._settled(key)
        return key

    async def _alert(self) -> None:
        settings = self._muster.settings
        secret = (settings.data / "keys" / f"{_SOURCE}.key").read_text("ascii").strip()
        body = (files("bot.demo") / "alert.json").read_bytes()
        async with httpx.AsyncClient() as client:
            answer = await client.post(
                f"http://{settings.host}:{settings.port}/alerts/{_SOURCE}",
                content=body,
                headers={"Authorization": f"Bearer {secret}"},
            )
        answer.raise_for_status()
        self._done("alert", load_texts().say("demo.alert", status=answer.status_code))

    async def _declared(self) -> IncidentKey:
        async def declared() -> IncidentKey | None:
            opened = await self._muster.ledger.incidents()
            is_declared = opened and (await self._case(opened[0].key)).state.declared_at is not None
            return opened[0].key if is_declared else None

        key = await self._wait_for(declared)
        state = (await self._case(key)).state
        texts = load_texts()
        severity = label(texts, "severity", state.severity)
        about = {"incident": key, "severity": severity, "marking": state.marking, "lead": state.lead}
        self._done("declare", texts.say("demo.declared", **about))
        return key

    async def _until_the_run_ends(self, key: IncidentKey) -> None:
        async def ended() -> bool:
            case = await self._case(key)
            if all(run.outcome != "running" for run in case.runs.values()):
                return True
            for person, line in _acts(case):
                await self._say(person, line, key)
            return False

        await self._wait_for(ended)
        for run in (await self._case(key)).runs.values():
            texts = load_texts()
            about = {"playbook": run.playbook, "outcome": label(texts, "outcome", run.outcome)}
            self._done("playbook", texts.say("demo.ended", count=len(run.steps), **about))

    async def _settled(self, key: IncidentKey) -> None:
        """The incident's workflows have ended, with all their effects, and everything is integrated in the record."""
        for id in await self._workflows(key):
            await self._muster.client.get_workflow_handle(id).result()

        async def settled() -> bool:
            return None not in [position async for position, _entry in self._muster.record.entries(key)]

        await self._wait_for(settled)
        effects = (await self._case(key)).effects.values()
        done = sum(effect.state == "done" for effect in effects)
        by_kind = sorted({effect.action for effect in effects})
        self._done(
            "effects",
            load_texts().say("demo.effects", done=done, count=len(effects), names=", ".join(by_kind)),
        )

    async def _workflows(self, key: IncidentKey) -> list[str]:
        state = (await self._case(key)).state
        return [names.incident_id(key), *(names.part_id(key, code) for code in state.active_parties)]

    async def _say(self, person: PersonId, line: str, key: IncidentKey) -> None:
        speaker = Speaker(
            person=self._muster.directory.person(person),
            incident=key,
            command_id=CommandId(f"demo:{uuid.uuid4()}"),
            received_at=utc_now(),
        )
        reply = await self._muster.desk.hear(f"/incident {line}", speaker)
        said = tuple(block for block in reply.document.blocks if not isinstance(block, Footnote))
        answer = " ".join(plain(Document(blocks=said)).split())
        if reply.failed:
            raise Unavailable(saying("demo.refused", who=person, line=line, answer=answer), code="demo")
        self._done("command", load_texts().say("demo.command", who=person, line=line, answer=answer))

    async def _case(self, key: IncidentKey) -> Case:
        return await self._muster.cases.case(key)

    async def _wait_for(self, look: Callable[[], Awaitable[Found | None]]) -> Found:
        """Look until there is something. Raises Unavailable after a minute."""
        deadline = time.monotonic() + _PATIENCE.total_seconds()
        while time.monotonic() < deadline:
            if found := await look():
                return found
            await asyncio.sleep(_LOOK)
        raise Unavailable(saying("demo.stuck"), code="demo")

    def _done(self, step: str, did: str) -> None:
        happened = Step(step=step, did=did, seconds=round(time.monotonic() - self._began, 2))
        self.steps.append(happened)
        self._tell(happened)


def _acts(case: Case) -> list[tuple[PersonId, str]]:
    """What waits for somebody now, and what that somebody types."""
    answers = [act for consultation in case.open_consultations for act in on_consultation(consultation)]
    return [*answers, *(on_task(task) for task in case.open_tasks)]
