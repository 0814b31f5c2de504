"""Saying how one is spoken to: each for herself, in the directory, over what its files have."""

from datetime import timedelta

import pytest

from playbooks.domain.command import Command
from playbooks.domain.community import Community, community_of
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Conflict, Refused
from playbooks.domain.ids import CommandId
from playbooks.domain.judging.directory import judge_directory
from playbooks.domain.release import Reader, release
from playbooks.domain.tongue import Tongue
from tests.casts import NOON, UNHCR, WFP, actor, directory


def told(by: str, community: Community | None = None, **args: str) -> Entry:
    said = Command(
        id=CommandId(f"{by}-{args}"),
        verb="directory.language",
        actor=actor(by),
        args=args,
        received_at=NOON,
    )
    return judge_directory(community or Community(), said, NOON)[0]


def test_what_a_person_says_goes_before_the_files_and_before_what_her_browser_asks_for() -> None:
    people = directory()
    duty = people.person("wfp-duty")
    said = community_of(people, [told("wfp-duty", language="fr", time_zone="Africa/Dakar")])
    assert said.tongue(people, duty, "es") == Tongue(language="fr", time_zone="Africa/Dakar")
    assert said.tongue(people, people.person("unhcr-duty"), "es").language == "es", "another's is as it was"


def test_a_language_said_anew_leaves_the_time_zone() -> None:
    people = directory()
    first = told("wfp-duty", language="fr", time_zone="Africa/Dakar")
    again = told("wfp-duty", language="es").model_copy(update={"at": NOON + timedelta(minutes=1)})
    heard = community_of(people, [again, first]).tongue(people, people.person("wfp-duty"))
    assert heard == Tongue(language="es", time_zone="Africa/Dakar")


def test_what_is_so_already_is_not_said_again_and_no_machine_speaks_a_language() -> None:
    known = community_of(directory(), [told("wfp-duty", language="fr")])
    with pytest.raises(Conflict, match="already"):
        told("wfp-duty", known, language="fr")
    with pytest.raises(Refused):
        told("alert of WFP", language="fr")


def test_her_own_organization_may_know_it_and_no_other() -> None:
    entry = told("wfp-duty", language="fr", time_zone="Africa/Dakar")
    assert release(entry, Reader(organization=WFP))
    assert not release(entry, Reader(organization=UNHCR))
