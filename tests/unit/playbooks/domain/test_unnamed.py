"""Under the Chatham House Rule an incident is folded of nobody: it still stands, and names no one."""

import pytest

from playbooks.domain.actor import ActorKind
from playbooks.domain.entry import Entry
from playbooks.domain.fold import fold
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import Phase
from playbooks.domain.proof.slots import IDENTIFYING
from playbooks.domain.release import Reader, cut
from playbooks.domain.unnamed import TELL_OF_NOBODY, unnamed
from tests.worlds import RANSOMWARE, a_ransomware_incident

TOLD = tuple(a_ransomware_incident(closed=True))
READER = Reader(organization=OrganizationCode("FAO"), party_to=(RANSOMWARE,), chatham_house=True)


def _folded() -> list[Entry]:
    return [each for entry in TOLD if (each := cut(entry, READER)) is not None]


def test_the_incident_still_stands() -> None:
    plain = fold(RANSOMWARE, TOLD)
    of_nobody = fold(RANSOMWARE, _folded())
    for name in ("severity", "incident_class", "marking", "declared_at", "closed_at", "alerts", "phase"):
        assert getattr(of_nobody.state, name) == getattr(plain.state, name), name
    assert of_nobody.state.phase is Phase.CLOSED
    assert of_nobody.title == plain.title
    assert of_nobody.runs.keys() == plain.runs.keys()


def test_and_names_no_one() -> None:
    case = fold(RANSOMWARE, _folded())
    said = case.model_copy(update={"texts": {}, "title": ""}).model_dump_json()
    assert (case.state.lead, case.state.parties, case.state.roles, case.tasks) == ("", {}, {}, {})
    for entry in (each for each in TOLD if each.actor.kind is ActorKind.PERSON):
        assert f'"{entry.actor.id}"' not in said
        assert f'"{entry.actor.organization}"' not in said


@pytest.mark.parametrize("kind", sorted({entry.kind for entry in TOLD} - TELL_OF_NOBODY))
def test_what_tells_of_somebody_alone_is_not_folded(kind: str) -> None:
    assert unnamed(next(entry for entry in TOLD if entry.kind == kind)) is None


def test_nothing_that_identifies_is_left_in_the_data() -> None:
    for entry in filter(None, map(unnamed, TOLD)):
        assert not IDENTIFYING & entry.data.keys()
        assert (entry.actor.id, entry.actor.organization, entry.subject, entry.audience, entry.cause) == (
            "",
            "",
            "",
            (),
            None,
        )
