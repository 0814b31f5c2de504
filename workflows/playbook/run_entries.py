"""The entries that a run writes of itself."""

from datetime import datetime

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.kinds import Kind
from playbooks.domain.situation import Situation


class RunEntries:
    """Drafts them: by the playbook as actor, with the marking and the audience that the incident has now."""

    def __init__(self, run: str, started: Entry) -> None:
        self._run = run
        self._started = started
        self.actor = Actor(
            id=f"playbook:{started.data['playbook']}",
            kind=ActorKind.PLAYBOOK,
            organization=started.actor.organization,
        )

    def step(self, kind: Kind, step: str, at: datetime, situation: Situation, **data: object) -> Entry:
        """The beginning or the end of a step's execution."""
        return self._entry(kind, f"{kind}/{step}", at, situation, step=step, **data)

    def ended(self, outcome: str, at: datetime, situation: Situation) -> Entry:
        """The end of the run."""
        return self._entry(Kind.RUN_END, "end", at, situation, outcome=outcome)

    def _entry(self, kind: Kind, occasion: str, at: datetime, situation: Situation, **data: object) -> Entry:
        return Entry(
            id=entry_id(f"{situation.key}/{self._run}/{occasion}"),
            incident=situation.key,
            kind=kind,
            at=at,
            actor=self.actor,
            subject=f"run/{self._run}",
            data={"run": self._run, "playbook": self._started.data["playbook"], **data},
            marking=situation.marking,
            audience=situation.incident.audience,
            cause=self._started.cause,
        )
