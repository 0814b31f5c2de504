"""What a run carries: its playbook and those that its steps run, each fixed by the hash of its content."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playbooks.cacao.course.carrying import reference
from playbooks.cacao.model import Playbook, PlaybookActionStep


@dataclass(frozen=True)
class Contents:
    """Playbooks by the SHA-256 of their content. `carried` says which of them a step's reference means."""

    main: str
    playbooks: Mapping[str, Playbook]
    carried: Mapping[str, str] = field(default_factory=dict)

    def run_by(self, step: PlaybookActionStep) -> str | None:
        """The hash of the playbook that a step runs; None when nobody here knows it."""
        content = self.carried.get(reference(step.playbook_id, step.playbook_version))
        return content if content in self.playbooks else None
