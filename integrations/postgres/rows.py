"""Rows handed to the database as one parameter, however many: a parameter for each value costs both sides more.

A JSON array of objects, from which a statement takes them in their order. JSON has no bytes: those go in hexadecimal,
as PostgreSQL writes them itself.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

Row = Mapping[str, object]


def from_rows(columns: Mapping[str, str]) -> str:
    """The query that gives the rows of its only parameter, from `as_rows`: `columns` by type, then `place` from 1."""
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return (
        f"SELECT * FROM ROWS FROM (json_to_recordset(%s::json) AS ({typed}))"  # noqa: S608  our columns
        f" WITH ORDINALITY AS given ({', '.join(columns)}, place)"
    )


def as_rows(rows: Iterable[Row]) -> str:
    """The parameter; what a row lacks of the columns is NULL."""
    return _JSON.encode(list(rows))


def _written(value: object) -> str:
    match value:
        case bytes():
            return rf"\x{value.hex()}"
        case datetime():
            return value.isoformat()
    raise TypeError(f"a column holds no {type(value).__name__}")


_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), default=_written)
