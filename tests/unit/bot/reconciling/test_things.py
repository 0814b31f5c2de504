"""What the incidents stand by at vendors: read again when something was recorded, and not otherwise."""

from datetime import datetime, timedelta

from bot.reconciling.things import Things
from playbooks.domain.case import Case, Effect
from playbooks.domain.ids import IncidentKey
from playbooks.domain.reconciling import SETTLES_WITHIN, Extent, Kept
from tests.casts import KEY, NOON, declared

TICKET = "unhcr/tickets/INC-2026-0042/ticket.create/incident"


class Scene:
    """One incident whose ticket was made at noon; how often its record is read is counted."""

    def __init__(self) -> None:
        made = Effect(
            id=TICKET,
            action="ticket.create",
            connection="unhcr/tickets",
            simulated=True,
            at=NOON,
            state="done",
            vendor_ref="SEC-1",
        )
        self.case = declared("unhcr-duty").case.model_copy(update={"effects": {TICKET: made}})
        self.extents = {KEY: Extent(3, NOON)}
        self.readings = 0
        self.things = Things(self._watched, self._read)

    async def _watched(self, _at: datetime) -> dict[IncidentKey, Extent]:
        return self.extents

    async def _read(self, _key: IncidentKey) -> Case:
        self.readings += 1
        return self.case

    async def standing(self, after: timedelta) -> list[tuple[IncidentKey, Kept]]:
        return list(await self.things.standing(NOON + after))


async def test_an_incident_is_read_once_for_as_long_as_nothing_is_recorded_of_it() -> None:
    scene = Scene()
    for after in (SETTLES_WITHIN, 2 * SETTLES_WITHIN, 3 * SETTLES_WITHIN):
        ((key, kept),) = await scene.standing(after)
        assert (key, kept.effect, kept.ref) == (KEY, TICKET, "SEC-1")
    assert scene.readings == 1


async def test_what_is_recorded_is_read() -> None:
    scene = Scene()
    await scene.standing(SETTLES_WITHIN)
    effect = scene.case.effects[TICKET].model_copy(update={"vendor_ref": "OPS-7"})
    scene.case = scene.case.model_copy(update={"effects": {TICKET: effect}})
    scene.extents = {KEY: Extent(4, NOON)}
    ((_, kept),) = await scene.standing(2 * SETTLES_WITHIN)
    assert (kept.ref, scene.readings) == ("OPS-7", 2)


async def test_what_may_be_on_its_way_still_is_not_held_for_settled() -> None:
    """The clock alone makes it count: nothing more is recorded, and it is looked at all the same."""
    scene = Scene()
    assert await scene.standing(SETTLES_WITHIN / 2) == []
    assert len(await scene.standing(SETTLES_WITHIN)) == 1


async def test_what_is_no_longer_looked_after_is_forgotten() -> None:
    scene = Scene()
    await scene.standing(SETTLES_WITHIN)
    watched, scene.extents = scene.extents, {}
    assert await scene.standing(SETTLES_WITHIN) == []
    scene.extents = watched
    await scene.standing(SETTLES_WITHIN)
    assert scene.readings == 2
