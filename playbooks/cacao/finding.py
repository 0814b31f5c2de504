"""What a check says about a playbook: where, which rule, how bad, what to do."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from typing_extensions import override

Path = tuple[str | int, ...]
"""The way to a value: property names and list positions, from the top of the document."""


class Severity(StrEnum):
    """Whether the playbook may run: `refuse` means that it may not, `warn` that it may and how it is understood."""

    REFUSE = "refuse"
    WARN = "warn"


class Finding(BaseModel):
    """One thing to know about a document before anyone relies on it."""

    model_config = ConfigDict(frozen=True)

    severity: Severity
    path: Path
    rule: str
    """The standard and section, or `Muster` and the name of the decision or limit."""
    problem: str
    remedy: str
    step: str | None = None
    """What people call the step, when it is about one."""
    line: int | None = None
    """Line of the file, counted from 1, where that is known."""

    @property
    def where(self) -> str:
        """Line, step and path, as people look for it."""
        parts = [
            f"line {self.line}" if self.line else "",
            f"step “{self.step}”" if self.step else "",
            self.pointer,
        ]
        return ", ".join(part for part in parts if part) or "the document"

    @property
    def pointer(self) -> str:
        """The path in the form `workflow.action--….commands[0]`."""
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return text.removeprefix(".")

    @override
    def __str__(self) -> str:
        return f"{self.severity}: {self.where}: {self.problem} {self.remedy} ({self.rule})"


class Verdict(StrEnum):
    """The answer for a whole file."""

    OK = "ok"
    WARNINGS = "ok with warnings"
    REFUSED = "refused"


def verdict(findings: tuple[Finding, ...]) -> Verdict:
    """Refused if anything refuses; otherwise ok, with warnings if there are any."""
    if any(finding.severity is Severity.REFUSE for finding in findings):
        return Verdict.REFUSED
    return Verdict.WARNINGS if findings else Verdict.OK


def refuse(path: Path, rule: str, problem: str, remedy: str, *, line: int | None = None) -> Finding:
    """A finding that keeps the playbook from running."""
    return Finding(severity=Severity.REFUSE, path=path, rule=rule, problem=problem, remedy=remedy, line=line)


def warn(path: Path, rule: str, problem: str, remedy: str) -> Finding:
    """A finding that says how something doubtful is understood."""
    return Finding(severity=Severity.WARN, path=path, rule=rule, problem=problem, remedy=remedy)
