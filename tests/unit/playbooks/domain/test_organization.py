"""Finding organizations and people as they are typed."""

import pytest

from playbooks.domain.errors import NotFound
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.organization import Duty
from tests.casts import directory


@pytest.mark.parametrize("typed", ["unhcr", "UNHCR", "Unhcr"])
def test_an_organization_is_found_whatever_the_case(typed: str) -> None:
    assert directory().organization(typed).code == "UNHCR"


@pytest.mark.parametrize("typed", ["@wfp-duty", "wfp-duty", "@WFP-Duty"])
def test_a_person_is_found_with_or_without_the_sign(typed: str) -> None:
    assert directory().person(typed).id == "wfp-duty"


def test_nobody_is_guessed() -> None:
    with pytest.raises(NotFound, match="muster directory list"):
        directory().person("wfp-dut")
    with pytest.raises(NotFound, match="muster directory list"):
        directory().organization("NASA")


def test_an_organization_may_have_several_people_on_duty() -> None:
    held = directory().of(OrganizationCode("UN"), Duty.ON_CALL)
    assert [person.id for person in held] == ["oict-duty", "dss-duty"]
