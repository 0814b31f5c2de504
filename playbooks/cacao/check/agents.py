"""Agents and targets: what their type needs, and that somebody acts (CACAO 2.0 §7, §4.5)."""

from collections.abc import Callable, Iterator
from ipaddress import ip_interface
from urllib.parse import urlsplit

from playbooks.cacao.extension import AgentNotes, StepNotes, agent_notes, is_readable, step_notes
from playbooks.cacao.finding import Finding, refuse, warn
from playbooks.cacao.model import AgentTarget, AgentType, Playbook
from playbooks.cacao.model.step import ActionStep
from playbooks.cacao.variables import references
from playbooks.domain.errors import Refused
from playbooks.domain.function import Function, check_function

RULE = "CACAO 2.0 §7"
ADDRESS_KINDS = ("dname", "ipv4", "ipv6", "l2mac", "vlan", "url")
_MACHINES = (AgentType.HTTP_API, AgentType.LINUX, AgentType.NET_ADDRESS, AgentType.SSH)


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Actions without an agent; agents of no known type or without an address."""
    for identifier, step in playbook.workflow.items():
        if isinstance(step, ActionStep) and step.agent is None:
            yield warn(("workflow", identifier), "CACAO 2.0 §4.5", "no_agent")
        if isinstance(step, ActionStep):
            yield from _beyond_its_office(playbook, identifier, step)
    for section in ("agent_definitions", "target_definitions"):
        for identifier, agent in getattr(playbook, section).items():
            yield from _agent(section, identifier, agent)


def _beyond_its_office(playbook: Playbook, identifier: str, step: ActionStep) -> Iterator[Finding]:
    """DSS does no cyber work and OICT no physical security: better found when it is written than when it is run."""
    agent = playbook.agent_or_target(step.agent or "")
    if agent is None or not (
        is_readable(agent.agent_target_extensions, AgentNotes)
        and is_readable(step.step_extensions, StepNotes)
    ):
        return
    try:
        check_function(agent_notes(agent).office, step_notes(step).function or Function.CYBER)
    except Refused as refusal:
        rule = f"Muster offices, {refusal.source}"
        yield refuse(("workflow", identifier, "agent"), rule, "beyond_office", fault=refusal.wording)


def _agent(section: str, identifier: str, agent: AgentTarget) -> Iterator[Finding]:
    path = (section, identifier)
    if agent.type not in list(AgentType):
        yield warn((*path, "type"), RULE, "agent_type", typed=agent.type[:60])
    if agent.type in _MACHINES and not any(agent.address.values()):
        yield warn((*path, "address"), RULE, "agent_address", typed=agent.type)
    for kind in agent.address:
        if kind not in ADDRESS_KINDS:
            yield warn(
                (*path, "address", kind),
                RULE,
                "address_kind",
                typed=kind[:60],
                known=", ".join(ADDRESS_KINDS),
            )
        for address in agent.address[kind]:
            if kind in _FORMS and isinstance(address, str) and not _FORMS[kind](address):
                yield warn((*path, "address", kind), RULE, "address", typed=address[:80], form=kind)
    if agent.port is not None and not _is_port(agent.port):
        yield warn((*path, "port"), RULE, "port", typed=agent.port[:60])


def _is_ip(version: int) -> Callable[[str], bool]:
    def is_one(text: str) -> bool:
        try:
            return any(references(text)) or ip_interface(text).version == version
        except ValueError:
            return False

    return is_one


def _is_url(text: str) -> bool:
    try:
        return any(references(text)) or bool(urlsplit(text).hostname)
    except ValueError:
        return False


def _is_port(text: str) -> bool:
    return any(references(text)) or (text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= _LAST_PORT)


_FORMS: dict[str, Callable[[str], bool]] = {"ipv4": _is_ip(4), "ipv6": _is_ip(6), "url": _is_url}
_LAST_PORT = 65_535
