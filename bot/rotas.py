"""The rotas of this installation: from its file and the calendars beside it, with the turns that the record has."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML

from bot.written_file import reading
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed
from playbooks.domain.function import Function, may_do
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.organization import Directory
from playbooks.domain.rota.calendar import MOST_BYTES, turns_of
from playbooks.domain.rota.ladder import KeptRota, Step, ladder, ladder_by_duty
from playbooks.domain.rota.rota import Rota, Turn
from playbooks.domain.saying import saying

_LOG = logging.getLogger(__name__)
_BEFORE: Final = timedelta(days=31)
_AHEAD: Final = timedelta(days=400)

PutIn = Callable[[], Awaitable[tuple[Entry, ...]]]
"""The entries by which people put somebody in for another, in any order. Raises Unavailable."""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rotas: tuple[Rota, ...] = ()


def read_rotas(path: Path | None, directory: Directory) -> tuple[Rota, ...]:
    """The rotas of the installation's file; none without a file. Raises Malformed with the place and the fault."""
    if path is None:
        return ()
    with reading("rotas", path):
        data = YAML(typ="safe", pure=True).load(path.read_bytes().decode("utf-8")) or {}
        found = _File.model_validate(TypeAdapter(dict[str, object]).validate_python(data)).rotas
    for rota in found:
        _check(rota, directory)
    if len({rota.organization for rota in found}) < len(found):
        raise Malformed(saying("file.rotas.twice"))
    return found


def _check(rota: Rota, directory: Directory) -> None:
    if rota.organization not in {each.code for each in directory.organizations}:
        raise Malformed(saying("file.rotas.no_organization", organization=rota.organization))
    own = {person.id: person for person in directory.people if person.organization == rota.organization}
    if strangers := [person for person in rota.people if person not in own]:
        raise Malformed(saying("file.rotas.stranger", who=strangers[0], organization=rota.organization))
    for person in (own[id] for id in rota.people):
        if not may_do(person.office, Function.CYBER):
            raise Malformed(saying("file.rotas.no_cyber_work", who=person.id, office=person.office))


class RotasInFile:
    """The rotas port. Files are read again when they change; one that is wrong by then leaves what was read last."""

    def __init__(self, path: Path | None, directory: Directory, put_in: PutIn) -> None:
        self._path = path
        self._directory = directory
        self._put_in = put_in
        self._rotas = read_rotas(path, directory)
        self._read = self._stamp(path)
        self._calendars: dict[Path, tuple[object, tuple[Turn, ...]]] = {}

    @property
    def organizations(self) -> tuple[OrganizationCode, ...]:
        """Those that have a rota here."""
        return tuple(rota.organization for rota in self._rotas)

    @property
    def rotas(self) -> tuple[Rota, ...]:
        """As the file has them now."""
        self._reread()
        return self._rotas

    async def kept(self, organization: OrganizationCode, at: datetime) -> KeptRota | None:
        """See the port."""
        self._reread()
        rota = next((each for each in self._rotas if each.organization == organization), None)
        if rota is None:
            return None
        put_in = sorted(await self._put_in(), key=lambda entry: (entry.at, entry.id))
        turns = (turn_of(entry) for entry in put_in if entry.data["organization"] == organization)
        return KeptRota(rota=rota, turns=(*self._of_calendars(rota, at), *turns))

    async def ladder(self, organization: OrganizationCode, at: datetime) -> tuple[Step, ...]:
        """See the port."""
        kept = await self.kept(organization, at)
        return (ladder(kept, at) if kept else ()) or ladder_by_duty(self._directory, organization)

    def _reread(self) -> None:
        stamp = self._stamp(self._path)
        if stamp == self._read:
            return
        self._read = stamp
        try:
            self._rotas = read_rotas(self._path, self._directory)
        except Malformed as error:
            _LOG.error("The rotas stay as they were: %s", error.sentence)

    def _of_calendars(self, rota: Rota, at: datetime) -> tuple[Turn, ...]:
        turns: tuple[Turn, ...] = ()
        for number, level in enumerate(rota.levels, start=1):
            if level.calendar and self._path:
                turns += self._calendar(rota, number, self._path.parent / level.calendar, at)
        return turns

    def _calendar(self, rota: Rota, level: int, path: Path, at: datetime) -> tuple[Turn, ...]:
        """Read anew each day, since what repeats is told for a year alone."""
        stamp, (read, turns) = (self._stamp(path), at.date(), level), self._calendars.get(path, (None, ()))
        if stamp == read:
            return turns
        try:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
            find = _finder(self._directory, rota.organization)
            turns = turns_of(content, level, find, rota.zone_info, at - _BEFORE, at + _AHEAD)
        except OSError as error:
            _LOG.error("The calendar %s cannot be read: %s", path.name, error.strerror)
        except Malformed as error:
            _LOG.error("The calendar %s stays as it was: %s", path.name, error.sentence)
        self._calendars[path] = (stamp, turns)
        return turns

    @staticmethod
    def _stamp(path: Path | None) -> object:
        try:
            found = path.stat() if path else None
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size) if found else None


def turn_of(entry: Entry) -> Turn:
    """The turn that an entry of the record put in."""
    return Turn.model_validate(
        {name: entry.data[name] for name in ("level", "person", "start_at", "end_at") if name in entry.data}
    )


def _finder(directory: Directory, organization: OrganizationCode) -> Callable[[str], PersonId | None]:
    """A calendar names nobody of a physical security unit either (document 002, §15-16)."""
    own = [
        person
        for person in directory.people
        if person.organization == organization and may_do(person.office, Function.CYBER)
    ]
    known = {name.casefold(): person.id for person in own for name in person.identities.values()}
    known |= {person.id.casefold(): person.id for person in own}
    return known.get
