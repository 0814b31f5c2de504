"""What every HttpPort keeps to."""

import pytest

from playbooks.domain.errors import Permanent
from playbooks.ports.http import Call, HttpPort, Request
from tests.contract.samples import some_id

ISOLATE = Call(
    method="POST",
    target="/v1/hosts/asset-7/isolate",
    headers=(("Content-Type", "application/json"),),
    content='{"reason": "INC-2026-0042"}',
)
DENY = Call(method="POST", target="/.well-known/openc2", content='{"action": "deny", "target": {"file": {}}}')


async def check_http_port(port: HttpPort) -> None:
    """Both calls are allowed and known there."""
    assert (await port.send(Request(effect_id=some_id("http.act", "1"), call=ISOLATE))).ref == "200"
    assert (await port.command(Request(effect_id=some_id("openc2.command", "1"), call=DENY))).ref == "200"
    assert (await port.execute(Request(effect_id=some_id("code.execute", "1"), call=ISOLATE))).ref == "200"
    asked = DENY.model_copy(update={"method": "GET"})
    with pytest.raises(Permanent):
        await port.command(Request(effect_id=some_id("openc2.command", "2"), call=asked))
