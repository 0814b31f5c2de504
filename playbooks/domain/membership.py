"""An organization's standing in the community of practice."""

from enum import StrEnum


class Membership(StrEnum):
    """An organization's standing in the community of practice (document 004, Annex)."""

    MEMBER = "member"
    OBSERVER = "observer"
