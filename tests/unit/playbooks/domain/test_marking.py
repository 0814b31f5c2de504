"""The Traffic Light Protocol 2.0 as people type it and as channels bear it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.errors import Malformed
from playbooks.domain.labels import parse_marking
from playbooks.domain.marking import DEFAULT_MARKING, Marking, strictest

MARKINGS = st.sampled_from(Marking)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("amber+strict", Marking.AMBER_STRICT),
        ("TLP:GREEN", Marking.GREEN),
        (" tlp: red ", Marking.RED),
        ("Amber + Strict", Marking.AMBER_STRICT),
        ("white", Marking.CLEAR),
        ("TLP:WHITE", Marking.CLEAR),
    ],
)
def test_labels_are_read_as_people_type_them(typed: str, read: Marking) -> None:
    assert parse_marking(typed) is read


@pytest.mark.parametrize("typed", ["", "TLP:", "purple", "TLP:AMBER-STRICT", "amber strict red"])
def test_what_is_no_label_is_refused_with_the_labels_there_are(typed: str) -> None:
    with pytest.raises(Malformed, match="TLP:AMBER\\+STRICT") as refused:
        parse_marking(typed)
    assert refused.value.code == "unknown_marking"


def test_a_new_incident_is_amber_strict() -> None:
    assert DEFAULT_MARKING is Marking.AMBER_STRICT


def test_nothing_at_all_is_marked_red() -> None:
    assert strictest() is Marking.RED


@given(a=MARKINGS, b=MARKINGS, c=MARKINGS)
def test_combining_is_associative_and_never_looser(a: Marking, b: Marking, c: Marking) -> None:
    assert strictest(strictest(a, b), c) is strictest(a, strictest(b, c))
    assert strictest(a, b).strictness == max(a.strictness, b.strictness)


@given(marking=MARKINGS, ceiling=MARKINGS)
def test_a_channel_carries_what_is_not_stricter_than_its_ceiling(marking: Marking, ceiling: Marking) -> None:
    order = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
    assert marking.within(ceiling) == (order.index(marking) <= order.index(ceiling))
