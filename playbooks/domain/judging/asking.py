"""What asking many leads to: the question, who is asked, what counts, and when those who are silent are chased."""

from typing import Any, Final

from playbooks.domain.circle.guest import is_vendor
from playbooks.domain.clocks import Approver
from playbooks.domain.command import Command
from playbooks.domain.consultation import Purpose, check_roll, majority
from playbooks.domain.errors import Conflict, Malformed, Refused
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState, Standing
from playbooks.domain.judging.draft import Drafting, Judge, listed, span
from playbooks.domain.judging.question import draft_question, next_consultation
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Membership
from playbooks.domain.policy import check_present
from playbooks.domain.saying import says
from playbooks.domain.team import Route

_OF_VENDORS: Final = (Purpose.STATUS_CALL, Purpose.MUTUAL_AID)
"""What a vendor on retainer may be asked for."""


def _ask(state: IncidentState, command: Command, drafting: Drafting) -> None:
    args = command.args
    purpose = Purpose(args["purpose"])
    asked = tuple(OrganizationCode(code) for code in dict.fromkeys(listed(args["asked"])))
    if any(map(is_vendor, asked)):
        _check_vendor(state, purpose, asked)
    else:
        for organization in asked:
            _check_known(state, organization)
    patience = span(args["deadline_minutes"])
    draft_question(
        state,
        command,
        drafting,
        consultation=next_consultation(state),
        purpose=purpose,
        asked=asked,
        audience=tuple(dict.fromkeys((*state.audience, *asked))),
        patience=patience,
        began_at=command.received_at,
        # the approval of an act is answered by whoever is at hand: nobody is woken for it, and no co-Chair told
        is_chased=not args.get("by_person"),
        needed=args.get("needed", 0),
        by_person=bool(args.get("by_person")) or None,
        fresh=bool(args.get("fresh")) or None,
        routes=_routes(asked, args) or None,
        origin=args.get("origin", ""),
        **_of_purpose(purpose, asked, args),
    )


def _routes(asked: tuple[OrganizationCode, ...], args: dict[str, Any]) -> dict[str, str]:
    """How those are called who are not only told in their rooms; the approval of an act waits for whoever is there."""
    told = {} if args.get("by_person") else dict(args.get("routes") or {})
    return {code: Route(told[code]).value for code in asked if code in told}


def _of_purpose(
    purpose: Purpose, asked: tuple[OrganizationCode, ...], args: dict[str, Any]
) -> dict[str, Any]:
    """What counts, where the purpose has more to say than its options."""
    if purpose is Purpose.VOTE:
        check_roll(asked, {code: Membership(held) for code, held in args["roll"].items()})
        quorum = int(args.get("quorum", majority(len(asked))))
        if not 0 < quorum <= len(asked):
            raise Malformed(says("bad_quorum", asked=len(asked)))
        return {"quorum": quorum}
    if purpose is Purpose.SIGN_OFF:
        return {"signs": Approver(args["signs"]).value}
    return {}


def _unask(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Whoever asked wants no answer any more, as a playbook's step that was skipped or took too long."""
    origin = str(command.args["origin"])
    held = (id for id, awaited in state.awaited.items() if awaited.origin == origin)
    consultation = state.waited_for.get(origin) or next(held, "")
    if state.consultations.get(consultation) != "open":
        raise Conflict(says("question_closed"))
    drafting.draft(
        Kind.QUESTION_CLOSE,
        f"consultation/{consultation}",
        consultation=consultation,
        outcome="withdrawn",
        counts={},
        missing=[],
    )


def _check_vendor(state: IncidentState, purpose: Purpose, asked: tuple[OrganizationCode, ...]) -> None:
    """A vendor is asked by itself, or it would read what the others answer; and it decides nothing for anybody."""
    if len(asked) > 1 or purpose not in _OF_VENDORS:
        raise Refused(says("vendor_not_asked", purposes=list(_OF_VENDORS)), source="004 §5")
    check_present(asked[0], state)


def _check_known(state: IncidentState, organization: str) -> None:
    if state.parties.get(OrganizationCode(organization), Standing.LEFT) is Standing.LEFT:
        raise Refused(
            says("not_a_party.ask", organization=organization, incident=state.key),
            source="004 §5",
        )


ASKING: dict[str, Judge] = {"ask": _ask, "ask.withdraw": _unask}
"""The commands that open a consultation, and close one that nobody waits for any more."""
