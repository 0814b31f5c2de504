"""What a command may know while it is being understood: who speaks, when, and who exists. No more."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from playbooks.domain.alert import Indicator
from playbooks.domain.case import Case
from playbooks.domain.connection import Connection, PortName
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.organization import Directory, Person
from playbooks.domain.team import Team
from playbooks.ports.views import RunShown

Accounts = Callable[[OrganizationCode, PortName], Sequence[Connection]]
Parties = Callable[[], Awaitable[tuple[OrganizationCode, ...]]]


def no_accounts(_organization: OrganizationCode, _port: PortName) -> Sequence[Connection]:
    """Where nothing is connected."""
    return ()


_UNTOLD: Final = Team()


@dataclass(frozen=True, slots=True)
class Hearing:
    """The circumstances of one line."""

    directory: Directory
    speaker: Person
    received_at: datetime
    parties: Parties
    """The organizations that take part in the incident spoken of, as the speaker may know; or NotFound."""
    case: Callable[[], Awaitable[Case]]
    """The incident spoken of, as the speaker may have it."""
    runs: Callable[[], Awaitable[tuple[RunShown, ...]]]
    """The runs of its playbooks."""
    indicators: Callable[[], Awaitable[Sequence[Indicator]]]
    """What its alerts name that the speaker's own organization was sent."""
    team: Team = _UNTOLD
    """What the speaker's organization tells of itself."""
    accounts: Accounts = no_accounts
    """An organization's accounts for a purpose, the one that is used where none is named before the others."""
