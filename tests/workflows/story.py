"""One attack on several organizations from the alert to the exports, in the real parts, wherever people type it.

UNHCR is told by its sensors and WFP by its staff; they find each other, work as one, ask, vote, call the vendor, turn
to the hybrid network, close, and each takes the record home as far as it may read it.
"""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import httpx

from bot.commands.desk import Reply
from bot.composition.record import export_record, verify_record
from bot.composition.web import web_app
from bot.composition.worker import matching
from playbooks.domain.document import plain
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.proof.bundle_check import verify_bundle
from playbooks.domain.release import Reader
from tests.casts import reader
from tests.workflows.house import House, until
from workflows.names import part_id

SENSOR = {
    "schema": "muster-alert/1",
    "id": "story-1",
    "title": "Files are being encrypted",
    "severity": "critical",
    "affected": {"hosts": ["fs-story-1"]},
}
ATTACKER = "domain one-story.example"
EXPOSED = "Gate 2 and the night shift."


class Story:
    """What people type and read; each line must be let through."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.rounds = matching(house.muster)

    async def types(self, who: str, line: str, key: IncidentKey | None = None) -> str:
        """The answer to a line that is let through: here in the web room, which everybody has."""
        reply = await self.house.say(who, f"/incident {key} {line}" if key else f"/incident {line}")
        assert not reply.failed, (line, read(reply))
        return read(reply)

    async def reads(self, who: str, key: IncidentKey, words: str) -> None:
        """Until somebody sees it said where she is: here in the web room's timeline."""
        await self.until_told(who, key, words)

    async def alert(self) -> IncidentKey:
        """A sensor of UNHCR posts what it saw; a rule declares."""
        before = {each.key for each in await self.house.muster.ledger.incidents()}
        async with _front_door(self.house) as (client, secret):
            headers = {"Authorization": f"Bearer {secret}"}
            taken = await client.post("/alerts/generic", content=json.dumps(SENSOR), headers=headers)
        assert taken.status_code == 202, taken.text

        async def declared() -> IncidentKey | None:
            new = [each.key for each in await self.house.muster.ledger.incidents() if each.key not in before]
            found = new[0] if new else None
            return found if found and (await self.house.case(found)).state.declared_at else None

        return await until(declared, "the alert is an incident")

    async def until_told(self, who: str, key: IncidentKey, words: str) -> None:
        """Until somebody's own timeline says so; what finds the same attack goes round meanwhile."""

        async def told() -> bool:
            await self.rounds.step()
            story = await self.house.muster.views.story(reader(who, await self.house.case(key)), key)
            return any(words in str(each.slots) for each in story)

        await until(told, f"{who} is told of “{words}”")

    async def joins(self, who: str, organization: str, key: IncidentKey) -> None:
        await self.types(who, "join", key)
        await self.house.runs(part_id(key, OrganizationCode(organization)))

    async def answers(self, key: IncidentKey, question: str, outcome: str, **said: str) -> None:
        for who, option in said.items():
            await self.types(who.replace("_", "-"), f"answer {question} {option}", key)
        await self.house.consultation_is(key, question, outcome)

    async def exported(self, key: IncidentKey, who: Reader) -> bytes:
        parts: list[bytes] = []
        await export_record(self.house.muster, key, who, parts.append)
        return b"".join(parts)


async def play(story: Story) -> None:
    """From the alert to the exports."""
    ours = await story.alert()
    await story.types("unhcr-duty", "role incident_commander @unhcr-ciso", ours)
    await story.types("unhcr-ciso", f"indicators add {ATTACKER}", ours)
    said = await story.types("wfp-duty", "declare Staff were sent to a false sign-in severity=high")
    theirs = IncidentKey(re.findall(r"INC-\d+-\d+", said)[0])
    await story.types("wfp-duty", f"indicators add {ATTACKER}", theirs)
    await _introduced(story, ours, theirs)
    await _asked(story, ours)
    await _helped(story, ours)
    await _turned_hybrid(story, ours)
    await story.types("unhcr-ciso", "close All parties work normally again.", ours)
    await story.house.agrees(ours)
    await _taken_home(story, ours)


async def _introduced(story: Story, ours: IncidentKey, theirs: IncidentKey) -> None:
    """Each lead is asked, both want to, and only each is told of the other; WFP joins, and both go on as one."""
    for who, key in (("unhcr-ciso", ours), ("wfp-ciso", theirs)):
        await story.until_told(who, key, "few")
        await story.types(who, "answer C-1 approve", key)
    await story.until_told("unhcr-ciso", ours, theirs)
    await story.until_told("wfp-ciso", theirs, ours)
    await story.types("unhcr-ciso", "invite WFP", ours)
    await story.joins("wfp-duty", "WFP", ours)
    await story.types("wfp-ciso", f"merge {theirs} One attack, one answer.", ours)
    await story.until_told("wfp-ciso", theirs, ours)

    async def ended() -> bool:
        return not (await story.house.case(theirs)).state.is_open

    await until(ended, "what goes on in the other is closed, and its record stays")
    status = await story.house.say("wfp-ciso", f"/incident {theirs} status")
    assert f"Goes on in: {ours}" in read(status)


async def _asked(story: Story, key: IncidentKey) -> None:
    """A status call; then the members vote to widen the circle of those who know, and the provider joins."""
    await story.types("unhcr-ciso", "ask status UNHCR WFP Do you see the same sign-in page? deadline=1h", key)
    for who in ("wfp-duty", "unhcr-duty"):
        await story.reads(who, key, "Do you see the same sign-in page?")
    await story.types("wfp-duty", "answer C-2 affected", key)
    board = await story.types("unhcr-duty", "board C-2", key)
    assert "answered: 1" in board, board
    assert re.search(r"WFP: .*wfp-duty", board), board
    await story.answers(key, "C-2", "answered", unhcr_duty="affected")
    await story.types("unhcr-ciso", "ask vote UNHCR WFP May UNICC be told of it? deadline=1h", key)
    await story.answers(key, "C-3", "carried", unhcr_ciso="for", wfp_ciso="for")
    await story.types("unhcr-ciso", "invite UNICC", key)
    await story.joins("unicc-duty", "UNICC", key)


async def _helped(story: Story, key: IncidentKey) -> None:
    """The vendor on retainer comes in time; its hours are confirmed by who bears them."""
    await story.types("unhcr-ciso", "retainer activate No usable backups.", key)
    await story.types("unhcr-duty", "retainer confirm acknowledged", key)
    await story.types("unhcr-duty", "retainer confirm remote", key)
    await story.types("unhcr-duty", "retainer hours 6.5 for=WFP Memory images.", key)
    await story.types("wfp-ciso", "retainer confirm H-1", key)
    assert "2015.00" in await story.types("unhcr-duty", "retainer close", key)


async def _turned_hybrid(story: Story, key: IncidentKey) -> None:
    """Doors open: OICT leads the network, DSS does physical security, both sign one assessment, both end it."""
    await story.types(
        "unhcr-ciso", "hybrid activate means=digital deliberate=yes danger=both Doors were opened.", key
    )
    await story.joins("oict-duty", "UN", key)
    line = "task add Take an image of the disk for=UN owner=@dss-duty"
    refused = await story.house.say("oict-duty", f"/incident {key} {line}")
    assert refused.failed
    assert "002" in read(refused), "the refusal names the paragraph"
    await story.types("dss-duty", f"hybrid expose @dss-duty @oict-duty {EXPOSED}", key)
    await story.types("oict-duty", "hybrid assess station=NBO risk=high Two gates can be opened.", key)
    await story.types("dss-duty", "hybrid recommend mitigating Guards at both gates.", key)
    for who in ("dss-duty", "oict-duty"):
        await story.types(who, "hybrid sign version=2", key)
    assert (await story.house.waiting_task(key, "Guards at both gates.")).office == "DSS"
    for who in ("dss-duty", "oict-duty"):
        await story.types(who, "hybrid deactivate", key)


async def _taken_home(story: Story, key: IncidentKey) -> None:
    """Three readers, three bundles: all verify, and none has what its reader may not read."""
    muster = story.house.muster

    async def integrated() -> bool:
        return None not in [position async for position, _entry in muster.record.entries(key)]

    await until(integrated, "everything stands in the record")
    lead, partner, security = [
        await story.exported(key, who)
        for who in (
            reader("UNHCR"),
            reader("WFP"),
            Reader(organization=OrganizationCode("UN"), person="dss-duty"),
        )
    ]
    for bundle in (lead, partner, security):
        report = verify_bundle((bundle,), muster.keys.public_keys)
        assert report.ok, report.first_problem
    assert len({lead, partner, security}) == 3
    holds = partial(_which, {"lead": lead, "partner": partner, "security": security})
    assert holds(EXPOSED) == ["security"], "TLP:RED stays with the persons it was given to"
    assert holds("incident:match:introduce") == ["lead"], "who was introduced is the lead's to know"
    assert holds("Two gates can be opened.") == ["lead", "partner", "security"]
    assert (await verify_record(muster)).ok


def _which(bundles: dict[str, bytes], words: str) -> list[str]:
    return [name for name, bundle in bundles.items() if words.encode() in bundle]


def read(reply: Reply) -> str:
    """A reply as text."""
    return plain(reply.document)


@asynccontextmanager
async def _front_door(house: House) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """The intake over HTTP, with the key of a sensor of UNHCR."""
    app = web_app(house.muster)
    secret = (house.muster.settings.data / "keys" / "generic.key").read_text("ascii").strip()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://muster") as client:
        yield client, secret
