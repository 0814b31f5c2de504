"""The function of an act: who may do it follows from it (document 002, paragraphs 15 and 16)."""

from enum import StrEnum

from playbooks.domain.errors import Refused
from playbooks.domain.saying import says


class Function(StrEnum):
    """What kind of work an act is; stands on every task, role and playbook step."""

    CYBER = "cyber"
    PHYSICAL_SECURITY = "physical_security"
    COMMUNICATION = "communication"
    LEGAL = "legal"
    COORDINATION = "coordination"
    FINANCE = "finance"
    LOGISTICS = "logistics"


class Office(StrEnum):
    """Offices of the UN Secretariat whose function is bounded by rule."""

    OICT = "OICT"
    DSS = "DSS"


def may_do(office: Office | None, function: Function) -> bool:
    """Whether an office may do work of this function.

    DSS's role and resources are confined to the physical security of staff and premises, and the physical security
    unit absorbs no cybersecurity function (document 002, §15-16). Everybody else is of no office, and free.
    """
    is_physical = function is Function.PHYSICAL_SECURITY
    return office is None or is_physical == (office is Office.DSS)


def check_function(office: Office | None, function: Function) -> None:
    """Raise Refused when an office may not do work of this function (document 002, §15-16)."""
    if may_do(office, function):
        return
    if office is Office.DSS:
        raise Refused(
            says("dss_physical_security_only", function=function),
            source="002 §15-16",
        )
    raise Refused(
        says("oict_no_physical_security"),
        source="002 §15-16",
    )
