"""An entry of nobody: what was said and when, without who said it and who took part (Chatham House Rule, 004 §5).

So that an incident can still be folded for a reader under the rule. What a kind tells of somebody alone (who joined,
who holds which role, whose task it is) is not folded for her; the story shows of it what `release` gives.
"""

from typing import Final

from playbooks.domain.entry import Entry
from playbooks.domain.kinds import Kind
from playbooks.domain.proof.slots import IDENTIFYING, WITHHELD_ACTOR

TELL_OF_NOBODY: Final = frozenset(
    {
        *(Kind.DECLARE, Kind.SEVERITY_CHANGE, Kind.PHASE_CHANGE, Kind.CLOSE, Kind.REOPEN, Kind.RESTRICT),
        *(
            Kind.INDICATORS_ADD,
            Kind.NOTE_ADD,
            Kind.ENTRY_CORRECT,
            Kind.MESSAGE_PIN,
            Kind.UPDATE_POST,
            Kind.UPDATE_REMIND,
        ),
        *(Kind.PARTY_INVITE, Kind.GUEST_ADMIT, Kind.ALERTS_ATTACH, Kind.HOLD_PLACE, Kind.HOLD_LIFT),
        *(Kind.REVIEW_OPEN, Kind.REVIEW_SAVE, Kind.REVIEW_REMIND, Kind.REVIEW_PUBLISH),
        *(Kind.REVIEW_SETTLE, Kind.REVIEW_RESUME),
        *(Kind.RUN_START, Kind.RUN_PAUSE, Kind.RUN_RESUME, Kind.RUN_ABORT, Kind.RUN_END),
        *(
            Kind.STEP_START,
            Kind.STEP_WAIT,
            Kind.STEP_DECIDE,
            Kind.STEP_SKIP,
            Kind.STEP_RETRY,
            Kind.STEP_SETTLE,
        ),
        *(Kind.STEP_REMAIN, Kind.UNDO_START, Kind.UNDO_SETTLE, Kind.UNDO_STUCK),
    }
)
"""The kinds that still tell something when nobody may be named."""


def unnamed(entry: Entry) -> Entry | None:
    """The entry without whom it tells of; None where it tells of nothing else."""
    if entry.kind not in TELL_OF_NOBODY:
        return None
    data = {name: value for name, value in entry.data.items() if name not in IDENTIFYING}
    withheld = {"actor": WITHHELD_ACTOR, "subject": "", "audience": (), "cause": None}
    return entry.model_copy(update={**withheld, "data": data})
