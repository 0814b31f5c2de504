"""Pages from this side: Muster's own pager calls a level or whom people named, and people say that they are at it."""

from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge, listed
from playbooks.domain.kinds import Kind
from playbooks.domain.saying import says


def _call(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Told in the rooms of the organization whose page it is and of the lead; those who are called get a mail too."""
    meant = tuple(dict.fromkeys((command.actor.organization, state.lead)))
    people, level = listed(command.args["people"]), command.args.get("level")
    drafting.draft(
        Kind.PAGE_CALL,
        f"effect/{command.args['effect']}",
        audience=state.audience if state.restricted else meant,
        effect=command.args["effect"],
        organization=command.actor.organization,
        level=None if level is None else int(level),
        called=list(people),
        state=("named" if level is None else "called") if people else "nobody",
    )


def _settle(kind: Kind) -> Judge:
    """Every page of the speaker's organization that waits for this, as the gateway found them."""

    def judge(state: IncidentState, command: Command, drafting: Drafting) -> None:
        organization = command.actor.organization
        pages = listed(command.args.get("pages", ()))
        if not pages:
            raise Conflict(says("no_page", organization=organization, incident=state.key))
        for effect in pages:
            drafting.draft(
                kind,
                f"effect/{effect}",
                audience=state.audience
                if state.restricted
                else tuple(dict.fromkeys((organization, state.lead))),
                effect=effect,
                ref=effect,
                happened_at=drafting.at.isoformat(),
                here=True,
            )

    return judge


PAGING: dict[str, Judge] = {
    "page.call": _call,
    "page.acknowledge": _settle(Kind.PAGE_ACKNOWLEDGE),
    "page.resolve": _settle(Kind.PAGE_RESOLVE),
}
