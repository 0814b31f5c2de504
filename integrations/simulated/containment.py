"""A simulated executor of containment, which counts every isolation: a second one interrupts again."""

from datetime import timedelta

from integrations.simulated.vendor import SimulatedVendor
from playbooks.domain.errors import Permanent
from playbooks.ports.containment import Isolate, Rejoin
from playbooks.ports.write import Made


class SimulatedContainment(SimulatedVendor):
    """The ContainmentPort of a simulated world."""

    async def isolate(self, request: Isolate) -> Made:
        """Isolate an asset, and again when asked again."""
        return await self._call("isolate", lambda: self._isolate(request))

    async def rejoin(self, request: Rejoin) -> Made:
        """Let an isolated asset back in."""
        return await self._call("rejoin", lambda: self._rejoin(request))

    def _isolate(self, request: Isolate) -> Made:
        asset = self._world.thing(self._id, "asset", request.asset)
        if asset is None:
            self._world.add(
                self._id, "asset", request.asset, request.effect_id, timedelta(), {"isolated": True}
            )
        else:
            self._world.change(asset, isolated=True)
        self._happened("isolate", request.effect_id, request.asset)
        return Made(ref=request.asset)

    def _rejoin(self, request: Rejoin) -> Made:
        asset = self._world.thing(self._id, "asset", request.asset)
        if asset is None:
            raise Permanent(f"{self._id} never isolated {request.asset}.", code="unknown_asset")
        self._world.change(asset, isolated=False)
        self._happened("rejoin", request.effect_id, request.asset)
        return Made(ref=request.asset)
