"""What a first start on one machine puts into the data folder, so that a newcomer has something to try."""

import secrets
from importlib.resources import files
from pathlib import Path

from bot.settings import Settings

_DEMO_PEOPLE = "demo_people.yaml"
_DEMO_RETAINERS = "demo_retainers.yaml"
_SOURCES = """\
# Where alerts come from: POST /alerts/<name>, with the key as bearer. docs/intake.md says what else can stand here.
sources:
"""
_SOURCE = """\
  - name: {name}
    organization: {organization}
    format: {format}
    keys:
      - {{id: first, use: bearer, secret: "file:keys/{name}.key"}}
"""
_FIRST_SOURCES = (
    ("elastic", "elastic-security"),
    ("sentinel", "microsoft-sentinel"),
    ("wazuh", "wazuh"),
    ("generic", "auto"),
)
_FIRST_ORGANIZATION = "UNHCR"


def prepared(settings: Settings) -> Settings:
    """The settings, with people by function, alert sources and an agreement to try where none are configured."""
    settings.data.mkdir(parents=True, exist_ok=True)
    directory = settings.directory or _directory(settings.data)
    sources = settings.sources or _sources(settings.data)
    retainers = settings.retainers or _retainers(settings.data, people_to_try=settings.directory is None)
    found = {"directory": directory, "sources": sources, "retainers": retainers}
    return settings.model_copy(update=found)


def _directory(data: Path) -> Path:
    path = data / "directory.yaml"
    if not path.exists():
        path.write_bytes((files("playbooks.directory") / _DEMO_PEOPLE).read_bytes())
    return path


def _retainers(data: Path, *, people_to_try: bool) -> Path | None:
    """An agreement to try, beside the people to try that it names; with another directory only what somebody wrote."""
    path, shipped = data / "retainers.yaml", (files("playbooks.directory") / _DEMO_RETAINERS).read_bytes()
    if people_to_try and not path.exists():
        path.write_bytes(shipped)
    is_written = path.exists() and path.read_bytes() != shipped
    return path if people_to_try or is_written else None


def _sources(data: Path) -> Path:
    path, keys = data / "sources.yaml", data / "keys"
    if not path.exists():
        keys.mkdir(exist_ok=True, mode=0o700)
        for name, _format in _FIRST_SOURCES:
            key = keys / f"{name}.key"
            key.touch(mode=0o600)
            key.write_text(secrets.token_urlsafe(32), "ascii")
        listed = (
            _SOURCE.format(name=name, organization=_FIRST_ORGANIZATION, format=format)
            for name, format in _FIRST_SOURCES
        )
        path.write_text(_SOURCES + "".join(listed), "utf-8")
    return path
