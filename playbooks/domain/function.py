"""The function of an act: who may do it follows from it (document 002, paragraphs 15 and 16)."""

from enum import StrEnum

from playbooks.domain.errors import Refused


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


_WITHHELD = {
    (Office.DSS, Function.CYBER): Refused(
        "DSS is confined to the physical security of staff and premises and takes no cyber work; "
        "give this to OICT or to the organization's own security team.",
        code="dss_physical_security_only",
        source="002 §15-16",
    ),
    (Office.OICT, Function.PHYSICAL_SECURITY): Refused(
        "OICT takes no physical-security work; give this to DSS.",
        code="oict_no_physical_security",
        source="002 §15-16",
    ),
}


def check_function(office: Office | None, function: Function) -> None:
    """Raise Refused when an office may not do work of this function (document 002, §15-16)."""
    if office is not None and (office, function) in _WITHHELD:
        refusal = _WITHHELD[office, function]
        raise Refused(refusal.sentence, code=refusal.code, source=refusal.source)
