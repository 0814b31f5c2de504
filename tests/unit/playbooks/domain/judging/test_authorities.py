"""Notices to national authorities: behind the mandate, by the provider alone, when everybody agreed and signed."""

from typing import Any

import pytest

from playbooks.actions.follow_ups import follow_ups
from playbooks.domain.errors import Conflict, IncidentError, NotFound, Refused
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import release
from tests.casts import UNHCR, UNICC, WFP, Scene, declared, reader

MANDATE: dict[str, Any] = {"entrusted": {"organization": "UNICC", "reference": "CEB/2026/HLCM/12"}}
DRAFT: dict[str, Any] = {**MANDATE, "authority": "ch-ncsc"}


def given() -> Scene:
    """Two organizations gave their parts, WFP's for the community, UNHCR's stricter."""
    here = declared(joined=("WFP", "UNICC", "UN"))
    here.do("wfp-duty", "authority.contribute", {"text": "One server."}, **MANDATE, marking="TLP:GREEN")
    here.do("unhcr-duty", "authority.contribute", {"text": "Two servers."}, **MANDATE, marking="TLP:AMBER")
    return here


def drafted() -> Scene:
    here = given()
    here.do("unicc-ciso", "authority.draft", {"text": "Two were attacked."}, **DRAFT)
    return here


def signed(*, but: str = "") -> Scene:
    """Drafted, agreed to and signed, by all but one; each consultation has ended as its answers say."""
    here = drafted()
    for consultation, option, duty in (
        ("C-1", "approve", "duty"),
        ("C-2", "sign", "legal"),
        ("C-3", "sign", "ciso"),
    ):
        for who in (f"wfp-{duty}", f"unhcr-{duty}"):
            if who != but:
                here.do(who, "answer", consultation=consultation, option=option)
        outcome = here.consultation(consultation).tally.outcome
        if outcome != "open":
            here.entries.append(_ended(here, consultation, outcome))
    return here


def _ended(here: Scene, consultation: str, outcome: str) -> Any:
    """As the consultation's workflow records it."""
    data = {"consultation": consultation, "outcome": outcome, "counts": {}, "missing": []}
    (opened,) = (
        each
        for each in here.entries
        if each.kind == Kind.QUESTION_OPEN and each.data["consultation"] == consultation
    )
    return opened.model_copy(update={"id": f"{opened.id}-end", "kind": Kind.QUESTION_CLOSE, "data": data})


def test_nothing_is_made_while_nobody_is_formally_entrusted() -> None:
    here = declared(joined=("WFP", "UNICC"))
    for who, act in (("wfp-duty", "contribute"), ("unicc-ciso", "draft"), ("unicc-ciso", "send")):
        with pytest.raises(Refused) as refused:
            here.do(who, f"authority.{act}", entrusted=None, authority="ch-ncsc")
        assert (refused.value.code, refused.value.source) == ("not_entrusted", "003 §163")


def test_only_the_entrusted_provider_drafts_and_sends() -> None:
    here = signed()
    for act in ("draft", "send"):
        for who in ("unhcr-ciso", "wfp-ciso", "oict-ciso"):
            with pytest.raises(Refused, match="UNICC alone"):
                here.do(who, f"authority.{act}", **DRAFT)
    with pytest.raises(Refused, match="CISO or duty officer"):
        here.do("unicc-responder", "authority.send", **MANDATE)


def test_a_part_is_read_by_its_organization_and_the_provider_alone() -> None:
    here = given()
    part = here.entries[-1]
    assert part.audience == (UNHCR, UNICC)
    assert release(part, reader("UNHCR", here.case))
    assert release(part, reader("UNICC", here.case))
    assert not release(part, reader("WFP", here.case))
    assert not release(part, reader("UN", here.case))


def test_what_is_red_goes_to_no_authority() -> None:
    here = declared(joined=("UNICC",))
    with pytest.raises(Refused, match="TLP:RED"):
        here.do("unhcr-duty", "authority.contribute", {"text": "x"}, **MANDATE, marking="TLP:RED")


def test_a_draft_bears_the_strictest_marking_and_asks_everybody_in_it_and_nobody_else() -> None:
    here = drafted()
    draft, *questions = here.entries[-4:]
    assert (draft.kind, draft.marking) == (Kind.AUTHORITY_DRAFT, Marking.AMBER)
    assert draft.audience == (WFP, UNHCR, UNICC)
    both = ["WFP", "UNHCR"]
    assert [(each.data["purpose"], each.data.get("signs"), each.data["asked"]) for each in questions] == [
        ("approval", None, both),
        ("sign_off", "legal", both),
        ("sign_off", "executive", both),
    ]
    for entry in (draft, *questions):
        assert not release(entry, reader("oict-duty", here.case))
        assert release(entry, reader("wfp-legal", here.case))


@pytest.mark.parametrize("but", ["wfp-duty", "unhcr-legal", "wfp-ciso"])
def test_it_is_not_sent_while_one_agreement_or_signature_is_missing(but: str) -> None:
    with pytest.raises(Conflict, match="not agreed to and signed by all"):
        signed(but=but).do("unicc-ciso", "authority.send", **MANDATE)


@pytest.mark.parametrize(
    ("who", "consultation"), [("wfp-duty", "C-2"), ("wfp-legal", "C-3"), ("unicc-legal", "C-2")]
)
def test_nobody_signs_for_a_legal_office_or_an_executive_head(who: str, consultation: str) -> None:
    with pytest.raises(IncidentError):
        drafted().do(who, "answer", consultation=consultation, option="sign")


def test_it_goes_out_once_by_the_provider_s_mail_in_the_words_that_were_signed() -> None:
    here = signed()
    (sent,) = here.do("unicc-ciso", "authority.send", **MANDATE)
    (mail,) = (each for each in follow_ups(sent, here.state) if each.action == "mail.send")
    notice = here.state.authorities.notices["N-1"]
    assert (mail.connection, mail.args["to"], mail.entries) == ("unicc/mail", ("ch-ncsc",), (notice.entry,))
    assert mail.marking is Marking.AMBER
    with pytest.raises(Conflict, match="was sent"):
        here.do("unicc-ciso", "authority.send", **MANDATE)


def test_a_new_draft_takes_the_place_of_the_one_before_and_is_signed_anew() -> None:
    here = signed()
    here.do("unicc-ciso", "authority.draft", {"text": "Better."}, **DRAFT)
    with pytest.raises(Conflict, match="took the place"):
        here.do("unicc-ciso", "authority.send", **MANDATE, notice="N-1")
    with pytest.raises(Conflict, match="not agreed to"):
        here.do("unicc-ciso", "authority.send", **MANDATE)


def test_who_left_is_in_no_notice() -> None:
    here = signed()
    here.do("wfp-duty", "leave")
    with pytest.raises(Refused):
        here.do("unicc-ciso", "authority.send", **MANDATE)


def test_nobody_is_notified_of_a_restricted_incident() -> None:
    here = given()
    here.do("unhcr-duty", "restrict", named=["unhcr-ciso", "unicc-ciso"])
    with pytest.raises(IncidentError) as refused:
        here.do("unicc-ciso", "authority.draft", {"text": "x"}, **DRAFT)
    assert refused.value.code == "restricted"


def test_there_is_no_draft_without_parts_and_no_sending_without_a_draft() -> None:
    here = declared(joined=("UNICC",))
    with pytest.raises(Conflict, match="given its part"):
        here.do("unicc-ciso", "authority.draft", {"text": "x"}, **DRAFT)
    with pytest.raises(NotFound):
        here.do("unicc-ciso", "authority.send", **MANDATE)
