"""One of two incidents goes on in the other: after both leads were introduced, by who leads it and takes part there."""

import pytest

from playbooks.domain.case import Case
from playbooks.domain.circle.matching import Match, Standing
from playbooks.domain.errors import IncidentError, Refused
from playbooks.domain.fold import carry_on
from playbooks.domain.ids import IncidentKey, PersonId
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.incident import judge_incident
from playbooks.domain.judging.merging import ending
from playbooks.domain.kinds import Kind
from tests.casts import KEY, NOON, UNHCR, WFP, Scene, command, declared

THEIRS = IncidentKey("INC-2026-0008")


def introduced(
    state: IncidentState, other: IncidentKey, standing: Standing = Standing.INTRODUCED
) -> IncidentState:
    """The same incident, whose lead was introduced to the other's."""
    match = Match(
        id="M-1",
        asked_at=NOON,
        standing=standing,
        organization=WFP if state.lead == UNHCR else UNHCR,
        other=other,
    )
    return state.model_copy(update={"matches": {"M-1": match}})


def theirs() -> Scene:
    scene = Scene(key=THEIRS)
    scene.do("wfp-duty", "declare", texts={"title": "A false sign-in"}, severity="high")
    return scene


def test_work_goes_on_in_one_the_other_is_closed_and_each_record_names_the_other() -> None:
    here = introduced(declared(joined=("WFP",)).state, THEIRS)
    (merge,) = judge_incident(here, command("c", "merge", "wfp-ciso", other=THEIRS), NOON)
    assert (merge.kind, merge.data["merged"], merge.data["into"]) == (Kind.MERGE, THEIRS, KEY)
    there = introduced(theirs().state, KEY)
    told, closed = judge_incident(there, ending(merge), NOON)
    assert (told.data, told.audience) == ({"match": "M-1", "merged": THEIRS, "into": KEY}, (WFP,))
    assert closed.kind == Kind.CLOSE, "closed, and reviewed with the one it goes on in"
    merged = carry_on(Case(state=there), (told, closed)).state
    assert (merged.is_open, merged.goes_on_in) == (False, KEY), "what still comes is told there"
    (again,) = judge_incident(merged, command("r", "reopen", "wfp-ciso", key=THEIRS), NOON)
    assert carry_on(Case(state=merged), (again,)).state.goes_on_in == THEIRS


@pytest.mark.parametrize(
    ("who", "other", "code"),
    [
        ("unhcr-ciso", THEIRS, "not_representative"),
        ("wfp-responder", THEIRS, "not_representative"),
        ("wfp-ciso", IncidentKey("INC-2026-0009"), "not_introduced"),
        ("unicc-ciso", THEIRS, "not_found"),
    ],
)
def test_nobody_else_says_so_and_of_nothing_else(who: str, other: str, code: str) -> None:
    here = introduced(declared(joined=("WFP",)).state, THEIRS)
    with pytest.raises(IncidentError) as refused:
        judge_incident(here, command("c", "merge", who, other=other), NOON)
    assert refused.value.code == code


def test_who_only_agreed_or_takes_no_part_does_not_merge() -> None:
    agreed = introduced(declared(joined=("WFP",)).state, THEIRS, Standing.AGREED)
    alone = introduced(declared().state, THEIRS)
    for state, code in ((agreed, "not_introduced"), (alone, "not_found")):
        with pytest.raises(IncidentError) as refused:
            judge_incident(state, command("c", "merge", "wfp-ciso", other=THEIRS), NOON)
        assert refused.value.code == code


def test_a_restricted_incident_neither_takes_another_in_nor_goes_on_in_one() -> None:
    here = introduced(declared(joined=("WFP",)).state, THEIRS)
    (merge,) = judge_incident(here, command("c", "merge", "wfp-ciso", other=THEIRS), NOON)
    restricted = {"restricted": True, "named": (PersonId("wfp-ciso"),)}
    there = introduced(theirs().state, KEY)
    for state, asked in (
        (here.model_copy(update=restricted), command("d", "merge", "wfp-ciso", other=THEIRS)),
        (there.model_copy(update=restricted), ending(merge)),
    ):
        with pytest.raises(Refused) as refused:
            judge_incident(state, asked, NOON)
        assert refused.value.code == "restricted"


def test_an_incident_is_ended_by_nobody_but_its_own_lead_and_not_while_a_playbook_runs() -> None:
    here = introduced(declared(joined=("WFP",)).state, THEIRS)
    (merge,) = judge_incident(here, command("c", "merge", "wfp-ciso", other=THEIRS), NOON)
    there = introduced(theirs().state, KEY)
    other = ending(merge.model_copy(update={"actor": command("c", "merge", "unhcr-ciso").actor}))
    with pytest.raises(IncidentError):
        judge_incident(there, other, NOON)
    with pytest.raises(IncidentError, match="still going on"):
        judge_incident(there.model_copy(update={"runs": {"R-1": "running"}}), ending(merge), NOON)
