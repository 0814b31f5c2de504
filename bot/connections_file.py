"""The connections file: which vendor stands behind which of an organization's accounts; `docs/connections.md`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.connection_entries import ENTRIES, Entry
from playbooks.domain.connection import Connection, Vendor
from playbooks.domain.errors import Denied, Malformed, Permanent
from playbooks.domain.ids import ConnectionId
from playbooks.domain.organization import Directory

_SHAPE = TypeAdapter(dict[str, list[dict[str, Any]] | None])


@dataclass(frozen=True)
class Configured:
    """A connection, its entry, and where its secrets are looked for."""

    connection: Connection
    entry: Entry
    folder: Path
    environ: Mapping[str, str]

    def beside(self, path: Path | None) -> Path | None:
        """A path of the file; a relative one lies beside it. Raises Permanent where nothing is."""
        if path and not (self.folder / path).is_file():
            raise Permanent(
                f"{self.connection.id} has no certificates: {path} is not there.", code="ca_missing"
            )
        return self.folder / path if path else None

    def secret(self, name: str, reference: str) -> SecretStr:
        """The secret at `env:NAME` or `file:PATH`, a relative path beside the file. Raises Denied.

        It is fetched when the connection is first used: a secret that is missing breaks its own connection alone.
        """
        kind, _, place = reference.partition(":")
        try:
            found = self.environ[place] if kind == "env" else (self.folder / place).read_text("utf-8")
        except (KeyError, OSError, UnicodeDecodeError):
            found = ""
        if not found.strip():
            raise Denied(
                f"{self.connection.id} has no {name}: nothing is at {reference}; put it there.",
                code="credential_missing",
            )
        return SecretStr(found.strip())


def read_connections(
    path: Path | None, directory: Directory, environ: Mapping[str, str] = os.environ
) -> dict[ConnectionId, Configured]:
    """The connections of a file, none without one. Raises Malformed with the place and what would be right."""
    found: dict[ConnectionId, Configured] = {}
    for number, raw in enumerate(_listed(path) if path else (), start=1):
        where = _where(number, raw)
        entry = _entry(where, raw)
        if entry.organization not in {organization.code for organization in directory.organizations}:
            raise Malformed(f"{where}: no organization has this code; see `muster directory list`.")
        connection = entry.connection
        if connection.id in found:
            raise Malformed(
                f"{where}: {connection.id} stands here twice; give one of them an account of its own."
            )
        found[connection.id] = Configured(connection, entry, path.parent if path else Path(), environ)
    return found


def _listed(path: Path) -> list[dict[str, Any]]:
    try:
        data = _SHAPE.validate_python(YAML(typ="safe", pure=True).load(path.read_text("utf-8")) or {})
    except OSError as error:
        raise Malformed(f"The connections file {path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, YAMLError) as error:
        raise Malformed(f"The connections file is no YAML text ({str(error).splitlines()[0]}).") from None
    except ValidationError:
        raise Malformed(
            "The connections file is a list under `connections:`; see docs/connections.md."
        ) from None
    if unknown := data.keys() - {"connections"}:
        raise Malformed(
            f"The connections file says {', '.join(sorted(unknown))}; it knows `connections` alone."
        )
    return data.get("connections") or []


def _where(number: int, raw: Mapping[str, Any]) -> str:
    named = ", ".join(str(raw[name]) for name in ("organization", "vendor") if isinstance(raw.get(name), str))
    return f"Connection {number} of the connections file" + (f" ({named})" if named else "")


def _entry(where: str, raw: dict[str, Any]) -> Entry:
    known = ", ".join(ENTRIES)
    if "vendor" not in raw:
        raise Malformed(f"{where} names no vendor; known are {known}.")
    try:
        kind = ENTRIES[Vendor(raw["vendor"])]
    except (ValueError, KeyError):
        raise Malformed(f"{where}: this vendor cannot be connected; known are {known}.") from None
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        raise Malformed(f"{where}: {_sentence(error)}.") from None


def _sentence(error: ValidationError) -> str:
    """The first fault, without the value: somebody may have put the secret itself there."""
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    if place.startswith("credentials.") and problem["type"] == "string_pattern_mismatch":
        return f"{place} says where the secret is, env:NAME or file:PATH, and never the secret itself"
    return f"{place or 'as a whole'}: {_PLAINLY.get(problem['type'], problem['msg'].removeprefix('Value error, '))}"


_PLAINLY = {
    "missing": "this is missing; see docs/connections.md",
    "extra_forbidden": "this is not known here; see docs/connections.md",
    "string_pattern_mismatch": "this is a code of letters, digits, “-” and “_”",
}
