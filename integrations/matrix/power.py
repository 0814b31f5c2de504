"""Who may do what in a room of Muster's: whoever holds a role keeps order there, and Muster alone decides the rest.

A keeper may take out messages and people, pin, and name the room: the power of a moderator. Nobody but Muster invites,
archives, or says which incident the room is about.
"""

import logging
from collections.abc import Iterable
from typing import Final

from nio import AsyncClient, MatrixRoom

from integrations.matrix.failures import answered
from integrations.matrix.messages import CLOSED, EFFECT
from integrations.matrix.render import Json
from playbooks.domain.errors import Permanent

KEEPER: Final = 50
POWER: Final = "m.room.power_levels"
_OURS: Final = (EFFECT, "m.space.parent")
_log = logging.getLogger(__name__)


async def power_of(place: str, client: AsyncClient, room: str) -> Json:
    """The room's power levels. Raises ProviderErrors."""
    said = await answered(place, client.room_get_state_event(room, POWER), reads=True)
    power: Json = said.content
    return power


async def kept_by(place: str, client: AsyncClient, room: MatrixRoom, accounts: Iterable[str]) -> None:
    """Give these accounts, and no others below Muster's own, the power of keepers. Raises ProviderErrors.

    Where Muster may not, in a room that somebody upgraded, all stays as it is there.
    """
    power = await power_of(place, client, room.room_id)
    above = {account: level for account, level in power.get("users", {}).items() if level > KEEPER}
    wanted = {
        **power,
        "users": {**dict.fromkeys(accounts, KEEPER), **above},
        "events": {**power.get("events", {}), **dict.fromkeys(_OURS, CLOSED)},
        "invite": CLOSED,
    }
    if wanted == power:
        return
    try:
        await answered(place, client.room_put_state(room.room_id, POWER, wanted))
    except Permanent as error:
        _log.warning("nobody was made a keeper of %s of %s: %s", room.room_id, place, error.code)
