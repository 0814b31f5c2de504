"""Permissible Actions Protocol: what may be done *with* an indicator, as TLP says how far it may go.

After the taxonomy of MISP (https://www.misp-project.org/taxonomies.html, PAP). The adversary may watch who asks
about what is his; PAP bounds what he could notice.
"""

from enum import StrEnum
from typing import Final

from playbooks.domain.errors import Malformed, Refused
from playbooks.domain.saying import says


class Pap(StrEnum):
    """The label, strictest last."""

    CLEAR = "PAP:CLEAR"
    GREEN = "PAP:GREEN"
    AMBER = "PAP:AMBER"
    RED = "PAP:RED"

    @property
    def strictness(self) -> int:
        """0 for CLEAR up to 3 for RED; for comparison only."""
        return tuple(Pap).index(self)


class LookUp(StrEnum):
    """What looking an indicator up touches."""

    WITHIN = "within"
    """One's own logs and records: nobody outside can notice."""
    PASSIVE = "passive"
    """A third party's service that keeps what it knows, without touching what the indicator names."""
    ACTIVE = "active"
    """What the indicator names itself: its name resolved, its address connected to."""


DEFAULT_PAP: Final = Pap.AMBER
"""Where nobody said: a stranger's service may be asked, the adversary's machine may not be touched."""

_FURTHEST: Final = {
    Pap.CLEAR: LookUp.ACTIVE,
    Pap.GREEN: LookUp.ACTIVE,
    Pap.AMBER: LookUp.PASSIVE,
    Pap.RED: LookUp.WITHIN,
}
_ORDER: Final = tuple(LookUp)


def may_look_up(pap: Pap, how: LookUp) -> bool:
    """Tell whether a label lets an indicator be looked up so."""
    return _ORDER.index(how) <= _ORDER.index(_FURTHEST[pap])


def check_look_up(pap: Pap, how: LookUp) -> None:
    """Raise Refused where the label does not let an indicator be looked up so; asked before any automatic one."""
    if not may_look_up(pap, how):
        raise Refused(
            says("pap", pap=pap.value, how=how),
            source="PAP",
        )


def strictest_pap(*labels: Pap) -> Pap:
    """The label of what is made of several parts; RED for nothing at all."""
    return max(labels, key=lambda pap: pap.strictness, default=Pap.RED)


def parse_pap(text: str) -> Pap:
    """Read a label as people type it: `green`, `PAP:GREEN`; WHITE is the older word for CLEAR. Raises Malformed."""
    label = text.strip().upper().removeprefix("PAP:").replace("WHITE", "CLEAR")
    try:
        return Pap(f"PAP:{label}")
    except ValueError:
        raise Malformed(says("unknown_pap", label=text[:60], pap=list(Pap))) from None
