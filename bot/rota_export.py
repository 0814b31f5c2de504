"""A rota as a calendar file, for the web and the command line."""

from datetime import datetime, timedelta

from playbooks.domain.errors import NotFound
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.rota.calendar import calendar_of
from playbooks.domain.rota.shifts import shifts
from playbooks.ports.rotas import Rotas
from playbooks.texts import Texts


async def exported_rota(
    rotas: Rotas, texts: Texts, organization: OrganizationCode, at: datetime, length: timedelta
) -> bytes:
    """The shifts and gaps of every level from `at` on. Raises NotFound where there is no rota, and Unavailable."""
    kept = await rotas.kept(organization, at)
    if kept is None:
        raise NotFound(f"{organization} has no rota here; see docs/on-call.md.", code="no_rota")

    def summary(level: int, person: PersonId | None) -> str:
        code = "oncall.shift" if person else "oncall.shift.nobody"
        return texts.say(code, level=level, who=person or "", organization=organization)

    start = at.replace(minute=0, second=0, microsecond=0)
    told = [
        (level, shift)
        for level in range(1, len(kept.rota.levels) + 1)
        for shift in shifts(kept.rota, level, kept.turns, start, start + length)
    ]
    return calendar_of(organization, told, summary, at)
