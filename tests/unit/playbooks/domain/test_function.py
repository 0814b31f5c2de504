"""Who may do what kind of work: DSS keeps to physical security, OICT keeps out of it (document 002, §15-16)."""

import pytest

from playbooks.domain.errors import Refused
from playbooks.domain.function import Function, Office, check_function, may_do
from playbooks.domain.roles import Role


def test_dss_does_no_cyber_work() -> None:
    with pytest.raises(Refused) as refused:
        check_function(Office.DSS, Function.CYBER)

    assert (refused.value.code, refused.value.source) == ("dss_physical_security_only", "002 §15-16")


def test_oict_does_no_physical_security() -> None:
    with pytest.raises(Refused) as refused:
        check_function(Office.OICT, Function.PHYSICAL_SECURITY)

    assert (refused.value.code, refused.value.source) == ("oict_no_physical_security", "002 §15-16")


@pytest.mark.parametrize("function", Function)
def test_everybody_else_may_do_any_work(function: Function) -> None:
    check_function(None, function)


@pytest.mark.parametrize("function", Function)
def test_dss_does_physical_security_and_nothing_else(function: Function) -> None:
    assert may_do(Office.DSS, function) == (function is Function.PHYSICAL_SECURITY)


@pytest.mark.parametrize("function", Function)
def test_oict_does_everything_but_physical_security(function: Function) -> None:
    assert may_do(Office.OICT, function) == (function is not Function.PHYSICAL_SECURITY)


def test_each_refusal_is_an_error_of_its_own() -> None:
    """One raised error carries its traceback; sharing it would tie requests together."""
    errors = []
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            check_function(Office.DSS, Function.CYBER)
        errors.append(refused.value)

    assert errors[0] is not errors[1]


def test_command_is_cyber_work_and_safety_is_physical_security() -> None:
    assert Role.INCIDENT_COMMANDER.function is Function.CYBER
    assert Role.DEPUTY_INCIDENT_COMMANDER.function is Function.CYBER
    assert Role.OPERATIONS_SECTION_CHIEF.function is Function.CYBER
    assert Role.SAFETY_OFFICER.function is Function.PHYSICAL_SECURITY
    assert Role.SCRIBE.function is Function.COORDINATION
