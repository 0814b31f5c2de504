"""Who does what in the incident: roles in the words of ICS, and the transfer of command."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.parameter import choice
from bot.commands.who import person
from playbooks.domain.roles import Role

ALSO: Final = {
    "ic": Role.INCIDENT_COMMANDER.value,
    "commander": Role.INCIDENT_COMMANDER.value,
    "deputy": Role.DEPUTY_INCIDENT_COMMANDER.value,
    "liaison": Role.LIAISON_OFFICER.value,
    "operations": Role.OPERATIONS_SECTION_CHIEF.value,
    "pio": Role.PUBLIC_INFORMATION_OFFICER.value,
    "safety": Role.SAFETY_OFFICER.value,
}
"""What people say for short."""

ROLE: Final = ChatCommand(
    words=("role",),
    verb="role",
    target=Target.INCIDENT,
    parameters=(choice("role", tuple(Role), also=ALSO), person()),
    aliases=(("assign",),),
)

TRANSFER: Final = ChatCommand(
    words=("transfer",),
    verb="transfer",
    target=Target.INCIDENT,
    parameters=(person(),),
    aliases=(("transfer", "command"), ("transfer", "command", "to"), ("transfer", "to")),
)
