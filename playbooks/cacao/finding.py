"""What a check says about a playbook: where, which rule, how bad, what to do; in words when somebody reads it."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from typing_extensions import override

from playbooks.domain.saying import Saying
from playbooks.texts.catalogue import load_texts

_PREFIX = "finding."
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
    said: Saying
    """What is wrong, `finding.<code>` of the catalogue."""
    advice: Saying
    """What to do about it."""
    step: str | None = None
    """What people call the step, when it is about one."""
    line: int | None = None
    """Line of the file, counted from 1, where that is known."""

    @property
    def code(self) -> str:
        """What is wrong, for machines: the same in every language."""
        return self.said.text.removeprefix(_PREFIX)

    @property
    def problem(self) -> str:
        """What is wrong, in the language of whoever is spoken to."""
        return str(self.said)

    @property
    def remedy(self) -> str:
        """What to do, in the language of whoever is spoken to."""
        return str(self.advice)

    def on(self, line: int | None) -> "Finding":
        """The same, about this line of the file."""
        return self.model_copy(update={"line": line})

    @property
    def where(self) -> str:
        """Line, step and path, as people look for it, in the language of whoever is spoken to."""
        return str(self.at)

    @property
    def at(self) -> Saying:
        """Line, step and path, to be read in any language."""
        known = {"line": self.line, "step": self.step, "path": self.pointer}
        named = {name: value for name, value in known.items() if value}
        return Saying(text="_".join((f"{_PREFIX}at", *named)), args=named)

    @property
    def pointer(self) -> str:
        """The path in the form `workflow.action--….commands[0]`."""
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return text.removeprefix(".")

    @override
    def __str__(self) -> str:
        texts = load_texts()
        return texts.say(
            "finding.whole",
            severity=texts.say(f"finding.severity.{self.severity.value}"),
            where=self.where,
            problem=self.problem,
            remedy=self.remedy,
            rule=self.rule,
        )


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


def refuse(path: Path, rule: str, code: str, *, remedy: str = "", **named: object) -> Finding:
    """A finding that keeps the playbook from running: `finding.<code>` of the catalogue, and what fills it.

    What to do is `finding.<code>.remedy`, or `finding.remedy.<remedy>` where many findings have it in common.
    """
    return _finding(Severity.REFUSE, path, rule, code, remedy, named)


def warn(path: Path, rule: str, code: str, *, remedy: str = "", **named: object) -> Finding:
    """A finding that says how something doubtful is understood; its texts as those of `refuse`."""
    return _finding(Severity.WARN, path, rule, code, remedy, named)


def _finding(
    severity: Severity, path: Path, rule: str, code: str, remedy: str, named: dict[str, object]
) -> Finding:
    advice = f"remedy.{remedy}" if remedy else f"{code}.remedy"
    return Finding(
        severity=severity,
        path=path,
        rule=rule,
        said=Saying(text=_PREFIX + code, args=named),
        advice=Saying(text=_PREFIX + advice, args=named),
    )
