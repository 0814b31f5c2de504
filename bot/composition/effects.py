"""The door, put together: what composes the words, and who is told of trouble."""

from bot.answer_links import Answerable
from bot.boards import Boards
from bot.briefing import Briefing
from bot.composing import Composer
from bot.composition.installation import Installation, utc_now
from bot.operator_log import OperatorLog
from integrations.postgres.evidence import PostgresEvidence
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
    )
    return EffectActivities(Door(muster.effects, muster.connections, composer, OperatorLog(), utc_now))
