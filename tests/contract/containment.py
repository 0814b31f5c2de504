"""What every ContainmentPort keeps to."""

import pytest

from playbooks.domain.errors import Permanent
from playbooks.ports.containment import ContainmentPort, Isolate, Rejoin
from tests.contract.samples import some_id


async def check_containment_port(port: ContainmentPort, asset: str = "asset-7") -> None:
    """`asset` is in the network; no asset is called `no-such-asset`."""
    isolate = Isolate(effect_id=some_id("containment.isolate", "1"), asset=asset)
    rejoin = Rejoin(effect_id=some_id("containment.rejoin", "1"), asset=asset)
    assert (await port.isolate(isolate)).ref == asset
    assert (await port.rejoin(rejoin)).ref == asset
    with pytest.raises(Permanent):
        await port.rejoin(Rejoin(effect_id=some_id("containment.rejoin", "2"), asset="no-such-asset"))
