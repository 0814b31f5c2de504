"""Escalating to the Digital and Technology Network: the Secretary alone, a code, or words that all agreed to."""

from typing import Any

import pytest

from playbooks.actions.effect import EffectRequest
from playbooks.actions.follow_ups import follow_ups
from playbooks.domain.circle.escalation import Issue
from playbooks.domain.connection import PortName
from playbooks.domain.errors import IncidentError
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.texts import load_texts
from tests.casts import Scene, declared
from workflows.messages import agreed

WORDS = {"words": "Three organizations cannot pay for responders."}


def scene(**said: Any) -> Scene:
    return declared(joined=("WFP", "UN"), **said)


def mailed(here: Scene) -> list[EffectRequest]:
    last = here.entries[-1]
    return [each for each in follow_ups(last, here.state) if f"/{PortName.MAIL}/" in each.effect_id]


def approve(here: Scene, *who: str) -> None:
    for each in who:
        here.do(each, "answer", consultation="C-1", option="approve")
    data = {"consultation": "C-1", "outcome": "approved", "counts": {}, "missing": []}
    here.entries.append(
        here.entries[-1].model_copy(update={"id": "closed", "kind": Kind.QUESTION_CLOSE, "data": data})
    )


@pytest.mark.parametrize("issue", Issue)
def test_without_words_the_network_is_told_a_code_that_names_neither_incident_nor_organization(
    issue: Issue,
) -> None:
    here = scene(marking="TLP:RED")
    (entry,) = here.do("ccop-secretary", "escalate", issue=issue.value)
    assert (entry.kind, entry.marking) == (Kind.ISSUE_ESCALATE, Marking.GREEN)
    (mail,) = mailed(here)
    assert (mail.connection, mail.args["to"], mail.entries) == ("un/mail", ("dtn",), ())
    texts = load_texts()
    assert mail.text in texts
    assert not texts.placeholders(mail.text), "nothing of the incident is in it"


def test_words_go_when_every_party_agreed_to_them_and_not_before() -> None:
    here = scene()
    (question,) = here.do("ccop-secretary", "escalate", WORDS, issue="resources", in_words=True)
    assert (question.kind, question.data["asked"]) == (Kind.QUESTION_OPEN, ["UNHCR", "WFP", "UN"])
    assert (question.data["needed"], question.data["issue"]) == (0, "resources")
    assert not mailed(here)
    approve(here, "unhcr-ciso", "wfp-ciso", "oict-duty")
    wanted = agreed(here.state.key, "C-1", here.state.awaited["C-1"]).command
    (entry,) = here.judged(wanted)
    here.entries.append(entry)
    (mail,) = mailed(here)
    assert (entry.data["agreed"], mail.entries, mail.marking) == ("C-1", (entry.id,), Marking.GREEN)
    other = wanted.model_copy(update={"args": {**wanted.args, "issue": "direction"}})
    assert here.judged(other)[0].kind == Kind.QUESTION_OPEN, "something else was agreed to"


@pytest.mark.parametrize("who", ["unhcr-ciso", "wfp-duty", "oict-duty", "unhcr-duty"])
def test_nobody_but_the_secretary_escalates(who: str) -> None:
    error = scene().refused(who, "escalate", issue="resources")
    assert (error.code, error.source) == ("not_secretary", "004 §3")


def test_of_a_restricted_incident_nobody_is_told_not_even_by_the_secretary() -> None:
    here = scene(restricted=True, named=["unhcr-duty", "ccop-secretary", "wfp-ciso"])
    assert here.refused("ccop-secretary", "escalate", issue="resources").code == "restricted"


def test_a_secretary_whose_organization_takes_no_part_knows_of_no_incident() -> None:
    with pytest.raises(IncidentError, match="no incident"):
        declared(joined=("WFP",)).do("ccop-secretary", "escalate", issue="resources")


def test_after_the_close_a_code_still_goes_and_words_do_not() -> None:
    here = scene()
    here.do("unhcr-ciso", "close")
    (entry,) = here.do("ccop-secretary", "escalate", issue="inability")
    assert entry.kind == Kind.ISSUE_ESCALATE
    refused = here.refused("ccop-secretary", "escalate", issue="inability", in_words=True)
    assert (refused.code, refused.source) == ("incident_closed", "004 §5")
