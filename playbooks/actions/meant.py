"""Whom of an organization a message is for, by duty: a chat system that keeps groups of people mentions theirs."""

from typing import Final

from playbooks.domain.clocks import Approver
from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Duty
from playbooks.domain.update_reminder import LATE

_ANSWERING: Final = (Duty.CISO, Duty.ON_CALL)
"""Who may answer for an organization (`policy.represents`)."""
_OF_A_DUTY: Final = (Kind.DUTY_START, Kind.DUTY_WARN, Kind.DUTY_MISS)
_FOR_ON_CALL: Final = (Kind.PAGE_CALL, Kind.TASK_ESCALATE)
_ASKING: Final = {
    Kind.QUESTION_OPEN: "asked",
    Kind.QUESTION_REMIND: "missing",
    Kind.QUESTION_ESCALATE: "missing",
}
"""Where each names the organizations that are to answer."""


def meant(entry: Entry, state: IncidentState, organization: OrganizationCode) -> tuple[Duty, ...]:
    """The duties in this organization that an entry waits for; none where it only informs."""
    kind, data = entry.kind, entry.data
    if kind in _ASKING:
        signs = data.get("signs")
        # the approval of an act is whoever's is at hand (`judging/asking.py`): nobody is woken for it
        waits = organization in data.get(_ASKING[Kind(kind)], ()) and not data.get("by_person")
        return ((_duty(Approver(signs)),) if signs else _ANSWERING) if waits else ()
    if data.get("organization") != organization:
        return ()
    if kind == Kind.PARTY_INVITE:
        return _ANSWERING
    if kind in _FOR_ON_CALL or (kind == Kind.UPDATE_REMIND and data.get("state") == LATE):
        return (Duty.ON_CALL,)
    if kind in _OF_A_DUTY and (owed := state.duties.get(str(data.get("duty")))):
        return (_duty(owed.approves),)
    return ()


def _duty(approver: Approver) -> Duty:
    return Duty(approver.value)
