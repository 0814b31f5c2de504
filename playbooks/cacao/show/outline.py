"""The steps of a playbook in the order of doing, numbered like chapters, branches inside the steps that open them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from playbooks.cacao.model import Identifier, Playbook, Step
from playbooks.cacao.show.numbering import branch_number
from playbooks.cacao.show.wording import branch_title, opening, say, who, work
from playbooks.cacao.structure import ends_branch


@dataclass
class Entry:
    """One step as it is read. `number` is like `5.2.1`; `branches` are titles with the entries under them."""

    number: str
    step_id: Identifier
    title: str
    who: str
    work: tuple[str, ...]
    opening: str
    """Of a step with branches: what decides between them."""
    branches: list[tuple[str, list["Entry"]]] = field(default_factory=list)
    leads_to: str = ""
    """Where it goes on, when that is not the entry below it."""
    on_failure: str = ""
    is_aside: bool = False
    """Nothing above leads to it: a failure, an exception or nothing at all does."""


def outline(playbook: Playbook) -> list[Entry]:
    """The main line, then whatever only a failure, an exception or nothing leads to."""
    return _Outline(playbook).entries()


def begins_aside(entries: Sequence[Entry], index: int) -> bool:
    """Whether here begins what only a failure leads to."""
    return entries[index].is_aside and not any(entry.is_aside for entry in entries[:index])


class _Outline:
    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._steps = playbook.workflow
        self._placed: dict[Identifier, None] = {}

    def entries(self) -> list[Entry]:
        entries: list[Entry] = []
        for root in (self._playbook.workflow_start, *self._steps):
            count = len(entries)
            self._chain(root, entries, "", ())
            if 0 < count < len(entries):
                entries[count].is_aside = True
        return entries

    def _chain(
        self, current: Identifier, entries: list[Entry], prefix: str, openers: tuple[Identifier, ...]
    ) -> None:
        """Append a step and what follows it, until an end or something that stands elsewhere."""
        while current in self._steps and current not in self._placed:
            step = self._steps[current]
            self._placed[current] = None
            following = step.on_success or step.on_completion
            if step.type == "end":
                return
            if step.type != "start":
                entries.append(self._entry(current, step, f"{prefix}{len(entries) + 1}", openers))
            if following is None or ends_branch(self._playbook, iter(openers), following):
                return
            if following in self._placed and self._is_work(following) and entries:
                entries[-1].leads_to = self._playbook.label(following)
            current = following

    def _is_work(self, step_id: Identifier) -> bool:
        return step_id in self._steps and self._steps[step_id].type not in ("start", "end")

    def _entry(self, step_id: Identifier, step: Step, number: str, openers: tuple[Identifier, ...]) -> Entry:
        entry = Entry(
            number=number,
            step_id=step_id,
            title=self._playbook.label(step_id),
            who=who(self._playbook, step),
            work=tuple(work(self._playbook, step)),
            opening=opening(step),
        )
        if step.on_failure is not None and self._is_work(step.on_failure):
            entry.on_failure = self._playbook.label(step.on_failure)
        entry.branches = list(self._branches(step, number, (step_id, *openers)))
        return entry

    def _branches(
        self, step: Step, number: str, openers: tuple[Identifier, ...]
    ) -> Iterator[tuple[str, list[Entry]]]:
        for index, (link, target) in enumerate(step.branches):
            entries: list[Entry] = []
            inner = branch_number(number, index, len(step.branches))
            if target in self._placed and self._is_work(target):
                elsewhere = say("see", title=self._playbook.label(target))
                yield f"{branch_title(step, link, index)} ({elsewhere})", entries
                continue
            self._chain(target, entries, inner, openers)
            yield branch_title(step, link, index), entries
