"""Which incident a room is about, whenever it is asked."""

from bot.rooms import RoomIncidents
from playbooks.domain.connection import Connection, Vendor
from playbooks.domain.ids import ConnectionId, EffectId, IncidentKey, OrganizationCode
from playbooks.domain.marking import Marking

KEY = IncidentKey("INC-2026-0042")
CONNECTION = Connection(
    id=ConnectionId("unhcr/slack"),
    organization=OrganizationCode("UNHCR"),
    vendor=Vendor.SLACK,
    ceiling=Marking.AMBER_STRICT,
)


class Workspace:
    """A room, and what opened it as soon as that stands there."""

    def __init__(self) -> None:
        self.opener: EffectId | None = None
        self.asked = 0
        self.seconds = 100.0
        self.rooms = RoomIncidents(CONNECTION, self.opened_by, lambda: self.seconds)

    async def opened_by(self, _room: str) -> EffectId | None:
        self.asked += 1
        return self.opener


async def test_a_room_that_was_asked_for_before_it_said_what_opened_it_is_the_incidents_soon_after() -> None:
    workspace = Workspace()
    assert await workspace.rooms.incident("C1") is None
    workspace.opener = EffectId(f"unhcr/slack/{KEY}/room.open/room")
    workspace.seconds += 6
    assert await workspace.rooms.incident("C1") == KEY


async def test_a_room_that_nothing_opened_is_not_asked_for_at_every_word() -> None:
    workspace = Workspace()
    for _ in range(5):
        assert await workspace.rooms.incident("C1") is None
    assert workspace.asked == 1


async def test_what_opened_a_room_is_asked_once() -> None:
    workspace = Workspace()
    workspace.opener = EffectId(f"unhcr/slack/{KEY}/room.open/room")
    for _ in range(3):
        assert await workspace.rooms.incident("C1") == KEY
        workspace.seconds += 3600
    assert workspace.asked == 1
