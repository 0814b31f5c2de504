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
from playbooks.domain.misshapen import no_yaml
from playbooks.domain.organization import Directory
from playbooks.texts import load_texts

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
            said = load_texts().say("file.connections.ca", connection=self.connection.id, path=path)
            raise Permanent(said, code="ca_missing")
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
            about = {"connection": self.connection.id, "name": name, "place": reference}
            raise Denied(load_texts().say("file.connections.credential", **about), code="credential_missing")
        return SecretStr(found.strip())


def read_connections(
    path: Path | None, directory: Directory, environ: Mapping[str, str] = os.environ
) -> dict[ConnectionId, Configured]:
    """The connections of a file, none without one. Raises Malformed with the place and what would be right."""
    found: dict[ConnectionId, Configured] = {}
    named: dict[tuple[str, str], ConnectionId] = {}
    for number, raw in enumerate(_listed(path) if path else (), start=1):
        where = _where(number, raw)
        entry = _entry(where, raw)
        if entry.organization not in {organization.code for organization in directory.organizations}:
            raise _wrong("no_organization", where=where)
        connection = entry.connection
        if connection.id in found:
            raise _wrong("twice", where=where, connection=connection.id)
        rooms = (entry.names_rooms_on, entry.place.casefold())
        if entry.names_rooms_on and named.setdefault(rooms, connection.id) != connection.id:
            raise _wrong("same_names", where=where, other=named[rooms], server=entry.names_rooms_on)
        found[connection.id] = Configured(connection, entry, path.parent if path else Path(), environ)
    return found


def _listed(path: Path) -> list[dict[str, Any]]:
    try:
        data = _SHAPE.validate_python(YAML(typ="safe", pure=True).load(path.read_text("utf-8")) or {})
    except OSError as error:
        raise _wrong("unread", path=path, why=error.strerror) from None
    except (UnicodeDecodeError, YAMLError) as error:
        raise _wrong("no_yaml", why=no_yaml(error)) from None
    except ValidationError:
        raise _wrong("no_list") from None
    if unknown := data.keys() - {"connections"}:
        raise _wrong("unknown", typed=", ".join(sorted(unknown)))
    return data.get("connections") or []


def _where(number: int, raw: Mapping[str, Any]) -> str:
    named = ", ".join(str(raw[name]) for name in ("organization", "vendor") if isinstance(raw.get(name), str))
    where = load_texts().say("file.connections.where", index=number)
    return where + (f" ({named})" if named else "")


def _entry(where: str, raw: dict[str, Any]) -> Entry:
    known = ", ".join(ENTRIES)
    if "vendor" not in raw:
        raise _wrong("no_vendor", where=where, known=known)
    try:
        kind = ENTRIES[Vendor(raw["vendor"])]
    except (ValueError, KeyError):
        raise _wrong("no_such_vendor", where=where, known=known) from None
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        raise _wrong("wrong", where=where, what=_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    """The first fault, without the value: somebody may have put the secret itself there."""
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    texts, place = load_texts(), ".".join(str(part) for part in problem["loc"])
    if place.startswith("credentials.") and problem["type"] == "string_pattern_mismatch":
        return texts.say("file.connections.no_secret", where=place)
    plainly = f"file.connections.{problem['type']}"
    what = texts.say(plainly) if plainly in texts else problem["msg"].removeprefix("Value error, ")
    where = place or texts.say("file.connections.as_a_whole")
    return texts.say("file.connections.at", where=where, what=what)


def _wrong(code: str, **said: object) -> Malformed:
    return Malformed(load_texts().say(f"file.connections.{code}", **said), code=f"connections_{code}")
