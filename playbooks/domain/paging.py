"""The pages of an incident, as its record tells them. Pure."""

from typing import Final

from playbooks.domain.case import Case
from playbooks.domain.connection import connection_id
from playbooks.domain.ids import EffectId, OrganizationCode
from playbooks.domain.seen import SeenAs

_WAITS_FOR: Final = {
    "page.acknowledge": frozenset({SeenAs.FRESH}),
    "page.resolve": frozenset({SeenAs.FRESH, SeenAs.IN_HAND}),
}


def waiting_pages(case: Case, organization: OrganizationCode, verb: str) -> tuple[EffectId, ...]:
    """The pages of an organization that may still be acknowledged, or resolved, in the order of their being sent."""
    own = connection_id(organization, "any").partition("/")[0]
    return tuple(
        EffectId(effect.id)
        for effect in case.effects.values()
        if effect.action == "page.trigger"
        and effect.state == "done"
        and effect.connection.partition("/")[0] == own
        and effect.heard_as in _WAITS_FOR[verb]
    )
