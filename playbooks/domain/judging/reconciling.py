"""What a look at a page, a ticket or a room comes to: it is told, and by the rule of `reconciling` it is mended."""

from playbooks.domain.command import Command
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.kinds import Kind
from playbooks.domain.reconciling import Finding, Thing, is_mended_here


def _compare(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Told to those who are told by notices: the organization whose account it is, and the lead."""
    args = command.args
    finding, thing = Finding(args["finding"]), Thing(args["thing"])
    meant = tuple(dict.fromkeys((command.actor.organization, state.lead)))
    drafting.draft(
        Kind.THING_AGREE if finding is Finding.AGREES else Kind.THING_DIFFER,
        f"effect/{args['effect']}",
        audience=state.audience if state.restricted else meant,
        effect=args["effect"],
        thing=thing.value,
        ref=args["ref"],
        state=finding.value,
        said=args.get("said") or None,
        ours=args.get("ours") or None,
        phase=state.phase.value,
        moved=args["seen_ref"] if finding is Finding.MOVED else None,
        mends=(is_mended_here(finding) and (not state.is_open or bool(args.get("item")))) or None,
    )


RECONCILING: dict[str, Judge] = {"compare": _compare}
