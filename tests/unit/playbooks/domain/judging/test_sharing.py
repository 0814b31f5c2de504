"""Giving what others do not have: its source decides, the label bounds it, and the one release rule shows it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.consultation import Purpose
from playbooks.domain.entry import Entry
from playbooks.domain.ids import ConsultationId
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import release
from tests.casts import KEY, Scene, command, declared, reader

FROM_WFP: dict[str, Any] = {
    "entry": "e1",
    "number": 12,
    "entry_organization": "WFP",
    "entry_audience": ["WFP", "UNHCR"],
    "entry_marking": "TLP:AMBER",
    "entry_has_words": True,
}


def scene() -> Scene:
    return declared(joined=("WFP", "UNICC"))


def held(scene: Scene, who: str = "unhcr-ciso", **said: Any) -> Entry:
    """A share that its source is asked about."""
    (question,) = scene.do(who, "share", to=["UNICC"], **{**FROM_WFP, **said})
    return question


def test_an_organization_gives_its_own_without_asking_anybody() -> None:
    (shared,) = scene().do("wfp-duty", "share", to=["UNICC"], **FROM_WFP)
    assert (shared.kind, shared.marking) == (Kind.MATERIAL_SHARE, Marking.AMBER)
    assert shared.audience == ("UNICC", "WFP")


def test_what_another_organization_wrote_is_given_only_when_it_agrees() -> None:
    here = scene()
    question = held(here)
    assert (question.kind, question.data["purpose"]) == (Kind.QUESTION_OPEN, Purpose.APPROVAL)
    assert (question.data["asked"], question.data["number"]) == (["WFP"], 12)
    assert question.audience == ("WFP", "UNHCR")
    assert not [entry for entry in here.entries if entry.kind == Kind.MATERIAL_SHARE]


def test_what_was_agreed_to_is_given_as_it_was_asked_and_nothing_else_is() -> None:
    here = scene()
    held(here, marking="TLP:GREEN")
    wanted = here.agreed()
    (shared,) = here.judged(wanted)
    assert (shared.kind, shared.marking, shared.data["agreed"]) == (
        Kind.MATERIAL_SHARE,
        Marking.GREEN,
        "C-1",
    )
    (asked,) = here.judged(wanted.model_copy(update={"args": {**wanted.args, "to": ["UNICC", "UNHCR"]}}))
    assert asked.kind == Kind.QUESTION_OPEN, "something else was agreed to"


def test_nobody_can_say_by_herself_that_it_was_agreed_to() -> None:
    here = scene()
    held(here)
    for agreed_to in ("C-1", "C-9"):
        (question,) = here.do("unhcr-ciso", "share", to=["UNICC"], agreed=agreed_to, **FROM_WFP)
        assert question.kind == Kind.QUESTION_OPEN


def test_what_waits_for_an_agreement_is_not_done_before_nor_by_one_that_was_given_for_something_else() -> (
    None
):
    here = scene()
    held(here)
    early = here.state.awaited["C-1"].agreed(here.state.key, "C-1")
    assert here.judged(early)[0].kind == Kind.QUESTION_OPEN
    (plain,) = here.do("unhcr-ciso", "ask", purpose="approval", asked=["WFP"], deadline_minutes=60)
    closed = {"consultation": "C-2", "outcome": "approved", "counts": {}, "missing": []}
    here.entries.append(
        plain.model_copy(update={"id": "closed", "kind": Kind.QUESTION_CLOSE, "data": closed})
    )
    (again,) = here.do("unhcr-ciso", "share", to=["UNICC"], agreed="C-2", **FROM_WFP)
    assert again.kind == Kind.QUESTION_OPEN, "what was agreed to there was no sharing"


def test_a_wider_label_is_the_source_s_to_give_as_well() -> None:
    here = scene()
    to_all = {**FROM_WFP, "entry_audience": ["parties"]}
    assert here.refused("unhcr-ciso", "share", to=["UNICC"], **to_all).code == "shared_already"
    (question,) = here.do("unhcr-ciso", "share", to=["UNICC"], marking="TLP:GREEN", **to_all)
    assert question.data["asked"] == ["WFP"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"to": []}, "nobody_named"),
        ({"to": ["UNICEF"]}, "not_a_party"),
        ({"to": ["UNICC"], "entry_marking": "TLP:RED"}, "red_stays"),
        ({"to": ["UNICC"], "marking": "TLP:RED"}, "red_stays"),
        ({"to": ["UNICC"], "entry_has_words": False}, "nothing_to_share"),
        ({"to": ["UNHCR"]}, "shared_already"),
        ({"to": ["UNHCR", "WFP"]}, "shared_already"),
    ],
)
def test_each_refusal_names_its_rule(said: dict[str, Any], code: str) -> None:
    assert scene().refused("wfp-duty", "share", **{**FROM_WFP, **said}).code == code


def test_nothing_of_a_restricted_incident_goes_to_organizations() -> None:
    here = declared(restricted=True, named=["unhcr-duty"])
    assert here.refused("unhcr-duty", "share", to=["UNHCR"], **FROM_WFP).code == "restricted"


def test_a_playbook_asks_whoever_answered_for_what_it_gives_and_else_the_lead() -> None:
    here = scene()
    said: dict[str, Any] = {"to": ["UNHCR", "WFP", "UNICC"], "marking": "TLP:GREEN"}
    for sources, asked in ((["UNICC", "WFP"], ["UNICC", "WFP"]), ([], ["UNHCR"])):
        (question,) = here.do("playbook of UNHCR", "share", sources=sources, **said)
        assert (question.data["asked"], question.data["asked_by"]) == (asked, "playbook")
    (shared,) = here.do("playbook of UNHCR", "share", sources=["WFP"], to=["UNHCR", "WFP"])
    assert shared.kind == Kind.MATERIAL_SHARE, "nobody is told anything new"


@pytest.mark.parametrize(
    ("who", "asked"),
    [("playbook of UNHCR", ["UNHCR", "WFP"]), ("unhcr-ciso", ["WFP"]), ("wfp-ciso", ["UNHCR"])],
)
def test_of_several_sources_a_person_gives_her_own_and_a_machine_nobody_s(who: str, asked: list[str]) -> None:
    (question,) = scene().do(who, "share", to=["UNICC"], marking="TLP:GREEN", sources=["UNHCR", "WFP"])
    assert question.data["asked"] == asked


def test_what_somebody_wrote_who_was_never_a_party_is_the_lead_s_to_give() -> None:
    """A vendor's, say: it gives nothing of the incident to anybody."""
    of_vendor = {**FROM_WFP, "entry_organization": "vendor:IR-EXAMPLE", "entry_audience": ["UNHCR", "WFP"]}
    (question,) = scene().do("wfp-ciso", "share", to=["UNICC"], **of_vendor)
    assert question.data["asked"] == ["UNHCR"]
    (shared,) = scene().do("unhcr-ciso", "share", to=["UNICC"], **of_vendor)
    assert (shared.kind, shared.data["source"]) == (Kind.MATERIAL_SHARE, ["UNHCR"])


MARKINGS = st.sampled_from(list(Marking))
CODES = st.lists(st.sampled_from(["UNHCR", "WFP", "UNICC", "UNICEF"]), max_size=4, unique=True)


@given(who=st.sampled_from(["unhcr-ciso", "wfp-duty", "unicc-ciso"]), to=CODES, was=MARKINGS, now=MARKINGS)
def test_nothing_reaches_anybody_new_unless_its_source_gave_it(
    who: str, to: list[str], was: Marking, now: Marking
) -> None:
    here = scene()
    said = {**FROM_WFP, "entry_marking": was.value, "marking": now.value}
    try:
        entries = here.judged(command("x", "share", who, to=to, **said))
    except Exception:  # noqa: BLE001  refused: nothing is given
        return
    for entry in entries:
        if entry.kind == Kind.MATERIAL_SHARE:
            wider = not was.within(now) or not set(to) <= {"WFP", "UNHCR"}
            assert who == "wfp-duty" or not wider
            assert Marking.RED not in (was, now)
            readers = [code for code in ("UNHCR", "UNICC", "UNICEF") if release(entry, reader(code))]
            assert set(readers) <= {*to, "UNHCR"}
            assert entry.incident == KEY
    assert ConsultationId("C-2") not in here.case.consultations
