"""The roles of incident command, in the words of ICS."""

from enum import StrEnum

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.function import Function, may_do


class Role(StrEnum):
    """A role that one person holds in an incident; one person may hold several."""

    INCIDENT_COMMANDER = "incident_commander"
    DEPUTY_INCIDENT_COMMANDER = "deputy_incident_commander"
    SCRIBE = "scribe"
    LIAISON_OFFICER = "liaison_officer"
    OPERATIONS_SECTION_CHIEF = "operations_section_chief"
    PUBLIC_INFORMATION_OFFICER = "public_information_officer"
    SAFETY_OFFICER = "safety_officer"

    @property
    def function(self) -> Function:
        """What kind of work the role is; an office may be barred from it (document 002, §15-16)."""
        return _FUNCTIONS.get(self, Function.COORDINATION)


_FUNCTIONS = {
    Role.INCIDENT_COMMANDER: Function.CYBER,
    Role.DEPUTY_INCIDENT_COMMANDER: Function.CYBER,
    Role.OPERATIONS_SECTION_CHIEF: Function.CYBER,
    Role.PUBLIC_INFORMATION_OFFICER: Function.COMMUNICATION,
    Role.SAFETY_OFFICER: Function.PHYSICAL_SECURITY,
}


def commands_first(actor: Actor) -> bool:
    """Whether whoever declares commands: a person may whose office may."""
    return actor.kind is ActorKind.PERSON and may_do(actor.office, Role.INCIDENT_COMMANDER.function)
