"""Groups of alerts as rows, and the errands posted with them: shared by understanding and by triage."""

from collections.abc import Sequence
from typing import Final

from psycopg.types.json import Json
from pydantic import TypeAdapter, ValidationError

from integrations.postgres.append import Recording
from integrations.postgres.database import Connection
from integrations.postgres.notices import ERRANDS
from playbooks.domain.errors import NotFound
from playbooks.domain.saying import Saying, says
from playbooks.ports.inbox import Errand
from playbooks.ports.intake import Group

COLUMNS = (
    "id, key, generation, source, organization, title, severity, alerts, arrivals, first_at, last_at, status, "
    "rule, because, declares, incident, told, told_severity, errands, waiting, owner, held_until"
)
_NAMES = tuple(COLUMNS.replace(" ", "").split(","))
_PUT = f"""
INSERT INTO alert_group ({COLUMNS}) VALUES ({", ".join(["%s"] * len(_NAMES))})
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _NAMES[6:])}
"""  # noqa: S608  columns are our own constants
_ONE = f"SELECT {COLUMNS} FROM alert_group WHERE id = %s"  # noqa: S608  columns are our own constants
_ERRANDS = """
INSERT INTO outbox (id, kind, body) SELECT * FROM unnest(%s::text[], %s::text[], %s::json[]) ON CONFLICT DO NOTHING
"""
_BECAUSE: Final[TypeAdapter[Saying | str]] = TypeAdapter(Saying | str)
"""Why a group stands as it does, as JSON: own words, or a code with what fills it. Older rows have a bare sentence."""


async def read_group(connection: Connection, id: str) -> Group:
    """The group with this id. Raises NotFound."""
    row = await (await connection.execute(_ONE, (id,))).fetchone()
    if row is None:
        raise NotFound(says("not_found.group", group=id))
    return group_of(row)


async def post(writing: Recording, errands: Sequence[Errand]) -> None:
    """Post errands in the transaction of the groups they are for."""
    if errands:
        bodies = [Json(dict(errand.body)) for errand in errands]
        given = ([errand.id for errand in errands], [errand.kind for errand in errands], bodies)
        await writing.connection.execute(_ERRANDS, given)
        writing.hint(ERRANDS)


async def put(connection: Connection, groups: Sequence[Group]) -> None:
    """Keep groups as they are now, new ones and known ones."""
    rows = [_row(group) for group in groups]
    async with connection.cursor() as cursor:
        await cursor.executemany(_PUT, rows)


def _row(group: Group) -> list[object]:
    values = group.model_dump(mode="python")
    declares = values["declares"]
    return [
        *(values[name] for name in _NAMES[:13]),
        _BECAUSE.dump_json(group.because).decode(),
        Json(group.declares.model_dump(mode="json")) if group.declares and declares else None,
        *(values[name] for name in _NAMES[15:]),
    ]


def group_of(row: Sequence[object]) -> Group:
    """The group of a row of `COLUMNS`."""
    values = dict(zip(_NAMES, row, strict=True))
    return Group.model_validate(values | {"because": _because(str(values["because"]))})


def _because(column: str) -> Saying | str:
    try:
        return _BECAUSE.validate_json(column)
    except ValidationError:
        return column
