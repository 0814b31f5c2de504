"""A run of a shipped playbook in the incident of these tests, moved on step by step."""

import hashlib
from dataclasses import dataclass, field

from playbooks.cacao.course import Contents, begin_course, evolve_course, reference, steps_by_number
from playbooks.cacao.course.standing import StepStanding
from playbooks.cacao.model import Playbook
from playbooks.domain.kinds import Kind
from playbooks.domain.run import move_of
from playbooks.library import NAMES, content, shipped
from tests.web.circle import Circle
from tests.worlds import RANSOMWARE, Story


def sha256_of(name: str) -> str:
    return hashlib.sha256(content(name)).hexdigest()


def contents_of(name: str) -> Contents:
    """The playbook and every other one of the library, as a run carries them."""
    playbooks: dict[str, Playbook] = {}
    for each in NAMES:
        found = shipped(each).playbook
        assert found is not None
        playbooks[sha256_of(each)] = found
    carried = {reference(playbook.id, None): sha256 for sha256, playbook in playbooks.items()}
    return Contents(sha256_of(name), playbooks, carried)


@dataclass
class ARun:
    """Started when it is made; each move is an entry of the incident, as pages get to see it."""

    circle: Circle
    name: str = "ransomware"
    run: str = "R-9"
    story: Story = field(init=False)

    def __post_init__(self) -> None:
        told = self.circle.views.entries[RANSOMWARE]
        self.story = Story(at=told[-1].at, entries=list(told))
        self._contents = contents_of(self.name)
        carried = dict(self._contents.carried)
        self._say(Kind.RUN_START, playbook=self.name, content=self._contents.main, carried=carried)
        self._course = begin_course(self._contents, self.story.at)

    def begins(self, *numbers: str) -> None:
        for number in numbers:
            self._say(
                Kind.STEP_START, step=self._step(number).keys[0], texts={"name": self._step(number).name}
            )

    def ends(self, number: str, outcome: str = "success", **outputs: str) -> None:
        if not self._step(number).since or number not in self._begun:
            self.begins(number)
        named = {f"__{name}__": value for name, value in outputs.items()}
        self._say(Kind.STEP_SETTLE, step=self._step(number).keys[0], outcome=outcome, out_args=named)

    @property
    def _begun(self) -> list[str]:
        by_key = {key: step.number for step in self._steps.values() for key in step.keys}
        return [by_key[key] for key in self._course.begun if key in by_key]

    @property
    def _steps(self) -> dict[str, StepStanding]:
        return steps_by_number(self._contents, self._course)

    def _step(self, number: str) -> StepStanding:
        return self._steps[number]

    def _say(self, kind: Kind, **said: object) -> None:
        entry = self.story.say("playbook of UNHCR", 1, kind, f"run/{self.run}", run=self.run, **said)
        self.circle.views.append(entry)
        move = move_of(entry)
        if move is not None:
            self._course = evolve_course(self._contents, self._course, move)


def in_the_middle(circle: Circle) -> ARun:
    """Ransomware in four streams: some steps done, some running, one failed, one that waits."""
    run = ARun(circle)
    for number in ("1", "2", "3"):
        run.ends(number)
    run.ends("4", is_ransomware="true")
    run.ends("5a1a1")
    run.begins("5a1a2")
    run.ends("5a1b1", containment="approved")
    run.ends("5a1b2a1", "failure")
    run.ends("5a1c1", "skip")
    return run
