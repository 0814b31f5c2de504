"""A simulated machine that takes calls, and counts those whose repeat would be one more."""

from datetime import timedelta
from typing import Final

from integrations.simulated.vendor import SimulatedVendor
from playbooks.domain.errors import Permanent
from playbooks.domain.saying import saying
from playbooks.ports.http import Request
from playbooks.ports.write import Made

_SETS: Final = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")
"""Idempotent (RFC 9110 §9.2.2)."""


class SimulatedHttp(SimulatedVendor):
    """The HttpPort of a simulated world; every path is there."""

    async def send(self, request: Request) -> Made:
        """Take a call; one that sets a state is remembered once."""
        return await self._call("send", lambda: self._send("send", request))

    async def command(self, request: Request) -> Made:
        """Take an OpenC2 command."""
        if request.call.method != "POST":
            raise Permanent(saying("vendor.openc2_by_post"), code="malformed")
        return await self._call("command", lambda: self._send("command", request))

    async def execute(self, request: Request) -> Made:
        """Take code to run."""
        return await self._call("execute", lambda: self._send("execute", request))

    def _send(self, method: str, request: Request) -> Made:
        known = self._world.made_by(self._id, "call", request.effect_id)
        if known is None:
            state = {"method": request.call.method, "target": request.call.target}
            ref = f"{self._world.count(self._id, 'call') + 1}"
            self._world.add(self._id, "call", ref, request.effect_id, timedelta(), state)
        if known is None or request.call.method not in _SETS:
            self._happened(method, request.effect_id, request.call.target)
        return Made(ref="200")
