"""The directory: what each organization tells of its team (RFC 2350), and changing one's own; one's own language."""

from collections.abc import Iterator
from typing import Final
from zoneinfo import available_timezones

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread, nearest, short
from bot.commands.parameter import Args, Parameter, Place, Takes, choice, text
from bot.commands.who import organization, person
from playbooks.domain.community import Community
from playbooks.domain.document import Block, Bullets, Document, Heading, Inline, paragraph
from playbooks.domain.organization import Directory, Organization
from playbooks.domain.team import FACTS, Team
from playbooks.texts import Texts, languages
from playbooks.texts.wording import sentence


def shown_team(texts: Texts, directory: Directory, community: Community, asked: Organization) -> Document:
    """What the directory tells of an organization."""
    people = [person.id for person in directory.people if person.organization == asked.code]
    said = {**asked.model_dump(mode="json", exclude={"team", "clocks"}), "organization": asked.code}
    said |= {"people": people, "clocks": [clock.id for clock in asked.clocks]}
    said |= {"cleared": [each for each in people if each in community.cleared]}
    facts = tuple(_facts(texts, community.team(asked.code)))
    blocks: list[Block] = [
        Heading(text=texts.say("directory.heading", organization=asked.code, name=asked.name)),
        paragraph(*sentence(texts, "directory.organization", said)),
        Bullets(items=facts) if facts else paragraph(*texts.parts("directory.nothing_told")),
    ]
    held = community.entrusted
    if held is not None and held.organization == asked.code:
        blocks.append(
            paragraph(*sentence(texts, "directory.entrusted", {**held.model_dump(), "recorded_at": held.at}))
        )
    return Document(blocks=tuple(blocks))


def _facts(texts: Texts, team: Team) -> Iterator[tuple[Inline, ...]]:
    for fact, value in team.model_dump(mode="json").items():
        if value:
            yield sentence(texts, "directory.fact", {"fact": fact, "value": _plain(value)})


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{label} = {means}" for label, means in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


async def _shown(inquiry: Inquiry) -> Document:
    asked = inquiry.request.args.get("organization", inquiry.speaker.organization)
    community = await inquiry.communities.lately()
    return shown_team(inquiry.texts, inquiry.directory, community, inquiry.directory.organization(asked))


def _fact(label: str, place: Place, *, required: bool) -> Parameter:
    """Something that the directory says as it is typed, in one word or in quotes."""
    return Parameter(label, place, Takes.NAME, lambda typed, _: {label: typed}, required)


def _zone() -> Parameter:
    """A time zone of the IANA database, whatever its case."""
    known = {zone.casefold(): zone for zone in available_timezones()}

    def read(typed: str, _hearing: Hearing) -> Args:
        zone = known.get(typed.casefold().replace(" ", "_"))
        if zone is None:
            raise Misread("misread.zone", typed=short(typed), nearest=nearest(typed, known.values()))
        return {"time_zone": zone}

    return Parameter("zone", Place.OPTION, Takes.NAME, read, required=False)


async def _with_services(args: Args, hearing: Hearing) -> Args:
    return {**args, "known_services": [each.code for each in hearing.directory.services]}


async def _to_a_provider(args: Args, hearing: Hearing) -> Args:
    return {
        **args,
        "is_provider": hearing.directory.organization(args["organization"]).service_provider,
    }


DIRECTORY: Final = (
    ChatCommand(
        words=("directory", "show"),
        verb="directory.show",
        target=Target.QUERY,
        parameters=(organization("organization", required=False),),
        answer=_shown,
    ),
    ChatCommand(
        words=("directory", "set"),
        verb="directory.set",
        target=Target.DIRECTORY,
        parameters=(choice("fact", tuple(FACTS)), _fact("value", Place.WORD, required=False)),
        complete=_with_services,
    ),
    ChatCommand(
        words=("language",),
        verb="directory.language",
        target=Target.DIRECTORY,
        parameters=(choice("language", languages()), _zone()),
    ),
    ChatCommand(
        words=("directory", "entrust"),
        verb="directory.entrust",
        target=Target.DIRECTORY,
        parameters=(
            organization("organization"),
            _fact("reference", Place.OPTION, required=True),
            text("words", required=False),
        ),
        complete=_to_a_provider,
    ),
    ChatCommand(
        words=("directory", "revoke"),
        verb="directory.revoke",
        target=Target.DIRECTORY,
        parameters=(text("reason"),),
    ),
    ChatCommand(
        words=("directory", "clear"),
        verb="directory.clear",
        target=Target.DIRECTORY,
        parameters=(person(), text("reason", required=False)),
    ),
    ChatCommand(
        words=("directory", "withdraw"),
        verb="directory.withdraw",
        target=Target.DIRECTORY,
        parameters=(person(), text("reason")),
    ),
)
