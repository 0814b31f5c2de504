"""Which alerts are the same thing again, and which belong to the same attack.

Three keys, each a pure function of one alert alone, so the order of arrival cannot matter:

* `delivery_key`: the same message again (a retry). It is answered as before and not counted.
* `fingerprint`: the same thing seen again (same detection, same who and what). It is counted.
* `group_key`: the same attack. One group becomes at most one incident.

The way of grouping is data (`Grouping`): the first rule that matches says by what the group is made.
"""

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from playbooks.domain.alert import UNKNOWN_FORMAT, AlertSeverity, NormalizedAlert

_DIGITS: Final = 32


class GroupField(StrEnum):
    """What a group may be made by. `subject` is the strongest of host, user, cloud resource, hash, address; else the rule."""

    ORGANIZATION = "organization"
    CORRELATION = "correlation"
    TACTIC = "tactic"
    RULE = "rule"
    SUBJECT = "subject"
    HOST = "host"
    USER = "user"
    INDICATOR = "indicator"


class GroupRule(BaseModel):
    """One way of grouping: alerts that have all of `needs` and, where given, one of the tactics, are grouped `by` the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    by: tuple[GroupField, ...] = Field(min_length=1)
    needs: tuple[GroupField, ...] = ()
    tactics: tuple[str, ...] = ()


class Grouping(BaseModel):
    """The rules in order; an alert that none of them matches is grouped by organization and subject."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: tuple[GroupRule, ...] = ()


LAST_RULE: Final = GroupRule(name="subject", by=(GroupField.ORGANIZATION, GroupField.SUBJECT))

DEFAULT_GROUPING: Final = Grouping(
    rules=(
        GroupRule(
            name="source-groups",
            by=(GroupField.ORGANIZATION, GroupField.CORRELATION),
            needs=(GroupField.CORRELATION,),
        ),
        GroupRule(
            name="impact",
            by=(GroupField.ORGANIZATION, GroupField.TACTIC),
            tactics=("TA0040",),
        ),
    )
)
"""What the source itself groups stays together; impact (ATT&CK TA0040) across one organization's machines is one attack."""


def delivery_key(alert: NormalizedAlert) -> str:
    """The same for a message sent twice; another one when the alert was resolved or got worse in between.

    Where the vendor gives no id, the body's own hash stands for it, so only an identical body is a repeat.
    """
    return _digest(
        "delivery", alert.format, alert.organization, alert.source_id, alert.status, alert.severity
    )


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
    """The key of the attack this alert belongs to: every alert is in exactly one group, whoever else came before it."""
    rule = group_rule(alert, grouping)
    return _digest("group", rule.name, *(_value(alert, field, rule) for field in rule.by))


def group_rule(alert: NormalizedAlert, grouping: Grouping = DEFAULT_GROUPING) -> GroupRule:
    """The rule by which the alert is grouped, to explain its group to people."""
    for rule in grouping.rules:
        wanted = not rule.tactics or any(tactic in rule.tactics for tactic in alert.tactics)
        if wanted and all(_value(alert, field, rule) for field in rule.needs):
            return rule
    return LAST_RULE


def escalates(before: AlertSeverity, after: AlertSeverity) -> bool:
    """Whether a group got worse. From unknown to anything of medium or above is worse; to unknown never is."""
    order = tuple(AlertSeverity)
    floor = AlertSeverity.LOW if before is AlertSeverity.UNKNOWN else before
    return order.index(after) > order.index(floor)


def _value(alert: NormalizedAlert, field: GroupField, rule: GroupRule) -> str:
    match field:
        case GroupField.ORGANIZATION:
            return _fold(alert.organization or "")
        case GroupField.CORRELATION:
            return f"{alert.format}|{alert.correlation_uid}" if alert.correlation_uid else ""
        case GroupField.TACTIC:
            return _least([tactic for tactic in alert.tactics if not rule.tactics or tactic in rule.tactics])
        case GroupField.RULE:
            return _rule(alert)
        case GroupField.SUBJECT:
            return subject(alert)
        case GroupField.HOST:
            return _least(alert.affected.hosts)
        case GroupField.USER:
            return _least(alert.affected.users)
        case GroupField.INDICATOR:
            return _least(indicator.value for indicator in alert.indicators)


def subject(alert: NormalizedAlert) -> str:
    """What the alert is about, strongest first: a host, a user, a cloud resource, a file's hash, an address; else its rule."""
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


def _least(values: Iterable[str]) -> str:
    return min((_fold(value) for value in values), default="")


def _set(values: Iterable[str]) -> str:
    return "\x1f".join(sorted({_fold(value) for value in values}))


def _fold(value: str) -> str:
    return value.strip().casefold()


def _digest(*parts: str | None) -> str:
    text = "\x1e".join(part or "" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
