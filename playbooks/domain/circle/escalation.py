"""What the community's Secretary may escalate to the Digital and Technology Network: one of a few issues, as a code."""

from enum import StrEnum


class Issue(StrEnum):
    """What the network is asked about; a code alone tells nobody who was attacked, or how that was found."""

    DIRECTION = "direction"
    """The community receives direction from the network (document 004, §7)."""
    RESOURCES = "resources"
    """What the organizations have does not suffice (document 002, §10)."""
    PARTICIPATION = "participation"
    """A joint response lacks those it needs."""
    INABILITY = "inability"
    """The lead of a working group declared that it cannot be done (document 004, §6)."""
