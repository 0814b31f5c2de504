"""The identity providers file: where an organization's people sign in at home; `docs/web.md`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from playbooks.domain.errors import Denied, Malformed
from playbooks.domain.organization import Directory

_SHAPE: Final = TypeAdapter(dict[str, list[dict[str, Any]] | None])
_LISTED: Final = "identity_providers"


class ProviderEntry(BaseModel):
    """One provider, as the file names it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    organization: str
    issuer: Annotated[str, Field(pattern=r"^https://|^http://(localhost|127\.0\.0\.1)[:/]?")]
    client_id: Annotated[str, Field(min_length=1, max_length=200)]
    client_secret: Annotated[str, Field(pattern=r"^(env|file):.+$")]
    """Where the secret is, `env:NAME` or `file:PATH`; never the secret itself."""


def read_providers(path: Path | None, directory: Directory) -> tuple[ProviderEntry, ...]:
    """The providers of a file, none without one. Raises Malformed with the place and what would be right."""
    if path is None:
        return ()
    entries = tuple(_entry(number, raw, directory) for number, raw in enumerate(_listed(path), start=1))
    names = [entry.name for entry in entries]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise Malformed(f"The identity providers file names {', '.join(sorted(doubled))} twice.")
    return entries


def secret_of(entry: ProviderEntry, folder: Path, environ: Mapping[str, str] = os.environ) -> SecretStr:
    """Our secret with a provider, looked up when it is used. Raises Denied where nothing is."""
    kind, _, place = entry.client_secret.partition(":")
    try:
        found = environ[place] if kind == "env" else (folder / place).read_text("utf-8")
    except (KeyError, OSError, UnicodeDecodeError):
        found = ""
    if not found.strip():
        raise Denied(
            f"The identity provider {entry.name} has no secret: nothing is at {entry.client_secret}; put it there.",
            code="credential_missing",
        )
    return SecretStr(found.strip())


def _listed(path: Path) -> list[dict[str, Any]]:
    try:
        data = _SHAPE.validate_python(YAML(typ="safe", pure=True).load(path.read_text("utf-8")) or {})
    except OSError as error:
        raise Malformed(f"The identity providers file {path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, YAMLError, ValidationError):
        raise Malformed(
            f"The identity providers file is a list under `{_LISTED}:`; see docs/web.md."
        ) from None
    if data.keys() - {_LISTED}:
        raise Malformed(f"The identity providers file knows `{_LISTED}:` alone; see docs/web.md.")
    return data.get(_LISTED) or []


def _entry(number: int, raw: dict[str, Any], directory: Directory) -> ProviderEntry:
    where = f"Provider {number} of the identity providers file"
    try:
        entry = ProviderEntry.model_validate(raw)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"])
        raise Malformed(f"{where}: `{place}` is missing or not as docs/web.md has it.") from None
    if entry.organization not in {each.code for each in directory.organizations}:
        raise Malformed(f"{where}: no organization has this code; see `muster directory list`.")
    return entry
