"""What every SharingPort keeps to."""

import json
from typing import Any

import pytest

from playbooks.domain.errors import Permanent
from playbooks.ports.sharing import Give, SharingPort
from playbooks.ports.write import File
from tests.contract.samples import some_id

GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"


def stix_indicator(number: int, modified: str = "2026-11-22T12:00:00.000Z", **more: Any) -> dict[str, Any]:
    """An indicator of STIX 2.1 that names one address."""
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--8e2e2d2b-17d4-4cbf-938f-{number:012}",
        "created": "2026-11-22T12:00:00.000Z",
        "modified": modified,
        "valid_from": "2026-11-22T12:00:00Z",
        "pattern": f"[ipv4-addr:value = '203.0.113.{number}']",
        "pattern_type": "stix",
        "object_marking_refs": [GREEN],
        **more,
    }


def giving(*objects: dict[str, Any], occasion: str = "1") -> Give:
    """A request to give these."""
    content = json.dumps({"type": "bundle", "id": "bundle--1", "objects": objects}).encode()
    return Give(
        effect_id=some_id("indicators.give", occasion), file=File(name="indicators.json", content=content)
    )


async def check_sharing_port(port: SharingPort) -> None:
    """The collection is empty before."""
    empty = await port.take()
    assert (empty.objects, empty.more) == ((), False)

    made = await port.give(giving(stix_indicator(1), stix_indicator(2)))
    assert made.ref
    assert made.given == {"taken": "2"}
    first = await port.take()
    assert [each["id"] for each in first.objects] == [stix_indicator(1)["id"], stix_indicator(2)["id"]]
    assert first.objects[0] == stix_indicator(1), "it comes as it went"
    assert first.until

    again = await port.give(giving(stix_indicator(1), stix_indicator(2), stix_indicator(3), occasion="2"))
    assert again.given == {"taken": "1", "present": "2"}, "what is there already is no second one"
    newer = await port.take(first.until)
    assert [each["id"] for each in newer.objects] == [stix_indicator(3)["id"]]
    assert len((await port.take()).objects) == 3
    nothing = await port.take(newer.until)
    assert (nothing.objects, nothing.until) == ((), newer.until)

    anew = stix_indicator(1, "2026-11-23T12:00:00.000Z")
    await port.give(giving(anew, occasion="3"))
    last = {each["id"]: each for each in (await port.take()).objects}
    assert last[anew["id"]] == anew, "each in its last version"
    assert len(last) == 3

    broken = Give(effect_id=some_id("indicators.give", "4"), file=File(name="no.json", content=b"no bundle"))
    with pytest.raises(Permanent):
        await port.give(broken)
