"""Whoever cannot be paged is written to, with no more than a page would have said."""

import pytest

from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState
from playbooks.actions.follow_ups import ON_DUTY, follow_ups
from playbooks.actions.instead import instead
from playbooks.domain.marking import Marking
from tests.casts import declared

FAILED = EffectOutcome(state=OutcomeState.FAILED)


def _asked(action: str) -> EffectRequest:
    scene = declared(severity="critical")
    requests = [each for entry in scene.entries for each in follow_ups(entry, scene.state)]
    return next(each for each in requests if each.action == action)


@pytest.mark.parametrize("state", [OutcomeState.FAILED, OutcomeState.UNKNOWN, OutcomeState.WITHHELD])
def test_for_a_page_that_did_not_go_out_those_on_duty_get_a_mail(state: OutcomeState) -> None:
    (mail,) = instead(_asked("page.trigger"), EffectOutcome(state=state))
    assert (mail.action, mail.connection, mail.args) == ("mail.send", "unhcr/mail", {"to": (ON_DUTY,)})
    assert (mail.entries, mail.marking) == ((), Marking.GREEN), "codes only, as a page"
    assert instead(mail, FAILED) == (), "and nothing instead of the mail"


def test_a_page_that_went_out_and_whatever_else_failed_lead_to_no_mail() -> None:
    assert instead(_asked("page.trigger"), EffectOutcome(state=OutcomeState.DONE)) == ()
    assert instead(_asked("ticket.create"), FAILED) == ()
