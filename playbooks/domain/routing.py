"""What follows from an alert: declare an incident, attach it to an open one, or leave it for triage.

Rules are data, tried in order; the first that matches decides (ISO/IEC 27035-1: an event becomes an incident
by an assessment, and the record says whose it was). Three things no rule can change, because they would page
people for nothing: a test or sample never declares, a resolved alert never declares, and what belongs to an
open incident is attached to it. Every decision carries the rule's name and why it was taken: in the
rule's own words, or by a text of the catalogue.

A rule may hold for a while only (`since`, `until`): maintenance, a phishing simulation, a noise with a ticket.
Suppressing always ends by itself, so that nothing stays unseen because somebody forgot.
"""

import hashlib
import re
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Final, Literal, Self

import cel
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, InstanceOf, field_validator, model_validator

from playbooks.domain.actor import Actor
from playbooks.domain.alert import (
    Affected,
    AlertSeverity,
    AlertStatus,
    Indicator,
    IndicatorKind,
    NormalizedAlert,
    Origin,
    at_least,
)
from playbooks.domain.grouping import DEFAULT_GROUPING, Grouping
from playbooks.domain.incident import Severity
from playbooks.domain.provenance import comes_from, stated
from playbooks.domain.saying import Faulty, Saying, kept
from playbooks.texts import load_texts

_LONGEST_EXPRESSION: Final = 2_000
_LONGEST_WHY: Final = 500

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Match(_Frozen):
    """What a rule asks of an alert: everything given must hold; within a list one is enough."""

    formats: tuple[str, ...] = ()
    severities: tuple[AlertSeverity, ...] = ()
    at_least: AlertSeverity | None = None
    tactics: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    """ATT&CK technique ids; `T1486` also matches its sub-techniques, `T1059.001` itself alone."""
    organizations: tuple[str, ...] = ()
    is_test: bool | None = None
    words: tuple[str, ...] = ()
    """Words of which the title or the rule's name must contain one, whatever their case."""
    comes_from: tuple[str, ...] = ()
    """Addresses, networks, domains and mailboxes, of which it must name one as its origin or as a trace."""
    where: str | None = None
    """An expression of the Common Expression Language over `alert`, for what the fields above cannot say."""

    @field_validator("where")
    @classmethod
    def _where_can_be_evaluated(cls, where: str | None) -> str | None:
        if where is not None:
            _check_expression(where)
        return where

    @field_validator("comes_from")
    @classmethod
    def _comes_from_can_be_compared(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(stated(value) for value in values)

    def holds(self, alert: NormalizedAlert) -> bool:
        """Whether the alert is of the kind this rule is for."""
        return all(
            (
                not self.formats or alert.format in self.formats,
                not self.severities or alert.severity in self.severities,
                self.at_least is None or at_least(alert.severity, self.at_least),
                not self.tactics or any(tactic in self.tactics for tactic in alert.tactics),
                not self.techniques
                or any(_is_one(technique, self.techniques) for technique in alert.techniques),
                not self.organizations or (alert.organization or "") in self.organizations,
                self.is_test is None or alert.is_test is self.is_test,
                not self.words or _says(alert, self.words),
                not self.comes_from or comes_from(alert, self.comes_from),
            )
        ) and (self.where is None or _true(self.where, alert))


def _is_one(technique: str, wanted: tuple[str, ...]) -> bool:
    return technique in wanted or technique.partition(".")[0] in wanted


def _says(alert: NormalizedAlert, words: tuple[str, ...]) -> bool:
    text = f"{alert.title}\n{alert.rule_name or ''}".casefold()
    return any(word.casefold() in text for word in words)


_EXAMPLE: Final = NormalizedAlert(
    format="generic",
    product="Example",
    source_id="1",
    occurrence="1",
    correlation_uid="1",
    title="Example",
    rule_id="1",
    rule_name="Example",
    event_at=datetime(2026, 1, 1, tzinfo=UTC),
    detected_at=datetime(2026, 1, 1, tzinfo=UTC),
    received_at=datetime(2026, 1, 1, tzinfo=UTC),
    organization="UNICC",
    affected=Affected(**dict.fromkeys(Affected.model_fields, ("example",))),
    origin=Origin(**dict.fromkeys(Origin.model_fields, ("example",))),
    tactics=("TA0040",),
    techniques=("T1486",),
    indicators=(Indicator(kind=IndicatorKind.OTHER, value="example"),),
    link="https://example.org",
    raw=b"",
    raw_sha256="",
)
"""An alert that has everything, so that a fault in an expression shows when the rules are read."""


class Unevaluable(Faulty, ValueError):
    """An expression could not be evaluated for an alert; its fault says why."""


_STOPPED: Final = re.compile(r"<input>:(\d+):(\d+)")
"""Where CEL's parser says that it stopped, by line and column from 1."""


@cache
def _program(source: str) -> cel.Program:
    return cel.compile(source)


def _check_expression(source: str) -> None:
    """Raise ValueError for an expression that cannot be read, or that fails for an alert that has everything."""
    if len(source) > _LONGEST_EXPRESSION:
        raise ValueError(load_texts().say("file.rules.long", most=_LONGEST_EXPRESSION))
    try:
        _program(source)
    except ValueError as error:
        raise ValueError(_unread(str(error))) from None
    _true(source, _EXAMPLE)


def _unread(complaint: str) -> str:
    """Where the parser stopped; its list of what it would have taken there helps nobody who writes rules."""
    at = _STOPPED.search(complaint)
    texts = load_texts()
    return (
        texts.say("file.rules.unread_at", line=at[1], column=at[2]) if at else texts.say("file.rules.unread")
    )


def _true(source: str, alert: NormalizedAlert) -> bool:
    try:
        said = _program(source).execute({"alert": alert.model_dump(mode="json", exclude={"raw"})})
    except (ValueError, TypeError, KeyError, RuntimeError) as error:
        raise Unevaluable(
            kept("file.rules.unevaluable", source=source[:_LONGEST_WHY], said=str(error)[:_LONGEST_WHY])
        ) from None
    if not isinstance(said, bool):
        raise Unevaluable(kept("file.rules.neither", source=source[:_LONGEST_WHY]))
    return said


class DeclareOutcome(_Frozen):
    """Declare an incident: the playbook to run, its RSIT class, its severity (none: the alert's own)."""

    declare: Literal[True] = True
    playbook: Name | None = None
    incident_class: Annotated[str, Field(pattern=r"^[a-z][a-z-]+$")] = "other"
    severity: Severity | None = None


class TriageOutcome(_Frozen):
    """Leave it for a person."""

    triage: Literal[True] = True


class SuppressOutcome(_Frozen):
    """Bother nobody: it is counted and can be found, and when the rule has ended the others decide again."""

    suppress: Literal[True] = True


class RoutingRule(_Frozen):
    """One rule: a name to refer to, a sentence that says why, what it matches, for how long and what follows."""

    name: Name
    why: Annotated[str, Field(min_length=1, max_length=300)] | InstanceOf[Saying]
    """In its author's own words; of a rule that Muster makes itself, a text of the catalogue."""
    when: Match = Match()
    then: DeclareOutcome | TriageOutcome | SuppressOutcome
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    """Outside of these moments the rule is as if it were not there."""

    @model_validator(mode="after")
    def _suppressing_ends(self) -> Self:
        if isinstance(self.then, SuppressOutcome) and self.until is None:
            raise ValueError(load_texts().say("file.rules.endless"))
        if self.since and self.until and self.since >= self.until:
            raise ValueError(load_texts().say("file.rules.backwards"))
        return self

    def in_force(self, at: datetime) -> bool:
        """Whether the rule holds at this moment."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


class Routing(_Frozen):
    """An installation's rules in order, and how alerts are grouped. What no rule matches goes to triage."""

    version: Annotated[int, Field(ge=1)] = 1
    rules: tuple[RoutingRule, ...]
    grouping: Grouping = DEFAULT_GROUPING

    @property
    def identity(self) -> str:
        """What tells these rules from all others: the first 16 digits of the SHA-256 over them."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [rule.name for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            msg = load_texts().say("file.rules.twice", names=", ".join(twice))
            raise ValueError(msg)
        return self


class Declare(_Frozen):
    """An incident is to be declared."""

    kind: Literal["declare"] = "declare"
    rule: str
    because: Saying | str
    severity: Severity
    incident_class: str
    playbook: str | None = None
    by: Actor | None = None
    """Who declares it, when it is no rule."""


class Attach(_Frozen):
    """The alert belongs to an incident that is open."""

    kind: Literal["attach"] = "attach"
    rule: str
    because: Saying | str
    incident: str


class Triage(_Frozen):
    """A person decides; `is_test` marks samples and tests so that nobody takes them for real."""

    kind: Literal["triage"] = "triage"
    rule: str
    because: Saying | str
    is_test: bool = False


class Suppress(_Frozen):
    """Nobody is bothered while the rule holds."""

    kind: Literal["suppress"] = "suppress"
    rule: str
    because: Saying | str
    until: AwareDatetime


Decision = Annotated[Declare | Attach | Triage | Suppress, Field(discriminator="kind")]

_OWN_SEVERITY: Final = {
    AlertSeverity.CRITICAL: Severity.CRITICAL,
    AlertSeverity.HIGH: Severity.HIGH,
    AlertSeverity.MEDIUM: Severity.MEDIUM,
    AlertSeverity.LOW: Severity.LOW,
    AlertSeverity.INFORMATIONAL: Severity.LOW,
    AlertSeverity.UNKNOWN: Severity.MEDIUM,
}
"""The incident's first severity when a rule names none; a person changes it. Medium is the default."""


def decide(
    alert: NormalizedAlert, routing: Routing, open_incident: str | None = None
) -> Declare | Attach | Triage | Suppress:
    """What follows from the alert; `open_incident` is the key of its group's incident, if one is open.

    Pure: the same alert, rules and open incident give the same decision, whenever it is asked. A rule whose expression
    cannot be evaluated for this alert is not passed over: a person looks, and reads why.
    """
    if alert.is_test:
        return Triage(
            rule="test",
            because=kept("alert.because.test"),
            is_test=True,
        )
    if open_incident is not None:
        return Attach(rule="open-group", because=_attached(alert, open_incident), incident=open_incident)
    if alert.status is AlertStatus.RESOLVED:
        return Triage(
            rule="resolved",
            because=kept("alert.because.resolved"),
        )
    for rule in routing.rules:
        if not rule.in_force(alert.received_at):
            continue
        try:
            if rule.when.holds(alert):
                return _follow(rule, alert)
        except Unevaluable as error:
            return Triage(
                rule=rule.name, because=kept("alert.because.failed", rule=rule.name, fault=error.fault)
            )
    return Triage(rule="no-rule", because=kept("alert.because.no_rule"))


def _attached(alert: NormalizedAlert, incident: str) -> Saying:
    what = "resolved_of" if alert.status is AlertStatus.RESOLVED else "same_group"
    return kept(f"alert.because.{what}", incident=incident)


def _follow(rule: RoutingRule, alert: NormalizedAlert) -> Declare | Triage | Suppress:
    if isinstance(rule.then, SuppressOutcome) and rule.until is not None:
        return Suppress(rule=rule.name, because=rule.why, until=rule.until)
    if isinstance(rule.then, SuppressOutcome | TriageOutcome):
        return Triage(rule=rule.name, because=rule.why)
    return Declare(
        rule=rule.name,
        because=rule.why,
        severity=rule.then.severity or _OWN_SEVERITY[alert.severity],
        incident_class=rule.then.incident_class,
        playbook=rule.then.playbook,
    )
