"""One collection of a TAXII 2.1 server as a SharingPort (OASIS, taxii-v2.1-os; sections in brackets)."""

import asyncio
import json
import re
import ssl
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from integrations.taxii.client import Access, Reply, Server
from integrations.taxii.envelopes import Object, Tally, enveloped
from integrations.taxii.failures import no_taxii, one_way
from playbooks.actions.times import TIMES
from playbooks.domain.connection import Connection, PortName
from playbooks.domain.errors import Permanent, Transient, Unknown
from playbooks.domain.saying import Saying, saying
from playbooks.ports.sharing import Give, Taken
from playbooks.ports.write import Made

Sleep = Callable[[float], Awaitable[None]]

_PATIENCE: Final = TIMES[PortName.SHARING].client.total_seconds() * 2 / 3
"""How long a status is asked after, so that an attempt is over before the door gives it up."""
_WAYS: Final = {
    (True, True): "both",
    (True, False): "gives",
    (False, True): "takes",
    (False, False): "neither",
}
"""What is open, by whether it gives and whether it takes."""
_ASKED_EVERY: Final = (0.2, 0.5, 1, 2, 5)
_PAGE: Final = 1000
_MOST: Final = 50_000
_MOST_PAGES: Final = 500
_LARGEST: Final = 4 * 1024 * 1024
"""Bytes of an envelope, whatever more the server would take."""
_AT_ONCE: Final = 20
"""Ids in one address, which servers do not take at any length."""
_DEFINITIONS: Final = 200
_ANY: Final[Mapping[str, str]] = {}
_SHOWN: Final = 10
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")


@dataclass(frozen=True)
class _Found:
    """A collection as its server tells of it."""

    server: Server
    root: str
    path: str
    largest: int
    reads: bool
    writes: bool


class TaxiiCollection:
    """The SharingPort of one collection; see `docs/connections.md`."""

    def __init__(self, connection: Connection, access: Access, sleep: Sleep = asyncio.sleep) -> None:
        self._place = connection.id
        self._access = access
        self._sleep = sleep
        self._tls = ssl.create_default_context(cafile=access.ca)

    async def give(self, request: Give) -> Made:
        """See the port."""
        objects = _objects(request)
        async with self._found() as found:
            if not (self._access.gives and found.writes):
                raise one_way(self._place, "given_to")
            tally = await self._sent(found, objects)
            if tally.refused and found.reads:
                tally.settle(await self._there(found, objects, tally.refused))
        if tally.is_refused:
            named = ", ".join(list(tally.refused)[:_SHOWN])
            raise Permanent(saying("vendor.takes_none", who=self._place), code="objects_refused", about=named)
        return Made(ref=found.path, given=tally.said)

    async def take(self, since: str = "") -> Taken:
        """See the port."""
        async with self._found() as found:
            if not (self._access.takes and found.reads):
                raise one_way(self._place, "taken_from")
            taken = await self._pages(found, "objects/", since=since)
            known = {str(each.get("id")) for each in taken.objects}
            missing = [ref for ref in _marked_by(taken.objects) if ref not in known][:_DEFINITIONS]
            definitions = await self._matching(found, "objects/", missing)
        return taken.model_copy(update={"objects": (*definitions, *taken.objects)})

    async def health(self) -> Saying:
        """See `playbooks/ports/health.py`."""
        async with self._found() as found:
            if self._access.gives and not found.writes:
                raise one_way(self._place, "given_to")
            if self._access.takes and not found.reads:
                raise one_way(self._place, "taken_from")
        way = _WAYS[self._access.gives, self._access.takes]
        return saying(f"vendor.health.taxii.{way}", collection=self._access.collection)

    @asynccontextmanager
    async def _found(self) -> AsyncIterator[_Found]:
        """The collection (§5.2), below the API root that is configured, or that the discovery tells."""
        async with Server.opened(self._place, self._access, self._tls) as server:
            first = (await server.get()).document
            root = server.address(self._root_of(first) if "api_roots" in first else "")
            about = (await server.get(root)).document if root != server.address("") else first
            versions = about.get("versions")
            if not isinstance(versions, list) or not any("2.1" in str(each) for each in versions):
                raise no_taxii(self._place)
            largest = about.get("max_content_length")
            path = f"{root}collections/{quote(self._access.collection, safe='')}/"
            told = (await server.get(path)).document
            yield _Found(
                server,
                root,
                path,
                min(largest, _LARGEST) if isinstance(largest, int) and largest > 0 else _LARGEST,
                reads=told.get("can_read") is True,
                writes=told.get("can_write") is True,
            )

    def _root_of(self, discovery: Mapping[str, Any]) -> str:
        """The API root that a discovery names first of all (§4.1.1), or the only one."""
        listed = discovery.get("api_roots")
        roots = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
        named = discovery.get("default") or (roots[0] if len(roots) == 1 else None)
        if not isinstance(named, str):
            raise Permanent(saying("vendor.several_roots", who=self._place), code="no_taxii")
        return f"{named.rstrip('/')}/"

    async def _sent(self, found: _Found, objects: Collection[Object]) -> Tally:
        """Each envelope once (§5.5), and its status until it is complete (§4.3)."""
        clock = asyncio.get_running_loop().time
        until = clock() + _PATIENCE
        envelopes = enveloped(objects, found.largest)
        tally = Tally(refused=dict.fromkeys(envelopes.too_large, "larger than the server takes"))
        for content in envelopes.contents:
            status = (await found.server.post(f"{found.path}objects/", content)).document
            waits = iter(_ASKED_EVERY)
            while status.get("status") != "complete" and clock() < until:
                await self._sleep(next(waits, _ASKED_EVERY[-1]))
                status = await self._asked_after(found, status)
            tally.add(status)
        return tally

    async def _asked_after(self, found: _Found, status: Mapping[str, Any]) -> Mapping[str, Any]:
        id = status.get("id")
        if not isinstance(id, str) or not id:
            raise Unknown(saying("vendor.no_word", who=self._place))
        try:
            return (await found.server.get(f"{found.root}status/{quote(id, safe='')}/")).document
        except Transient as error:
            # What was sent has arrived by now: whoever hears of it must not think that nothing happened.
            raise Unknown(error.wording) from None

    async def _there(self, found: _Found, objects: Iterable[Object], ids: Iterable[str]) -> list[str]:
        """Of these, what the collection has in the version sent (§5.3): many servers refuse what they have."""
        wanted = sorted(ids)
        versions = {
            str(each.get("id")): _moment(each.get("modified", each.get("created"))) for each in objects
        }
        listed = await self._matching(found, "manifest/", wanted, **{"match[version]": "all"})
        held = {(str(each.get("id")), _moment(each.get("version"))) for each in listed}
        return [id for id in wanted if (id, versions.get(id)) in held]

    async def _matching(self, found: _Found, what: str, ids: Sequence[str], **more: str) -> list[Object]:
        """What the collection has of these ids, some at a time."""
        matching: list[Object] = []
        for start in range(0, len(ids), _AT_ONCE):
            wanted = ",".join(ids[start : start + _AT_ONCE])
            matching += (await self._pages(found, what, {"match[id]": wanted, **more})).objects
        return matching

    async def _pages(
        self, found: _Found, what: str, asked: Mapping[str, str] = _ANY, since: str = ""
    ) -> Taken:
        """Page by page (§3.4), by `next` where the server gives one, else by when the last object was added."""
        objects: list[Object] = []
        until, params = since, {"limit": str(_PAGE), **asked, **_added_after(since)}
        first = params
        for _ in range(_MOST_PAGES):
            reply = await found.server.get(f"{found.path}{what}", **params)
            objects += self._listed(reply)
            last = reply.headers.get("X-TAXII-Date-Added-Last", "")
            moved, until = _is_moment(last) and last != until, last if _is_moment(last) else until
            if reply.document.get("more") is not True:
                return Taken(objects=tuple(objects), until=until)
            following = reply.document.get("next")
            if len(objects) >= _MOST or not (following or moved):
                break
            params = first | ({"next": str(following)} if following else _added_after(until))
        return Taken(objects=tuple(objects), until=until, more=True)

    def _listed(self, reply: Reply) -> list[Object]:
        """The objects of an envelope or a manifest; an empty one is `{}`. What is no object has no name either."""
        objects = reply.document.get("objects", [])
        if not isinstance(objects, list):
            raise no_taxii(self._place)
        return [each if isinstance(each, dict) else {} for each in objects]


def _objects(request: Give) -> list[Object]:
    try:
        objects = json.loads(request.file.content)["objects"]
    except (ValueError, KeyError, TypeError):
        objects = None
    if not isinstance(objects, list) or not all(isinstance(each, dict) for each in objects):
        raise Permanent(saying("vendor.no_bundle"), code="malformed")
    return objects


def _added_after(moment: str) -> dict[str, str]:
    return {"added_after": moment} if moment else {}


def _is_moment(text: str) -> bool:
    return _MOMENT.fullmatch(text) is not None


def _moment(said: object) -> datetime | None:
    """Two servers may write the same moment with more zeros or fewer."""
    try:
        return datetime.fromisoformat(str(said))
    except ValueError:
        return None


def _marked_by(objects: Iterable[Object]) -> Iterator[str]:
    """The marking definitions that are referred to, each once."""
    seen: set[str] = set()
    for each in objects:
        whole = each.get("object_marking_refs")
        granular = each.get("granular_markings")
        parts = granular if isinstance(granular, list) else []
        for ref in (
            *(whole if isinstance(whole, list) else []),
            *(part.get("marking_ref") for part in parts if isinstance(part, dict)),
        ):
            if isinstance(ref, str) and ref.startswith("marking-definition--") and ref not in seen:
                seen.add(ref)
                yield ref
