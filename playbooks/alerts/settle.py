"""What a group becomes when the command of its errand was judged: pure, and nothing when it is told twice."""

from playbooks.alerts.assess import DECLARE, declare, errand_id, tell
from playbooks.domain.alert import AlertSeverity
from playbooks.domain.command import Outcome, Verdict
from playbooks.domain.errors import Conflict
from playbooks.domain.routing import Declare
from playbooks.domain.saying import kept, says
from playbooks.ports.inbox import Errand
from playbooks.ports.intake import Change, Group, GroupStatus

_STALE = "stale"
"""The gateway's word for a command that waited too long: a person is asked again, an alert is sent again."""


def settle(group: Group, errand: Errand, verdict: Verdict) -> Change:
    """The group after the verdict on its errand, with the next errand where there is more to tell."""
    if not group.waiting or errand.id != errand_id(group):
        return Change(group)
    at_rest = group.model_copy(update={"waiting": False})
    if verdict.outcome is Outcome.DONE:
        return _declared(at_rest, verdict) if errand.kind == DECLARE else _told(at_rest, errand)
    if verdict.code == _STALE:
        return declare(at_rest, _declaration(at_rest)) if errand.kind == DECLARE else tell(at_rest)
    return Change(_refused(at_rest, verdict))


def _declared(group: Group, verdict: Verdict) -> Change:
    return tell(group.model_copy(update={"status": GroupStatus.ATTACHED, "incident": verdict.incident}))


def _told(group: Group, errand: Errand) -> Change:
    known = {
        "told": group.told + int(errand.body["count"]),
        "told_severity": AlertSeverity(errand.body["severity"]),
    }
    return tell(group.model_copy(update=known))


def _refused(group: Group, verdict: Verdict) -> Group:
    """A person looks at what the rules wanted and could not have; the same is not asked over and over."""
    because = kept("alert.because.refused", why=verdict.wording or verdict.code)
    return group.model_copy(update={"status": GroupStatus.TRIAGE, "because": because, "incident": None})


def _declaration(group: Group) -> Declare:
    if group.declares is None:
        raise Conflict(says("conflict.no_declaration"))
    return group.declares
