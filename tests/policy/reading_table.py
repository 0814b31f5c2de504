"""The second half of the policy table: what each route answers to whom, and what of an entry each reader has."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import httpx
from fastapi import FastAPI

from bot.web.parts import WebParts
from bot.web.signin.secret import digest
from integrations.simulated.reading import SimulatedReading
from integrations.simulated.record import SimulatedRecord
from playbooks.domain.circle.guest import vendor_of
from playbooks.domain.entry import Entry
from playbooks.domain.ids import IncidentKey, PersonId
from playbooks.domain.incident import IncidentState
from playbooks.domain.marking import Marking
from playbooks.domain.policy import is_known_to, is_party
from playbooks.domain.proof.slots import SLOTS
from playbooks.domain.release import Reader, release
from playbooks.ports.signin import Proof, Session
from tests.casts import KEY, NOON, Scene, actor, agreement, declared, directory, naming
from tests.policy.house import a_house
from tests.policy.routes import ROUTES, filled

HEAD = """\
Which pages and files are whose: every route, asked by everybody.

The first incident: UNHCR leads, WFP has joined, UNICC is invited, UN was never asked; a person of the vendor on
retainer is its guest, and another is no longer. The second was restricted to
UNHCR's duty officer, who declared it, WFP's legal officer, and one elsewhere, whose organization takes no part.
`yes` is answered; `no`, `sign in` and `not there` are what it says instead; `-` is not asked here: forms, which carry
commands, what machines call, and what runs apart.
"""
ENTRIES = """\
What of an entry each reader has, on every page and in every file, by whom it is for and how it is marked.

UNHCR leads and wrote it (its duty officer did), WFP has joined, UNICC is invited, UN has left, FAO was never asked; a
person of the vendor on retainer is its guest.
`yes` is all of it; `no names` is all but who said it and who took part, as the Chatham House Rule asks; `-` is nothing
at all. A connection to the outside (a chat, a pager) carries no more than this for its organization, and no more than
its ceiling. A marking that is not known counts as TLP:RED. Of a restricted incident the named alone have anything.
"""
RESTRICTED = IncidentKey("INC-2026-0008")
ASKING = {
    "nobody": (None, KEY),
    "lead": ("unhcr-ciso", KEY),
    "joined": ("wfp-duty", KEY),
    "invited": ("unicc-duty", KEY),
    "stranger": ("oict-duty", KEY),
    "guest": ("ir-example-lead", KEY),
    "gone": ("ir-example-analyst", KEY),
    "named": ("wfp-legal", RESTRICTED),
    "elsewhere": ("oict-duty", RESTRICTED),
    "not named": ("unhcr-ciso", RESTRICTED),
}
ELSEWHERE = (
    *("/vkey", "/checkpoints", "/sign-in/openid/{name}"),
    *("/incidents/{key}/events", "/triage/{id}", "/incidents/{key}/review"),
)
_SAID = {200: "yes", 403: "no", 401: "sign in", 404: "not there"}


def lines() -> Iterator[str]:
    """Both tables."""
    yield HEAD
    yield f"{'':<42}{''.join(f'{name:<11}' for name in ASKING)}".rstrip()
    yield from asyncio.run(_routes())
    yield ""
    yield ENTRIES
    yield from _entries()


async def _routes() -> list[str]:
    record = SimulatedRecord()
    await record.append(_first().entries)
    await record.append(_second().entries)
    parts, app = a_house(SimulatedReading(record, (KEY, RESTRICTED)), record)
    asked = []
    for (method, path), (whom, shows) in ROUTES.items():
        cells = [await _asked(parts, app, method, path, *who) for who in ASKING.values()]
        asked += [
            f"{method + ' ' + path:<42}{''.join(f'{cell:<11}' for cell in cells)}".rstrip(),
            f"    {whom}: {shows}",
        ]
    return asked


def _first() -> Scene:
    scene = declared(joined=("WFP",))
    scene.do("unhcr-duty", "invite", organizations=["UNICC"])
    _with_guest(scene)
    return scene


def _with_guest(scene: Scene) -> None:
    scene.do("unhcr-ciso", "retainer.activate", agreement=agreement().model_dump(mode="json"))
    for person in ("ir-example-lead", "ir-example-analyst"):
        scene.do("unhcr-ciso", "retainer.admit", **naming(person))
    scene.do("unhcr-ciso", "retainer.dismiss", **naming("ir-example-analyst"))


def _second() -> Scene:
    scene = Scene(key=RESTRICTED)
    scene.do("unhcr-duty", "declare", texts={"title": "Known to two"}, severity="high")
    scene.do("unhcr-duty", "invite", organizations=["WFP"])
    scene.do("wfp-duty", "join")
    scene.do("unhcr-duty", "restrict", named=["wfp-legal", "oict-duty"])
    return scene


async def _asked(
    parts: WebParts, app: FastAPI, method: str, path: str, who: str | None, key: IncidentKey
) -> str:
    if method != "GET" or path in ELSEWHERE:
        return "-"
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
        if who is not None:
            browser.cookies.set("muster_session", await _signed_in(parts, who))
        answer = await browser.get(filled(path, key), headers={"Accept": "text/html"})
    if answer.is_redirect:
        return "sign in" if answer.headers["location"].startswith("/sign-in") else "yes"
    return _SAID.get(answer.status_code, str(answer.status_code))


async def _signed_in(parts: WebParts, who: str) -> str:
    secret = f"secret of {who}"
    await parts.signin.open_session(
        Session(
            digest=digest(secret),
            person=PersonId(who),
            proof=Proof.PASSKEY,
            opened_at=NOON,
            seen_at=NOON,
            expires_at=NOON + timedelta(hours=12),
        )
    )
    return secret


READERS: dict[str, Reader] = {
    "its author": Reader(organization=directory().person("unhcr-duty").organization, person="unhcr-duty"),
    "staff of the lead": Reader(
        organization=directory().person("unhcr-ciso").organization, person="unhcr-ciso"
    ),
    "staff of WFP, joined": Reader(
        organization=directory().person("wfp-duty").organization, person="wfp-duty"
    ),
    "WFP's legal officer": Reader(
        organization=directory().person("wfp-legal").organization, person="wfp-legal"
    ),
    "WFP, Chatham House": Reader(
        organization=directory().person("wfp-duty").organization, person="wfp-duty", chatham_house=True
    ),
    "UNICC, invited": Reader(organization=directory().person("unicc-duty").organization, person="unicc-duty"),
    "UN, left": Reader(organization=directory().person("oict-duty").organization, person="oict-duty"),
    "vendor's guest": Reader(organization=vendor_of("IR-EXAMPLE"), person="ir-example-lead"),
    "FAO, never asked": Reader(organization=directory().organization("FAO").code),
    "the public": Reader(organization=None),
}
AUDIENCES: dict[str, tuple[str, ...]] = {
    "its author's organization": (),
    "the parties": ("parties",),
    "UNICC by name": ("UNICC",),
    "the vendor by name": (vendor_of("IR-EXAMPLE"),),
    "WFP's legal officer by name": ("person:wfp-legal",),
    "the community": ("community",),
    "the public": ("public",),
}


def _entries() -> Iterator[str]:
    scene = declared(joined=("WFP",))
    scene.do("unhcr-duty", "invite", organizations=["UNICC"])
    scene.do("unhcr-duty", "invite", organizations=["UN"])
    scene.do("oict-duty", "join")
    scene.do("oict-duty", "leave")
    _with_guest(scene)
    for name, audience in AUDIENCES.items():
        yield f"{'for ' + name + ' ':-<41}{''.join(f'{marking.value:<19}' for marking in Marking)}".rstrip()
        for who, reader in READERS.items():
            cells = "".join(f"{_has(reader, scene.state, marking, audience):<19}" for marking in Marking)
            yield f"  {who:<39}{cells}".rstrip()
        yield ""


def _has(reader: Reader, state: IncidentState, marking: Marking, audience: tuple[str, ...]) -> str:
    entry = _note(marking, audience)
    party = is_party(reader.person, reader.organization, state)
    placed = reader.model_copy(update={"party_to": (KEY,) if party else ()})
    if not is_known_to(reader.person, reader.organization, state):
        return "-"
    slots = release(entry, placed)
    if not slots:
        return "-"
    return "yes" if slots == frozenset(SLOTS) else "no names"


def _note(marking: Marking, audience: tuple[str, ...]) -> Entry:
    scene = declared()
    return scene.entries[0].model_copy(
        update={"actor": actor("unhcr-duty"), "marking": marking, "audience": audience, "incident": KEY}
    )
