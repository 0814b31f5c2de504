"""The directory: the organizations of document 004's Annex as data, and whom each has named to act for it."""

from playbooks.directory.check import Finding, Weight, check_directory
from playbooks.directory.load import load_directory

__all__ = ["Finding", "Weight", "check_directory", "load_directory"]
