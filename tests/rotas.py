"""Rotas for tests: from a text, with what was put in."""

from pathlib import Path

from bot.rotas import RotasInFile
from playbooks.domain.entry import Entry
from playbooks.domain.organization import Directory
from tests.casts import directory

UNHCR_WEEKLY = """
rotas:
  - organization: UNHCR
    zone: Europe/Zurich
    levels:
      - layers: [{people: [unhcr-duty], starts_on: 2026-01-05}]
        escalates_after: 5
      - layers: [{people: [unhcr-ciso], starts_on: 2026-01-05}]
"""


def rotas(
    file: Path | None = None, people: Directory | None = None, put_in: tuple[Entry, ...] = ()
) -> RotasInFile:
    """Without a file, nobody has a rota."""

    async def turns() -> tuple[Entry, ...]:
        return put_in

    return RotasInFile(file, people or directory(), turns)
