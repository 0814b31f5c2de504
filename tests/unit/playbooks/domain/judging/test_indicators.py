"""Indicators are put in for the parties, or for nobody but who puts them in; what they are no judgement sees."""

from typing import Any

import pytest

from playbooks.domain.errors import Malformed
from playbooks.domain.marking import Marking
from tests.casts import declared


@pytest.mark.parametrize(
    ("marking", "audience"),
    [
        (Marking.RED, ("person:wfp-duty",)),
        (Marking.AMBER, ("parties",)),
        (Marking.CLEAR, ("parties",)),
        (None, ("parties",)),
    ],
)
def test_red_ones_are_for_who_puts_them_in_and_others_for_the_parties(
    marking: Marking | None, audience: tuple[str, ...]
) -> None:
    said: dict[str, Any] = {} if marking is None else {"marking": marking.value}
    (entry,) = declared(joined=("WFP",)).do("wfp-duty", "indicators.add", count=1, **said)
    assert entry.audience == audience
    assert entry.marking.value == entry.data["as_marked"]


def test_in_a_restricted_incident_they_are_for_the_named_however_they_are_marked() -> None:
    scene = declared(joined=("WFP",))
    scene.do("unhcr-duty", "restrict", named=["wfp-duty", "unhcr-duty"])
    for marking in (Marking.RED, Marking.AMBER):
        (entry,) = scene.do("wfp-duty", "indicators.add", count=1, marking=marking.value)
        assert set(entry.audience) == {"person:wfp-duty", "person:unhcr-duty"}


@pytest.mark.parametrize("count", [0, -1])
def test_none_is_no_indicator(count: int) -> None:
    scene = declared()
    assert type(scene.refused("unhcr-duty", "indicators.add", count=count)) is Malformed
    assert scene.do("unhcr-duty", "indicators.add", count=1)[0].data["count"] == 1
