"""One consolidated notice to a national authority: each organization's part, what was drafted from them, how it stands.

Only the provider that was formally entrusted drafts and sends it (document 003, §163); nothing goes before each
organization in it agreed, its legal office (OLA for the Secretariat) and its executive head having signed.
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.clocks import Approver
from playbooks.domain.consultation import Purpose
from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking, strictest

WANTED: Final[tuple[tuple[Purpose, Approver | None, str], ...]] = (
    (Purpose.APPROVAL, None, "approved"),
    (Purpose.SIGN_OFF, Approver.LEGAL, "signed"),
    (Purpose.SIGN_OFF, Approver.EXECUTIVE, "signed"),
)
"""What is asked of every organization in a notice, who signs, and the outcome without which nothing goes."""


class GivenPart(BaseModel):
    """What an organization released for the notice: its own words, at the entry."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    entry: str
    marking: Marking


class AuthorityNotice(BaseModel):
    """One notice, as it was drafted; its words stand in the record at `entry`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    """`N-1`."""
    authority: str
    """The handle under which the authority is written to."""
    source: tuple[OrganizationCode, ...]
    """On whose behalf."""
    by: OrganizationCode
    entry: str
    marking: Marking
    consultations: tuple[str, ...]
    """Those of `WANTED`, in its order."""
    sent_at: AwareDatetime | None = None


class Authorities(BaseModel):
    """What of an incident is for national authorities."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    parts: Mapping[OrganizationCode, GivenPart] = {}
    notices: Mapping[str, AuthorityNotice] = {}

    @property
    def newest(self) -> AuthorityNotice | None:
        """The one that counts: a new draft takes the place of what was not sent."""
        return max(self.notices.values(), key=lambda notice: int(notice.id[2:]), default=None)

    @property
    def marking(self) -> Marking:
        """Of what is drafted from the parts: the strictest of theirs."""
        return strictest(*(part.marking for part in self.parts.values()))


def missing(notice: AuthorityNotice, outcomes: Mapping[str, str]) -> tuple[str, ...]:
    """The consultations about a notice that have not come out as they must."""
    pairs = zip(notice.consultations, WANTED, strict=True)
    return tuple(id for id, (_purpose, _signs, outcome) in pairs if outcomes.get(id) != outcome)


def evolve_authorities(known: Authorities, entry: Entry) -> Authorities:
    """After one more entry of these kinds."""
    data: dict[str, Any] = entry.data
    if entry.kind == Kind.AUTHORITY_CONTRIBUTE:
        part = GivenPart(entry=entry.id, marking=entry.marking)
        return known.model_copy(update={"parts": {**known.parts, data["organization"]: part}})
    if entry.kind == Kind.AUTHORITY_DRAFT:
        notice = AuthorityNotice.model_validate(
            {
                **data,
                "id": data["notice"],
                "authority": data["receiver"],
                "by": entry.actor.organization,
                "entry": entry.id,
                "marking": entry.marking,
            }
        )
    else:
        drafted = known.notices.get(data["notice"])
        if drafted is None:
            return known
        notice = drafted.model_copy(update={"sent_at": entry.at})
    return known.model_copy(update={"notices": {**known.notices, notice.id: notice}})


AUTHORITY_KINDS: Final = (Kind.AUTHORITY_CONTRIBUTE, Kind.AUTHORITY_DRAFT, Kind.AUTHORITY_SEND)
"""The kinds that change them."""
