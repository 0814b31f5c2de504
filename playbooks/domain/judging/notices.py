"""What a vendor tells of what we made there: it is told here, and decides nothing."""

from collections.abc import Mapping
from typing import Any

from playbooks.domain.command import Command
from playbooks.domain.evidence import check_sha256, next_evidence
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.kinds import Kind


def _notice(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """What happened at a vendor is told and decides nothing: the incident is closed here, by a person who may."""
    args = command.args
    meant = tuple(dict.fromkeys((command.actor.organization, state.lead)))
    file = _file(args)
    kept = next_evidence(state) if file.get("state") == "kept" else None
    drafting.draft(
        Kind.EVIDENCE_RECEIVE if kept else _KINDS[args["happening"]],
        f"evidence/{kept}" if kept else f"effect/{args['effect']}",
        evidence=kept,
        audience=state.audience if state.restricted else meant,
        effect=args["effect"],
        ref=args["ref"],
        account=args.get("account") or None,
        happened_at=args["happened_at"],
        was=args.get("was") or None,
        now=args.get("now") or None,
        remark=args.get("remark") or None,
        **{"state": args.get("state") or None, **file},
    )


def _file(args: Mapping[str, Any]) -> dict[str, Any]:
    """What came of a file that was attached to a ticket there; one that is kept here is in evidence."""
    if "file" not in args:
        return {}
    hashed = {"sha256": check_sha256(args["sha256"])} if args.get("sha256") else {}
    known = {"size": int(args["size"]), "url": args["url"] or None} if "size" in args else {}
    return {"state": str(args["file"]), **hashed, **known}


_KINDS = {
    "page_acknowledged": Kind.PAGE_ACKNOWLEDGE,
    "page_unacknowledged": Kind.PAGE_UNACKNOWLEDGE,
    "page_reassigned": Kind.PAGE_REASSIGN,
    "page_resolved": Kind.PAGE_RESOLVE,
    "page_noted": Kind.PAGE_NOTE,
    "page_responded": Kind.PAGE_RESPOND,
    "ticket_changed": Kind.TICKET_CHANGE,
    "ticket_commented": Kind.TICKET_COMMENT,
    "ticket_attached": Kind.TICKET_ATTACH,
    "ticket_deleted": Kind.TICKET_DELETE,
}

NOTICES: dict[str, Judge] = {"notice": _notice}
