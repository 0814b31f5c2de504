"""What a command must be given before it is judged: an agreement, a service as catalogued, a mandate on record."""

from playbooks.domain.circle.retainer import plain
from playbooks.domain.command import Command
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.organization import Directory
from playbooks.domain.team import Route
from playbooks.ports.community import Communities
from playbooks.ports.retainers import Retainers

RETAINER_VERBS = ("retainer.activate", "retainer.hours")


async def with_terms(command: Command, state: IncidentState, retainers: Retainers) -> Command:
    """The same command with them; one that is about something else, or was held until agreed, is left as it is."""
    if command.verb not in RETAINER_VERBS or "agreed" in command.args:
        return command
    args = {name: value for name, value in command.args.items() if name not in ("agreement", "used")}
    if command.verb == "retainer.activate":
        said = command.args.get("agreement")
        found = await retainers.agreement(said if isinstance(said, str) else None, state.lead)
        code = found.code if found else None
        args |= {"agreement": found.model_dump(mode="json")} if found else {}
    else:
        call = state.calls.get(str(args.get("call"))) or next(
            (each for each in state.calls.values() if each.is_open), None
        )
        code = call.agreement.code if call else None
    if code is not None:
        used = await retainers.used(code, state.key)
        args |= {"used": {organization: plain(hours) for organization, hours in used.items()}}
    return command.model_copy(update={"args": args})


def as_catalogued(command: Command, state: IncidentState, directory: Directory) -> Command:
    """The same command with the service that a machine named by its code, and the standing of the lead, who asks.

    A code that the catalogue does not have is left as it is: whoever judges says so.
    """
    code = command.args.get("service")
    if command.verb != "service.request" or not isinstance(code, str):
        return command
    service = next((each for each in directory.services if each.code == code), None)
    if service is None:
        return command
    try:
        membership = directory.organization(state.lead).membership
    except NotFound:
        return command
    found = {"service": service.model_dump(mode="json"), "membership": membership.value}
    return command.model_copy(update={"args": {**command.args, **found}})


async def with_routes(command: Command, communities: Communities | None) -> Command:
    """The same question with how those asked are called, where their teams told of mail or a pager."""
    if command.verb != "ask" or communities is None:
        return command
    known, asked = await communities.lately(), command.args.get("asked", ())
    told = {str(code): known.team(OrganizationCode(str(code))).route for code in asked}
    routes = {code: route.value for code, route in told.items() if route in (Route.MAIL, Route.PAGER)}
    return command.model_copy(update={"args": {**command.args, "routes": routes}}) if routes else command


async def entrusted(communities: Communities | None) -> dict[str, object]:
    """Who was formally entrusted with notices to national authorities, as it stands on record; None for nobody.

    Raises Unavailable.
    """
    held = (await communities.now()).entrusted if communities else None
    said = held.model_dump(mode="json", include={"organization", "reference"}) if held else None
    return {"entrusted": said}
