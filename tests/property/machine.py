"""What the machines of the circle share: one scene, and all that comes of it held against the rules said anew."""

from contextlib import suppress
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from playbooks.domain.command import Command
from playbooks.domain.consultation import tally
from playbooks.domain.entry import Entry
from playbooks.domain.errors import IncidentError
from playbooks.domain.ids import ConsultationId
from playbooks.domain.kinds import Kind
from tests.casts import Scene, actor
from tests.property.said_anew import check

rarely: Final = st.sampled_from((*(False,) * 5, True))
"""For what ends most of what a scene may still come to: restricting, closing, leaving."""


class SceneMachine(RuleBasedStateMachine):
    """People try what they will; what is refused leaves nothing, and what is let through keeps to the rules."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene()

    def attempt(self, who: str, verb: str, **args: Any) -> tuple[Entry, ...]:
        """What somebody's command led to; nothing where it was refused."""
        past, case = list(self.scene.entries), self.scene.case
        try:
            entries = self.scene.do(who, verb, **args)
        except IncidentError:
            assert self.scene.entries == past
            return ()
        check(entries, past, case)
        return entries

    def say_and_settle(self, id: str, who: str, option: str, **args: Any) -> None:
        """An answer, and what its consultation and the incident do once it is decided: what was held is done."""
        self.attempt(who, "answer", consultation=id, option=option, **args)
        asked = self.scene.consultation(id)
        outcome = tally(asked.question, asked.answers).outcome
        if self.scene.state.consultations.get(id) != "open" or outcome == "open":
            return
        said = {"consultation": id, "outcome": outcome, "counts": {}, "missing": []}
        timer = actor(f"timer of {self.scene.state.lead}")
        closed = {"id": f"closed-{id}", "kind": Kind.QUESTION_CLOSE, "actor": timer, "data": said}
        self.scene.entries.append(self.scene.entries[-1].model_copy(update=closed))
        awaited = self.scene.state.awaited.get(id)
        if outcome == "approved" and awaited is not None:
            self._do_what_waited(awaited.agreed(self.scene.key, ConsultationId(id)))

    def _do_what_waited(self, held: Command) -> None:
        past, case = list(self.scene.entries), self.scene.case
        with suppress(IncidentError):
            entries = self.scene.judged(held)
            self.scene.entries.extend(entries)
            check(entries, past, case)
