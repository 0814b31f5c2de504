"""How a service's pages escalate: its policy, level by level, with the schedules that it calls by."""

from collections.abc import Mapping
from typing import Any, Final

from integrations.pagerduty.client import PagerDutyAccount
from playbooks.domain.errors import Permanent
from playbooks.domain.on_call import Ladder, Step, Target

_MOST_SCHEDULES: Final = 10


async def ladder_of(account: PagerDutyAccount, service: Mapping[str, Any]) -> Ladder:
    """The ladder of a service. Raises ProviderErrors."""
    asked = service["escalation_policy"]["id"]
    policy = (await account.read(f"/escalation_policies/{asked}"))["escalation_policy"]
    rules = policy.get("escalation_rules") or ()
    called = [target["id"] for rule in rules for target in rule.get("targets") or () if _is_schedule(target)]
    zones = {id: await _zone(account, id) for id in list(dict.fromkeys(called))[:_MOST_SCHEDULES]}
    return Ladder(
        service=_name(service),
        policy=_name(policy),
        url=str(policy.get("html_url") or ""),
        steps=tuple(_step(level, rule, zones) for level, rule in enumerate(rules, start=1)),
    )


async def _zone(account: PagerDutyAccount, schedule: str) -> str:
    """Empty where the key may not see the schedule."""
    try:
        found = await account.read(f"/schedules/{schedule}")
    except Permanent:
        return ""
    return str(found["schedule"].get("time_zone") or "")


def _step(level: int, rule: Mapping[str, Any], zones: Mapping[str, str]) -> Step:
    targets = (_target(each, zones) for each in rule.get("targets") or ())
    return Step(
        level=level, targets=tuple(targets), after_minutes=int(rule.get("escalation_delay_in_minutes") or 0)
    )


def _target(said: Mapping[str, Any], zones: Mapping[str, str]) -> Target:
    account = "" if _is_schedule(said) else str(said["id"])
    return Target(name=_name(said), account=account, zone=zones.get(said["id"], ""))


def _is_schedule(target: Mapping[str, Any]) -> bool:
    return str(target.get("type", "")).startswith("schedule")


def _name(thing: Mapping[str, Any]) -> str:
    return str(thing.get("name") or thing.get("summary") or thing["id"])
