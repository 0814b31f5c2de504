"""What the community of practice has on record of itself: what teams told of themselves, and what was entrusted."""

from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Directory
from playbooks.domain.team import Team, with_fact


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
    entrusted: Entrusted | None = None
    """None until it is recorded, and again once it is taken back."""

    def team(self, organization: OrganizationCode) -> Team:
        """What an organization tells of its team; empty where it told nothing."""
        return self.teams.get(organization, Team())


def community_of(directory: Directory, entries: Iterable[Entry] = ()) -> Community:
    """The directory's files, then what was recorded since, in its order."""
    teams = {each.code: each.team for each in directory.organizations}
    entrusted: Entrusted | None = None
    for entry in sorted(entries, key=lambda each: (each.at, each.id)):
        data = entry.data
        match entry.kind:
            case Kind.TEAM_CHANGE:
                code = OrganizationCode(data["organization"])
                teams[code] = with_fact(teams.get(code, Team()), data["fact"], data["value"])
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
            case _:
                pass
    return Community(teams=teams, entrusted=entrusted)


COMMUNITY_KINDS: Final = (Kind.TEAM_CHANGE, Kind.NOTICE_ENTRUST, Kind.NOTICE_REVOKE)
"""The kinds that it is the fold of."""
