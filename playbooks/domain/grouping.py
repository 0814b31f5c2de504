"""Which alerts are the same thing again, and which belong to the same attack.

Three keys, each a pure function of one alert alone, so the order of arrival cannot matter:

* `delivery_key`: the same message again (a retry). It is answered as before and not counted.
* `fingerprint`: the same thing seen again (same detection, same who and what). It is counted.
* `group_key`: the same attack. One group becomes at most one incident.

The way of grouping is data (`Grouping`): the first rule that matches says by what the group is made. A group is one
organization's, and of its alerts alone, unless a rule names the organizations that agreed to more.
"""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from playbooks.domain.alert import UNKNOWN_FORMAT, AlertSeverity, NormalizedAlert
from playbooks.domain.ids import OrganizationCode

_DIGITS: Final = 32


class GroupField(StrEnum):
    """What a group may be made by; `subject` is what the alert is about, by the function of that name."""

    ORGANIZATION = "organization"
    CORRELATION = "correlation"
    TACTIC = "tactic"
    RULE = "rule"
    SUBJECT = "subject"
    HOST = "host"
    USER = "user"
    INDICATOR = "indicator"


class GroupRule(BaseModel):
    """One way of grouping: alerts with all of `needs` and one of `tactics` (if given) go `by` these.

    Alerts of different organizations are never one group, whatever `by` says, but those of `among`: organizations that
    agreed to it. Such a group is held by `held_by`, whose people see it and all its alerts, and nobody else's do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    by: tuple[GroupField, ...] = Field(min_length=1)
    needs: tuple[GroupField, ...] = ()
    tactics: tuple[str, ...] = ()
    among: tuple[OrganizationCode, ...] = ()
    held_by: OrganizationCode | None = None
    within: timedelta | None = Field(default=None, gt=timedelta())
    """After so long a silence what waits or is suppressed is left as it is, and the same is a new group."""

    @model_validator(mode="after")
    def _shared_by_agreement(self) -> Self:
        if bool(self.among) != (self.held_by is not None) or (
            self.held_by and self.held_by not in self.among
        ):
            raise ValueError(
                "`among` names the organizations that agreed, `held_by` the one of them that holds it"
            )
        return self


class Grouping(BaseModel):
    """The rules in order; an alert that none of them matches is grouped by organization and subject."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: tuple[GroupRule, ...] = ()


LAST_RULE: Final = GroupRule(name="subject", by=(GroupField.ORGANIZATION, GroupField.SUBJECT))

DEFAULT_GROUPING: Final = Grouping(
    rules=(
        GroupRule(
            name="impact",
            by=(GroupField.ORGANIZATION, GroupField.TACTIC),
            tactics=("TA0040",),
        ),
        GroupRule(
            name="source-groups",
            by=(GroupField.ORGANIZATION, GroupField.CORRELATION),
            needs=(GroupField.CORRELATION,),
        ),
    )
)
"""Impact (ATT&CK TA0040) within an organization is one attack; else what the source groups stays together."""


def delivery_key(alert: NormalizedAlert) -> str:
    """The same for a message sent twice; another one when the alert changed in between.

    What counts as a change: another occurrence, status or severity. Where the vendor gives no id, the body's
    own hash stands for it, so only an identical body is a repeat.
    """
    told = (alert.source_id, alert.occurrence, alert.status, alert.severity)
    return _digest("delivery", alert.format, alert.organization, *told)


def fingerprint(alert: NormalizedAlert) -> str:
    """The same for the same thing seen again: same source, detection, and who and what is touched.

    Times, ids, severity and status play no part; neither does the order in which hosts or users are listed.
    """
    if alert.format == UNKNOWN_FORMAT:
        return _digest("fingerprint", UNKNOWN_FORMAT, alert.raw_sha256)
    affected = alert.affected
    touched = (affected.hosts, affected.users, affected.cloud_resources, affected.files, affected.hashes)
    parts = [_set(values) for values in touched]
    return _digest(
        "fingerprint", alert.format, alert.organization, _rule(alert), *parts, _set(alert.origin.ip_addresses)
    )


def group_key(alert: NormalizedAlert, grouping: Grouping = DEFAULT_GROUPING) -> str:
    """The key of the attack this alert belongs to: each is in exactly one group, whatever came before it.

    Tests and samples have groups of their own, so none is counted in an incident.
    """
    rule = group_rule(alert, grouping)
    values = (_value(alert, field, rule) for field in rule.by)
    return _digest("group", *_test(alert), rule.name, _fold(_holder(alert, rule)), *values)


def holder(alert: NormalizedAlert, grouping: Grouping = DEFAULT_GROUPING) -> OrganizationCode:
    """Whose group the alert is in: its organization's, or that of those who agreed to hold theirs together."""
    return _holder(alert, group_rule(alert, grouping))


def _holder(alert: NormalizedAlert, rule: GroupRule) -> OrganizationCode:
    return rule.held_by or OrganizationCode(alert.organization or "")


def group_rule(alert: NormalizedAlert, grouping: Grouping = DEFAULT_GROUPING) -> GroupRule:
    """The rule by which the alert is grouped, to explain its group to people."""
    for rule in grouping.rules:
        wanted = not rule.tactics or any(tactic in rule.tactics for tactic in alert.tactics)
        meant = not rule.among or alert.organization in rule.among
        if wanted and meant and all(_value(alert, field, rule) for field in rule.needs):
            return rule
    return LAST_RULE


def escalates(before: AlertSeverity, after: AlertSeverity) -> bool:
    """Whether a group got worse. From unknown, medium and above is worse; to unknown never is."""
    order = tuple(AlertSeverity)
    floor = AlertSeverity.LOW if before is AlertSeverity.UNKNOWN else before
    return order.index(after) > order.index(floor)


def _value(alert: NormalizedAlert, field: GroupField, rule: GroupRule) -> str:
    correlated = f"{alert.format}|{alert.correlation_uid}" if alert.correlation_uid else ""
    values: dict[GroupField, str] = {
        GroupField.ORGANIZATION: _fold(alert.organization or ""),
        GroupField.CORRELATION: correlated,
        GroupField.TACTIC: _least(one for one in alert.tactics if not rule.tactics or one in rule.tactics),
        GroupField.RULE: _rule(alert),
        GroupField.SUBJECT: subject(alert),
        GroupField.HOST: _least(alert.affected.hosts),
        GroupField.USER: _least(alert.affected.users),
        GroupField.INDICATOR: _least(indicator.value for indicator in alert.indicators),
    }
    return values[field]


def subject(alert: NormalizedAlert) -> str:
    """What the alert is about: a host, else a user, a cloud resource, a file's hash, an address, its rule."""
    affected = alert.affected
    for kind, values in (
        ("host", affected.hosts),
        ("user", affected.users),
        ("cloud", affected.cloud_resources),
        ("hash", affected.hashes),
        ("address", affected.ip_addresses or alert.origin.ip_addresses),
    ):
        if values:
            return f"{kind}:{_least(values)}"
    return f"rule:{_rule(alert)}" if alert.format != UNKNOWN_FORMAT else f"body:{alert.raw_sha256}"


def _rule(alert: NormalizedAlert) -> str:
    return f"{alert.format}|{alert.rule_id or _fold(alert.rule_name or alert.title)}"


def _test(alert: NormalizedAlert) -> tuple[str, ...]:
    return ("test",) if alert.is_test else ()


def _least(values: Iterable[str]) -> str:
    return min((_fold(value) for value in values), default="")


def _set(values: Iterable[str]) -> str:
    return "\x1f".join(sorted({_fold(value) for value in values}))


def _fold(value: str) -> str:
    return value.strip().casefold()


def _digest(*parts: str | None) -> str:
    text = "\x1e".join(part or "" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
