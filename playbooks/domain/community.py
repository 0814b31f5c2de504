"""What the community of practice has on record of itself: what teams told of themselves, and what was entrusted."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Directory, Duty, Person
from playbooks.domain.team import Team, with_fact
from playbooks.domain.tongue import Tongue


class Entrusted(BaseModel):
    """That a provider may speak to national authorities for the organizations (document 003, §163)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    organization: OrganizationCode
    reference: str
    """The decision by which it was formally entrusted."""
    recorded_by: PersonId
    at: AwareDatetime
    entry: str


class Community(BaseModel):
    """The directory's teams with what was changed by command; and who was entrusted with what."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    teams: Mapping[OrganizationCode, Team] = {}
    spoken: Mapping[PersonId, Mapping[str, str]] = {}
    """How people said by command that they are spoken to: `language`, and `time_zone` where they said it."""
    entrusted: Entrusted | None = None
    """None until it is recorded, and again once it is taken back."""
    cleared: frozenset[PersonId] = frozenset()
    """Further representatives of their organizations, by a co-Chair's clearance (document 004, §4)."""

    def team(self, organization: OrganizationCode) -> Team:
        """What an organization tells of its team; empty where it told nothing."""
        return self.teams.get(organization, Team())

    def standing(self, person: Person) -> Person:
        """A person with the duties that she has by now: whether she was cleared, the record says, and no file."""
        held = tuple(duty for duty in person.duties if duty is not Duty.REPRESENTATIVE)
        cleared = (Duty.REPRESENTATIVE,) if person.id in self.cleared else ()
        return person.model_copy(update={"duties": (*held, *cleared)})

    def tongue(self, directory: Directory, person: Person, offered: str = "") -> Tongue:
        """How a person is spoken to: as she said, else as the directory's files have it, else as `offered`."""
        return directory.tongue(person.model_copy(update=dict(self.spoken.get(person.id, {}))), offered)


def community_of(directory: Directory, entries: Iterable[Entry] = ()) -> Community:
    """The directory's files, then what was recorded since, in its order."""
    teams = {each.code: each.team for each in directory.organizations}
    spoken: dict[PersonId, Mapping[str, str]] = {}
    entrusted: Entrusted | None = None
    cleared = frozenset[PersonId]()
    for entry in sorted(entries, key=lambda each: (each.at, each.id)):
        data = entry.data
        match entry.kind:
            case Kind.TEAM_CHANGE:
                code = OrganizationCode(data["organization"])
                teams[code] = with_fact(teams.get(code, Team()), data["fact"], data["value"])
            case Kind.PERSON_CHANGE:
                person = PersonId(data["person"])
                spoken[person] = {**spoken.get(person, {}), **spoken_by(data)}
            case Kind.NOTICE_ENTRUST:
                entrusted = Entrusted(
                    organization=OrganizationCode(data["organization"]),
                    reference=data["reference"],
                    recorded_by=PersonId(entry.actor.id),
                    at=entry.at,
                    entry=entry.id,
                )
            case Kind.NOTICE_REVOKE:
                entrusted = None
            case Kind.REPRESENTATIVE_CLEAR:
                cleared |= {PersonId(data["person"])}
            case Kind.REPRESENTATIVE_WITHDRAW:
                cleared -= {PersonId(data["person"])}
            case _:
                pass
    return Community(teams=teams, spoken=spoken, entrusted=entrusted, cleared=cleared)


def spoken_by(said: Mapping[str, Any]) -> dict[str, str]:
    """What of a command or of an entry's data is about how somebody is spoken to."""
    return {name: str(said[name]) for name in ("language", "time_zone") if said.get(name)}


COMMUNITY_KINDS: Final = (
    Kind.TEAM_CHANGE,
    Kind.PERSON_CHANGE,
    Kind.NOTICE_ENTRUST,
    Kind.NOTICE_REVOKE,
    Kind.REPRESENTATIVE_CLEAR,
    Kind.REPRESENTATIVE_WITHDRAW,
)
"""The kinds that it is the fold of."""
