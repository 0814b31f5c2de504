"""Folding entries into state: `evolve` for one entry, `fold` for all of them.

The workflows fold what they decide, the pages fold what a reader may see, and `muster incident rebuild` folds the
record: one function, so they cannot disagree. How each kind changes what, stands in `folding`.
"""

from collections.abc import Iterable
from typing import Final

from playbooks.domain.case import Case
from playbooks.domain.entry import Entry
from playbooks.domain.folding.consultations import CONSULTATIONS
from playbooks.domain.folding.effects import EFFECTS
from playbooks.domain.folding.evidence import EVIDENCE
from playbooks.domain.folding.growing import Change, Folding
from playbooks.domain.folding.incident import INCIDENT, evolve_incident
from playbooks.domain.folding.runs import RUNS
from playbooks.domain.folding.tasks import TASKS
from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.review import REVIEW_KINDS, evolve_review
from playbooks.domain.tenure import evolve_tenures


def fold(key: IncidentKey, entries: Iterable[Entry]) -> Case:
    """The case that these entries tell, in their order."""
    return carry_on(Case(state=IncidentState(key=key)), entries)


def evolve(case: Case, entry: Entry) -> Case:
    """The case after one more entry; kinds that change no state leave it as it is."""
    return carry_on(case, (entry,))


def carry_on(case: Case, entries: Iterable[Entry]) -> Case:
    """The case after more entries. What grows with the incident is copied once, not once for each entry."""
    entries = tuple(entries)
    if not entries:
        return case
    folding = Folding(
        **{name: dict(getattr(case, name)) for name in _MAPS},
        state=case.state,
        title=case.title,
        review=case.review,
        tenures=case.tenures,
    )
    for entry in entries:
        _take(folding, entry)
    folding.freeze()
    return case.model_copy(
        update={name: getattr(folding, name) for name in (*_MAPS, "state", "title", "review", "tenures")}
    )


def _take(folding: Folding, entry: Entry) -> None:
    folding.state = evolve_incident(folding.state, entry)
    if entry.texts and entry.kind in FOLDED:
        folding.texts[entry.id] = entry.texts
    if entry.kind == Kind.DECLARE:
        folding.title = entry.texts.get("title", "")
    change = _CASE.get(entry.kind)
    if change is not None:
        change(folding, entry)


def _given(case: Folding, entry: Entry) -> None:
    case.tenures = evolve_tenures(case.tenures, entry)


def _reviewed(case: Folding, entry: Entry) -> None:
    case.review = evolve_review(case.review, entry)


_MAPS: Final = ("tasks", "consultations", "runs", "effects", "evidence", "texts")

_CASE: dict[str, Change] = {
    **dict.fromkeys(REVIEW_KINDS, _reviewed),
    **dict.fromkeys((Kind.ROLE_ASSIGN, Kind.COMMAND_TRANSFER, Kind.PARTY_LEAVE), _given),
    **TASKS,
    **CONSULTATIONS,
    **EVIDENCE,
    **RUNS,
    **EFFECTS,
}

FOLDED: Final = frozenset((*INCIDENT, *_CASE))
"""The kinds that change a case; all others are read by themselves and leave it as it is."""
