"""The door, put together: what composes the words, and who is told of trouble."""

from functools import partial

from bot.answer_links import Answerable
from bot.boards import Boards
from bot.briefing import Briefing
from bot.composing import Composer
from bot.composition.exchange import Exchange, written
from bot.composition.installation import Installation, utc_now
from bot.operator_log import OperatorLog
from bot.reading.indicators import to_give
from integrations.postgres.evidence import PostgresEvidence
from playbooks.actions.giving import UNNAMED
from playbooks.domain.connection import Connection
from playbooks.domain.ids import IncidentKey
from workflows.activities.door import Door
from workflows.activities.effects import EffectActivities


def effects_of(muster: Installation) -> EffectActivities:
    """What does effects; it holds no state."""
    composer = Composer(
        muster.reading,
        muster.texts,
        muster.library.call,
        Briefing(muster.views, muster.texts),
        muster.trust,
        muster.settings.room_address,
        PostgresEvidence(muster.pool).fetch,
        boards=Boards(muster.views, muster.texts),
        link_for=Answerable(muster.links, muster.cases.case, muster.directory, muster.communities, utc_now),
        sheets=partial(_sheet, muster),
    )
    return EffectActivities(Door(muster.effects, muster.connections, composer, OperatorLog(), utc_now))


async def _sheet(muster: Installation, connection: Connection, key: IncidentKey, what: str) -> bytes:
    """The bundle that goes to a collection. Raises NotFound where nothing may."""
    unnamed = what == UNNAMED
    domains = muster.directory.domains if unnamed else None
    found = await to_give(muster.views, connection, key, domains=domains)
    by = ("", "") if unnamed else (key, connection.organization)
    return written(Exchange.STIX, found, utc_now(), incident=by[0], organization=by[1])
