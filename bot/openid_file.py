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
from playbooks.domain.saying import saying

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
        raise Malformed(saying("file.openid.twice", names=sorted(doubled)))
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
            saying("file.openid.no_secret", name=entry.name, place=entry.client_secret),
            code="credential_missing",
        )
    return SecretStr(found.strip())


def _listed(path: Path) -> list[dict[str, Any]]:
    try:
        data = _SHAPE.validate_python(YAML(typ="safe", pure=True).load(path.read_text("utf-8")) or {})
    except OSError as error:
        raise Malformed(saying("file.openid.unread", path=path, why=error.strerror)) from None
    except (UnicodeDecodeError, YAMLError, ValidationError):
        raise Malformed(saying("file.openid.no_list")) from None
    if data.keys() - {_LISTED}:
        raise Malformed(saying("file.openid.unknown"))
    return data.get(_LISTED) or []


def _entry(number: int, raw: dict[str, Any], directory: Directory) -> ProviderEntry:
    try:
        entry = ProviderEntry.model_validate(raw)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"])
        raise Malformed(saying("file.openid.wrong", number=number, place=place)) from None
    if entry.organization not in {each.code for each in directory.organizations}:
        raise Malformed(saying("file.openid.no_organization", number=number))
    return entry
