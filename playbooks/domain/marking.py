"""Traffic Light Protocol 2.0 (FIRST, August 2022). It bounds passing on; it is no access list."""

from enum import StrEnum


class Marking(StrEnum):
    """The TLP label of an item; written in capitals, without spaces, never translated (TLP 2.0, section 2)."""

    CLEAR = "TLP:CLEAR"
    GREEN = "TLP:GREEN"
    AMBER = "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    RED = "TLP:RED"

    @property
    def strictness(self) -> int:
        """0 for CLEAR up to 4 for RED; for comparison only."""
        return _STRICTNESS[self]

    def within(self, ceiling: "Marking") -> bool:
        """Tell whether a channel cleared up to `ceiling` may carry this."""
        return self.strictness <= ceiling.strictness


_STRICTNESS = {marking: rank for rank, marking in enumerate(Marking)}

DEFAULT_MARKING = Marking.AMBER_STRICT
"""Of a new incident, until someone decides otherwise."""


def strictest(*markings: Marking) -> Marking:
    """The marking of what is derived from several parts: the strictest of them; RED for nothing at all."""
    return max(markings, key=lambda marking: marking.strictness, default=Marking.RED)
