"""What stands below a link to an incident: in its own room what that room may have, anywhere else nothing.

Whoever reads a channel reads what is unfurled there. Only of an incident's own room is it known who that is: the
organization that Muster posts to. Elsewhere not even that the incident exists is said.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.commands.status import card
from bot.rooms import Place
from bot.slack.front import SlackFront
from playbooks.domain.document import Document, plain
from playbooks.domain.errors import IncidentError
from playbooks.domain.ids import IncidentKey
from playbooks.domain.release import Reader
from playbooks.domain.tongue import speaking

Json = dict[str, Any]


async def unfurls(front: SlackFront, room: str, links: Iterable[str]) -> Mapping[str, Json]:
    """What to say below which of these links, as `chat.unfurl` takes it; empty where nothing may be said."""
    place = await front.rooms.place(room)
    ours = tuple(link for link in links if _leads_to(front.origin, place, link))
    said = await _card(front, place.incident) if ours and place.incident else None
    return {link: _shown(said) for link in ours} if said else {}


def _leads_to(origin: str, place: Place, link: str) -> bool:
    """Whether it is one of the incident's two pages, and the room its organization's own."""
    if place.incident is None or place.joint:
        return False
    page = link.partition("#")[0].partition("?")[0].rstrip("/")
    return page in {f"{origin}/{kind}/{place.incident}" for kind in ("incidents", "rooms")}


async def _card(front: SlackFront, key: IncidentKey) -> Document | None:
    """As the workspace's organization may read it there, in the workspace's language, whoever posted the link."""
    connection = front.connection
    room = Reader(organization=connection.organization, ceiling=connection.ceiling)
    try:
        case = await front.views.case(room, key)
    except IncidentError:
        return None
    with speaking(connection.tongue):
        return card(front.texts, case)


def _shown(said: Document) -> Json:
    """Bare text: below a link Slack has refused `rich_text`, which its messages take."""
    text = {"type": "plain_text", "text": plain(said), "emoji": False}
    return {"blocks": [{"type": "section", "text": text}]}
