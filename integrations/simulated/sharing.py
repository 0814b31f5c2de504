"""A simulated collection: holds each version of an object once, and tells when it came."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from integrations.simulated.vendor import SimulatedVendor
from playbooks.domain.errors import Permanent
from playbooks.domain.saying import saying
from playbooks.ports.sharing import Give, Taken
from playbooks.ports.write import Made


class SimulatedSharing(SimulatedVendor):
    """The SharingPort of a simulated world. Its moments are the numbers of its objects, as moments look."""

    async def give(self, request: Give) -> Made:
        """Put objects there."""
        return await self._call("give", lambda: self._give(request))

    async def take(self, since: str = "") -> Taken:
        """What came after."""
        return await self._call("take", lambda: self._take(since))

    def _give(self, request: Give) -> Made:
        new = [
            (ref, each)
            for each in _objects(request)
            if self._world.thing(self._id, "object", ref := _version(each)) is None
        ]
        for ref, each in new:
            moment = f"2026-01-01T00:00:00.{self._world.count(self._id, 'object') + 1:06}Z"
            state = {"object": each, "moment": moment}
            self._world.add(self._id, "object", ref, request.effect_id, timedelta(), state)
        if new:
            self._happened("give", request.effect_id, new[0][0])
        counted = {"taken": len(new), "present": len(_objects(request)) - len(new)}
        return Made(
            ref=request.effect_id, given={name: str(count) for name, count in counted.items() if count}
        )

    def _take(self, since: str) -> Taken:
        states = [thing.state for thing in self._world.things(self._id, "object")]
        last = {state["object"]["id"]: state for state in states if state["moment"] > since}
        return Taken(
            objects=tuple(state["object"] for state in last.values()),
            until=max((state["moment"] for state in last.values()), default=since),
        )


def _objects(request: Give) -> list[Mapping[str, Any]]:
    try:
        return list(json.loads(request.file.content)["objects"])
    except (ValueError, KeyError, TypeError):
        raise Permanent(saying("vendor.no_bundle"), code="malformed") from None


def _version(found: Mapping[str, Any]) -> str:
    return f"{found['id']}|{found.get('modified', found.get('created', ''))}"
