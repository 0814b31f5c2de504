"""What one organization's project in a tracker wants of its tickets: types, priorities, statuses, fields, levels."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, JsonValue, model_validator

from playbooks.domain.errors import Permanent
from playbooks.domain.incident import Severity
from playbooks.domain.marking import Marking
from playbooks.ports.ticketing import CreateTicket, TicketStatus
from playbooks.texts import load_texts

OURS: Final = frozenset(
    {"project", "issuetype", "summary", "description", "labels", "priority", "assignee", "security", "parent"}
)
"""Fields that Muster fills by rules of their own."""
_ID: Final = re.compile(r"[a-z][A-Za-z0-9_]*")
_PLACE: Final = re.compile(r"\{([a-z_]*)\}")
_KNOWN: Final = ("incident", "severity", "marking", "due_on", "organization", "effect")


class TrackerProject(BaseModel):
    """What a project wants of its tickets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issue_type: str = "Task"
    subtask_type: str = ""
    """The type of action items that belong to the incident's ticket; without one they are tickets of their own."""
    priorities: Mapping[Severity, str] = {
        Severity.CRITICAL: "Highest",
        Severity.HIGH: "High",
        Severity.MEDIUM: "Medium",
        Severity.LOW: "Low",
    }
    """The project's priorities by severity; a severity without one is not sent."""
    statuses: Mapping[TicketStatus, str] = {}
    """The status to reach by name; without one, the first way into Jira's own category."""
    fields: Mapping[str, JsonValue] = {}
    """Further fields, by id or by the name that people see; `{incident}` and the like in their values are filled."""
    security: Mapping[Marking, str] = {}
    """The name of the security level by marking; without any, no level is set."""

    @model_validator(mode="after")
    def _fillable(self) -> Self:
        if taken := sorted(OURS & self.fields.keys()):
            raise ValueError(load_texts().say("file.project.taken", names=", ".join(taken)))
        said = (name for text in _texts(dict(self.fields)) for name in _PLACE.findall(text))
        unknown = set(said) - set(_KNOWN)
        if unknown:
            raise ValueError(
                load_texts().say(
                    "file.project.unknown",
                    known=", ".join(f"{{{name}}}" for name in _KNOWN),
                    names=", ".join(sorted(f"{{{name}}}" for name in unknown)),
                )
            )
        return self

    def severities(self, priority: str) -> tuple[Severity, ...]:
        """What a priority may stand for: whatever is called so, and whatever is never sent."""
        names = {severity: self.priorities.get(severity) for severity in Severity}
        return tuple(each for each, name in names.items() if name is None or name == priority or not priority)

    def level(self, marking: Marking) -> str | None:
        """The security level for a marking: its own, else the nearest stricter one. Raises Permanent for none."""
        if not self.security:
            return None
        fit = [each for each in self.security if marking.within(each)]
        if not fit:
            raise Permanent(
                f"The project has no security level for {marking}; name one under `security`.",
                code="no_security_level",
                about=marking.value,
            )
        return self.security[min(fit, key=lambda each: each.strictness)]

    def levels(self, marking: Marking) -> frozenset[str] | None:
        """The security levels of tickets that may hold what is marked so; None where the project has no levels."""
        if not self.security:
            return None
        return frozenset(name for each, name in self.security.items() if marking.within(each))

    def filled(self, request: CreateTicket, marking: Marking, organization: str) -> dict[str, JsonValue]:
        """The further fields of one ticket, their places filled with codes."""
        codes = {
            "incident": request.effect_id.split("/")[2],
            "severity": request.severity.value,
            "marking": marking.value,
            "due_on": request.due_on.isoformat() if request.due_on else "",
            "organization": organization,
            "effect": request.effect_id,
        }
        return {name: _filled(value, codes) for name, value in self.fields.items()}


def is_field_id(name: str) -> bool:
    """Whether a field is named by its id, `customfield_10042`, rather than as people see it."""
    return _ID.fullmatch(name) is not None


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401  any JSON value
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(each)


def _filled(value: Any, codes: Mapping[str, str]) -> Any:  # noqa: ANN401  any JSON value
    if isinstance(value, str):
        return _PLACE.sub(lambda place: codes[place[1]], value)
    if isinstance(value, list):
        return [_filled(each, codes) for each in value]
    if isinstance(value, dict):
        return {name: _filled(each, codes) for name, each in value.items()}
    return value
