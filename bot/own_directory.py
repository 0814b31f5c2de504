"""The directory of an installation: the organizations that ship, with what its own file adds."""

from bot.settings import Settings
from playbooks.directory import load_directory, shipped_organizations
from playbooks.domain.organization import Directory


def read_directory(settings: Settings) -> Directory:
    """The organizations that ship, with what this installation adds. Raises Malformed, and OSError for no file."""
    own = (settings.directory.read_bytes(),) if settings.directory else ()
    return load_directory(shipped_organizations(), *own)
