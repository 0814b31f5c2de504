"""What is done instead of an effect that did not come about: whoever cannot be paged is written to."""

from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState, effect_id
from playbooks.actions.follow_ups import MAIL, ON_DUTY
from playbooks.domain.ids import ConnectionId


def instead(request: EffectRequest, outcome: EffectOutcome) -> tuple[EffectRequest, ...]:
    """A mail to those on duty for a page that failed, that nobody can tell of, or that its pager may not carry.

    It carries what a page does: which incident, and to come. Nothing for any other effect.
    """
    if request.action != "page.trigger" or outcome.state is OutcomeState.DONE:
        return ()
    mail = ConnectionId(f"{request.connection.partition('/')[0]}/{MAIL}")
    occasion = request.effect_id.rpartition("/")[2]
    written = {
        "effect_id": effect_id(mail, request.incident, "mail.send", occasion),
        "action": "mail.send",
        "connection": mail,
        "args": {"to": (ON_DUTY,)},
        "text": "page.instead",
        "entries": (),
    }
    return (request.model_copy(update=written),)
