"""Asking an organization on the route that its team told of: by mail or pager, beside its room."""

from collections.abc import Iterable
from typing import Final

from playbooks.actions.asking import MAIL, ON_DUTY, WAKES, WITHOUT_WORDS, ask, paged
from playbooks.actions.effect import EffectRequest
from playbooks.domain.connection import connection_id
from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.team import Route

SEND_EACH: Final = "mail.send_each"
"""Each gets a mail of her own: the link in it, by which the question is answered, is hers alone."""


def by_route(
    entry: Entry, state: IncidentState, organizations: Iterable[OrganizationCode]
) -> tuple[EffectRequest, ...]:
    """That a question waits, for those whose team asked to be called so (`Question.routes`): codes alone.

    A pager wakes only where the severity does; else whoever has one is written to. Of a restricted incident nobody is.
    """
    if state.restricted:
        return ()
    routes = entry.data.get("routes", {})
    return tuple(_called(entry, state, code, Route(routes[code])) for code in organizations if code in routes)


def woken(entry: Entry, state: IncidentState, organization: OrganizationCode) -> EffectRequest:
    """A page because of a question; where no pager takes it, the mail in its stead can be answered."""
    page = paged(entry, state, organization)
    return page.model_copy(update={"consultation": entry.data["consultation"]})


def _called(
    entry: Entry, state: IncidentState, organization: OrganizationCode, route: Route
) -> EffectRequest:
    if route is Route.PAGER and state.severity in WAKES:
        return woken(entry, state, organization)
    mail = ask(entry, state, connection_id(organization, MAIL), SEND_EACH, entry.id, to=(ON_DUTY,))
    about = {"text": "question.waits", "consultation": entry.data["consultation"]}
    return mail.model_copy(update={**WITHOUT_WORDS, **about})
