"""What of a story is routine: read on demand, so that what people decided stands out."""

from typing import Final

from playbooks.actions.action import Level
from playbooks.actions.effect import OutcomeState
from playbooks.actions.registry import ACTIONS
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Shown

_ROUTINE: Final = frozenset(
    action.name for action in ACTIONS if action.level is Level.ROUTINE and action.undo is None
)
"""Actions that leave nothing to take back."""


def is_routine(shown: Shown) -> bool:
    """Whether an entry tells what was about to be done, or what went well and leaves nothing to take back."""
    if shown.slots.get("kind") != Kind.EFFECT_CONCLUDE:
        return shown.slots.get("kind") == Kind.EFFECT_INTEND
    came = shown.slots.get("data") or {}
    went_well = came.get("state") == OutcomeState.DONE and not came.get("missing")
    return went_well and came.get("action") in _ROUTINE
