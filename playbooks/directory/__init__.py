"""The directory: the organizations of document 004's Annex as data, and whom each has named to act for it."""

from importlib.resources import files

from playbooks.directory.check import Finding, Weight, check_directory
from playbooks.directory.load import load_directory

__all__ = ["Finding", "Weight", "check_directory", "demo_people", "load_directory", "shipped_organizations"]


def shipped_organizations() -> bytes:
    """The organizations that ship: the first file of every directory."""
    return (files(__name__) / "organizations.yaml").read_bytes()


def demo_people() -> bytes:
    """People for demo and rehearsal, by function; a real installation names its own."""
    return (files(__name__) / "demo_people.yaml").read_bytes()
