"""Comparing incident, page, ticket and room, however they stand: it comes to rest, and mends what is over here once."""

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from playbooks.domain.ids import ConnectionId, EffectId
from playbooks.domain.incident import Severity
from playbooks.domain.reconciling import Finding, Kept, Order, Thing, is_mended_here, news, there, was_missed
from playbooks.domain.seen import Seen, SeenAs

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

KEPT = st.builds(
    Kept,
    thing=st.sampled_from(Thing),
    effect=st.just(EffectId("unhcr/tickets/INC-2026-0001/ticket.create/incident")),
    connection=st.just(ConnectionId("unhcr/tickets")),
    ref=st.just("SEC-1"),
    is_over=st.booleans(),
    order=st.sampled_from(Order),
    heard_as=st.sampled_from([SeenAs.FRESH, SeenAs.IN_HAND, SeenAs.OVER]),
    heard_said=st.sampled_from(["", "Done", "In Review"]),
    severity=st.sampled_from([None, Severity.HIGH]),
    assignee=st.sampled_from(["", "unhcr-ciso"]),
    remarks=st.sampled_from([(), ("1",)]),
    told=st.sampled_from([each for each in Finding if each is not Finding.MOVED]),
    told_said=st.sampled_from(["", "Low, unhcr-ciso"]),
)
SEEN = st.builds(
    Seen,
    as_=st.sampled_from(SeenAs),
    ref=st.sampled_from(["SEC-1", "OPS-7"]),
    said=st.sampled_from(["Done", "In Review", "To Do"]),
    priority=st.sampled_from(["", "Low"]),
    severities=st.sampled_from([tuple(Severity), (Severity.LOW,), ()]),
    assignee=st.sampled_from([None, "", "unhcr-ciso", "unhcr-legal"]),
)


def _told(kept: Kept, seen: Seen, found: Finding) -> Kept:
    """What the record says after a finding was recorded, as `playbooks.domain.fold` has it."""
    if found is Finding.MOVED:
        return kept.model_copy(update={"ref": seen.ref, "told": Finding.AGREES})
    order = Order.UNDER_WAY if is_mended_here(found) else kept.order
    return kept.model_copy(update={"told": found, "told_said": there(found, seen), "order": order})


@given(KEPT, SEEN)
def test_the_same_look_again_tells_nothing_new(kept: Kept, seen: Seen) -> None:
    for _ in range(3):
        found = news(kept, seen)
        if found is None:
            break
        kept = _told(kept, seen, found)
    assert news(kept, seen) is None


@given(KEPT, SEEN)
def test_nothing_is_ended_there_while_it_goes_on_here(kept: Kept, seen: Seen) -> None:
    found = news(kept, seen)
    if found is not None and is_mended_here(found):
        assert kept.is_over
        assert seen.as_ in (SeenAs.FRESH, SeenAs.IN_HAND)


@given(KEPT, SEEN)
def test_it_is_ended_there_once_and_whoever_opens_it_again_has_the_last_word(kept: Kept, seen: Seen) -> None:
    assume(kept.order is not Order.NONE)
    found = news(kept, seen)
    assert found is None or not is_mended_here(found)


@given(KEPT, SEEN)
def test_what_is_over_on_both_sides_or_goes_on_on_both_agrees(kept: Kept, seen: Seen) -> None:
    assume(seen.ref == kept.ref and seen.as_.is_there)
    if kept.is_over is (seen.as_ is SeenAs.OVER):
        assert news(kept, seen) in (None, Finding.AGREES, Finding.OTHERWISE)


@given(KEPT, SEEN, st.sampled_from([SeenAs.FRESH, SeenAs.IN_HAND]))
def test_what_was_set_otherwise_there_is_told_and_never_mended(kept: Kept, seen: Seen, as_: SeenAs) -> None:
    kept = kept.model_copy(update={"is_over": False, "told": Finding.GONE})
    seen = seen.model_copy(update={"as_": as_, "ref": kept.ref})
    same_severity = kept.severity is None or kept.severity in seen.severities
    same_assignee = kept.assignee == "" or seen.assignee in (None, kept.assignee)
    found = news(kept, seen)
    assert found is (Finding.AGREES if same_severity and same_assignee else Finding.OTHERWISE)


@given(KEPT, SEEN)
def test_what_is_gone_or_hidden_was_not_missed(kept: Kept, seen: Seen) -> None:
    if was_missed(kept, seen):
        assert seen.as_.is_there
        heard = {"heard_as": seen.as_, "heard_said": seen.said if kept.thing is Thing.TICKET else ""}
        assert not was_missed(kept.model_copy(update=heard), seen), "it is heard of once"


def test_a_room_that_goes_on_in_another_was_moved_and_is_the_same_room_still() -> None:
    room = Kept(
        thing=Thing.ROOM,
        effect=EffectId("unhcr/matrix/INC-2026-0042/room.open/room"),
        connection=ConnectionId("unhcr/matrix"),
        ref="!old",
    )
    assert news(room, Seen(as_=SeenAs.FRESH, ref="!new")) is Finding.MOVED
    assert news(room, Seen(as_=SeenAs.FRESH, ref="!old")) is None
