"""The playbooks that ship with Muster, in shorthand; each names its source of practice."""

from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

from playbooks.actions.approvals import ApprovalRule
from playbooks.cacao.reading import Reading, read
from playbooks.domain.errors import NotFound
from playbooks.domain.saying import says

NAMES: tuple[str, ...] = (
    "ransomware",
    "phishing",
    "business-email-compromise",
    "account-compromise",
    "data-breach",
    "malware",
    "denial-of-service",
    "web-intrusion",
    "insider",
    "supply-chain",
    "critical-vulnerability",
    "hybrid-cyberattack",
    "notify-and-chase",
    "activate-retainer",
)
"""Every playbook that ships, by the name people type."""


def content(name: str) -> bytes:
    """The bytes of a shipped playbook. Raises NotFound for a name that is not in NAMES."""
    if name not in NAMES:
        raise NotFound(says("no_such_playbook", name=name, names=list(NAMES)))
    return (files(__name__) / f"{name}.yaml").read_bytes()


@cache
def approvals() -> ApprovalRule:
    """Who must agree before a playbook acts, as it ships."""
    return ApprovalRule.model_validate(
        YAML(typ="safe", pure=True).load((files(__name__) / "approvals.yaml").read_text("utf-8"))
    )


@cache
def shipped(name: str) -> Reading:
    """A shipped playbook, read and checked. Raises NotFound."""
    return read(content(name))
