"""Every chat command there is. A new one is a new value here; help, completion, forms and the docs follow."""

from typing import Final

from bot.commands.adding import ADDING
from bot.commands.authority import AUTHORITY
from bot.commands.chat_command import ChatCommand
from bot.commands.consultation import CONSULTATIONS
from bot.commands.cost import COSTS
from bot.commands.course import COURSE
from bot.commands.declare import DECLARE
from bot.commands.directory import DIRECTORY
from bot.commands.duties import DUTIES
from bot.commands.erasing import ERASING
from bot.commands.escalation import ESCALATION
from bot.commands.help import HELP
from bot.commands.hybrid import HYBRID
from bot.commands.incidents import INCIDENTS
from bot.commands.indicators import INDICATORS
from bot.commands.joint import JOINT
from bot.commands.kept import KEPT
from bot.commands.mandate import MANDATES
from bot.commands.moving import MOVE
from bot.commands.oncall import ONCALL
from bot.commands.paging import PAGES
from bot.commands.parties import PARTIES
from bot.commands.playbook import PLAYBOOK
from bot.commands.retainer import RETAINER
from bot.commands.review import REVIEW
from bot.commands.roles import ROLE, TRANSFER
from bot.commands.service import SERVICES
from bot.commands.sharing import SHARING
from bot.commands.status import STATUS
from bot.commands.task import TASKS
from bot.commands.triage import TRIAGE
from bot.commands.updates import NOTE, UPDATE
from bot.commands.waiting import WAITING
from bot.commands.work_plan import WORK_PLAN
from bot.commands.working_group import WORKING_GROUPS

COMMANDS: Final[tuple[ChatCommand, ...]] = (
    DECLARE,
    *STATUS,
    WAITING,
    *ONCALL,
    *PAGES,
    NOTE,
    UPDATE,
    *ADDING,
    *COURSE,
    ROLE,
    TRANSFER,
    *PARTIES,
    *MANDATES,
    MOVE,
    *JOINT,
    *SHARING,
    *INDICATORS,
    *TASKS,
    *CONSULTATIONS,
    *RETAINER,
    *SERVICES,
    *COSTS,
    *PLAYBOOK,
    *DUTIES,
    *AUTHORITY,
    *ESCALATION,
    *HYBRID,
    *REVIEW,
    *WORKING_GROUPS,
    WORK_PLAN,
    *TRIAGE,
    *DIRECTORY,
    *ERASING,
    *INCIDENTS,
    *KEPT,
    HELP,
)
"""In the order in which help shows them: what is needed first stands first."""
