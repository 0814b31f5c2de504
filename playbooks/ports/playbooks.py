"""The playbooks that may be run here, as whoever has one run must know them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from playbooks.domain.task import Question


@dataclass(frozen=True, slots=True)
class PlaybookAtHand:
    """One of them: what it is called, and what it takes from whoever has it run."""

    title: str
    takes: tuple[Question, ...] = ()
    """Its external variables (CACAO 2.0 §10.18.3)."""
    meanings: Mapping[str, str] = field(default_factory=dict)
    """What these are, in the playbook's own words, by name."""


PlaybooksAtHand = Callable[[], Awaitable[Mapping[str, PlaybookAtHand]]]
"""They by the name that people type, as they stand now; refused ones are not among them."""


async def no_playbooks() -> Mapping[str, PlaybookAtHand]:
    """Where there is no library."""
    return {}
