"""Labels of NATO, the European Union and States are recognised and refused; words about them are not."""

import pytest

from playbooks.domain.classification import check_not_classified, foreign_label
from playbooks.domain.errors import Refused
from playbooks.domain.labels import parse_marking
from playbooks.domain.marking import Marking
from playbooks.domain.pap import LookUp, Pap, check_look_up, may_look_up, parse_pap


@pytest.mark.parametrize(
    "text",
    [
        "NATO SECRET",
        "Report on the wiper\n\n  NATO RESTRICTED  \n",
        "COSMIC TOP SECRET - page 1",
        "RESTREINT UE/EU RESTRICTED",
        "SECRET//NOFORN",
        "OFFICIAL-SENSITIVE: indicators below",
        "[NATO CONFIDENTIAL] what we saw",
        "what we saw [NATO CONFIDENTIAL]",
        "VS-NfD".upper(),
        "(NS) The actor used a loader.",
        "(S//NF) The actor used a loader.",
    ],
)
def test_a_text_that_bears_a_label_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        check_not_classified("harmless", text)
    assert refused.value.code == "foreign_classification"


@pytest.mark.parametrize(
    "text",
    [
        "They say that the report is NATO SECRET, we have not seen it.",
        "NATO SECRET documents are not kept here.",
        "Secret keys were rotated.",
        "(C) the third of three options",
        "STRICTLY CONFIDENTIAL",
        "UN CONFIDENTIAL",
        "TLP:AMBER+STRICT",
    ],
)
def test_words_about_labels_and_the_organizations_own_labels_pass(text: str) -> None:
    assert foreign_label(text) is None


def test_a_foreign_label_is_no_marking() -> None:
    with pytest.raises(Refused, match="NATO SECRET"):
        parse_marking("NATO SECRET")
    assert parse_marking("amber+strict") is Marking.AMBER_STRICT


def test_pap_bounds_what_the_adversary_could_notice() -> None:
    allowed = {pap: [how for how in LookUp if may_look_up(pap, how)] for pap in Pap}
    assert allowed == {
        Pap.CLEAR: list(LookUp),
        Pap.GREEN: list(LookUp),
        Pap.AMBER: [LookUp.WITHIN, LookUp.PASSIVE],
        Pap.RED: [LookUp.WITHIN],
    }
    with pytest.raises(Refused) as refused:
        check_look_up(Pap.RED, LookUp.PASSIVE)
    assert refused.value.code == "pap"
    assert parse_pap("white") is Pap.CLEAR
