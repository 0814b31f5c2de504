"""What each command on the hybrid cyberattack response network leads to (document 002, §16 and footnote 1)."""

from datetime import timedelta
from typing import Final

from playbooks.domain.circle.hybrid import SECRETARIAT, Definition, Measure, Network, Risk
from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, Malformed, NotFound, Refused
from playbooks.domain.function import Office
from playbooks.domain.incident import IncidentState, Standing
from playbooks.domain.judging.draft import Drafting, Judge, listed, span
from playbooks.domain.judging.inviting import draft_invitation
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Duty
from playbooks.domain.policy import check_party
from playbooks.domain.saying import says

SPEAK: Final = (Duty.CISO, Duty.ON_CALL)
"""Who answers for an office of the network."""
_SOON = timedelta(days=7) // timedelta(minutes=1)
"""When a recommendation is due where nobody says, in minutes."""


def _activate(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Each part of the definition is asked for; the answers stand with who judged. The incident stays whose it is."""
    if state.hybrid is not None and state.hybrid.is_active:
        raise Conflict(says("network_active", incident=state.key))
    definition = Definition.model_validate({part: command.args[part] for part in Definition.model_fields})
    definition.check()
    drafting.draft(
        Kind.NETWORK_ACTIVATE,
        "network",
        audience=state.audience if state.restricted else (*state.audience, SECRETARIAT),
        led_by=Office.OICT.value,
        called=None if state.restricted else list(listed(command.args.get("called", ()))) or None,
        **definition.model_dump(mode="json"),
    )
    if state.parties.get(SECRETARIAT) in (None, Standing.LEFT):
        draft_invitation(state, SECRETARIAT, drafting)


def _expose(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Which premises and which staff are in danger is for the eyes of those named alone (TLP 2.0, RED).

    Each must be able to read it: `organizations` are theirs, as the directory has them.
    """
    _active(state)
    named = tuple(dict.fromkeys((*listed(command.args["named"]), command.actor.id)))
    if state.restricted:
        strangers = [person for person in named if person not in state.named]
        if strangers:
            raise Refused(says("restricted.exposure", incident=state.key, people=strangers), source="policy")
    else:
        for organization in listed(command.args.get("organizations", ())):
            check_party(organization, state)
    drafting.draft(
        Kind.EXPOSURE_TELL,
        "network",
        audience=tuple(f"person:{person}" for person in named),
        marked=Marking.RED,
        named=list(named),
    )


def _assess(state: IncidentState, command: Command, drafting: Drafting) -> None:
    network, args = _active(state), command.args
    if int(args["base"]) != network.version:
        raise Conflict(
            says("version_conflict.assessment", version=network.version, base=args["base"]),
        )
    drafting.draft(
        Kind.ASSESSMENT_SAVE,
        "network",
        version=network.version + 1,
        station=str(args["station"]),
        risk=Risk(args["risk"]).value,
    )


def _recommend(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """A measure for one side; each side speaks for its own, so nobody gives the other work."""
    network, args, office = _active(state), command.args, _office(command)
    recommendation = f"P-{len(network.recommendations) + 1}"
    drafting.draft(
        Kind.ASSESSMENT_RECOMMEND,
        "network",
        recommendation=recommendation,
        version=network.version + 1,
        office=office.value,
        measure=Measure(args["measure"]).value,
        due_minutes=span(args.get("due_minutes", _SOON)) // timedelta(minutes=1),
    )


def _withdraw(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Each side takes back its own, while it is not agreed on; what is, is a task, done or declined with a reason."""
    network, wanted = _active(state), str(command.args["recommendation"]).upper()
    found = next((each for each in network.recommendations if each.id == wanted), None)
    if found is None or found.withdrawn:
        raise NotFound(says("not_found.recommendation", recommendation=wanted, incident=state.key))
    if found.office is not _office(command):
        raise Refused(
            says("other_office.recommendation", recommendation=found.id, office=found.office),
            source="002 §16",
        )
    if found.agreed:
        raise Conflict(
            says("recommendation_agreed", recommendation=found.id, office=found.office), source="002 §16"
        )
    drafting.draft(
        Kind.ASSESSMENT_WITHDRAW,
        "network",
        recommendation=found.id,
        version=network.version + 1,
        office=found.office.value,
    )


def _sign(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """An assessment stands when both have signed the same version (document 002, §16)."""
    network, office = _active(state), _speaking(command)
    if not network.assessments:
        raise Conflict(
            says("no_assessment"),
        )
    if int(command.args["version"]) != network.version:
        raise Conflict(says("version_conflict.sign_assessment", version=network.version))
    if office in network.signed:
        raise Conflict(says("signed_already", office=office, version=network.version), source="002 §16")
    drafting.draft(Kind.ASSESSMENT_SIGN, "network", office=office.value, version=network.version)
    if {*network.signed, office} == set(Office):
        drafting.draft(
            Kind.ASSESSMENT_AGREE,
            "network",
            version=network.version,
            station=network.assessments[-1].station,
            recommendations=[each.id for each in network.recommendations if each.is_proposed],
        )


def _deactivate(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Each office says it for itself; when both have, the network ends."""
    network, office = _active(state), _speaking(command)
    if office in network.stood_down:
        other = next(each for each in Office if each is not office)
        raise Conflict(says("stood_down_already", office=office, other=other), source="002 §16")
    drafting.draft(Kind.NETWORK_STAND_DOWN, "network", office=office.value)
    if {*network.stood_down, office} == set(Office):
        drafting.draft(Kind.NETWORK_DEACTIVATE, "network")


def _active(state: IncidentState) -> Network:
    if state.hybrid is None or not state.hybrid.is_active:
        raise Conflict(
            says("network_inactive", incident=state.key),
        )
    return state.hybrid


def _office(command: Command) -> Office:
    if command.actor.office is None:
        raise Malformed(says("no_office"))
    return command.actor.office


def _speaking(command: Command) -> Office:
    """The office that somebody answers for. Raises Refused for whoever is of it and does not."""
    office = _office(command)
    if not any(duty in command.actor.duties for duty in SPEAK):
        raise Refused(
            says("not_representative.hybrid", office=office),
            source="002 §16",
        )
    return office


HYBRID: dict[str, Judge] = {
    "hybrid.activate": _activate,
    "hybrid.expose": _expose,
    "hybrid.assess": _assess,
    "hybrid.recommend": _recommend,
    "hybrid.withdraw": _withdraw,
    "hybrid.sign": _sign,
    "hybrid.deactivate": _deactivate,
}
"""The commands on the network."""


def check_ended(state: IncidentState) -> None:
    """Raise Conflict while the network is at work: it is ended by both, not by closing the incident."""
    network = state.hybrid
    if network is not None and network.is_active and state.takes_part(SECRETARIAT):
        raise Conflict(
            says("network_active.hybrid", incident=state.key),
            source="002 §16",
        )
