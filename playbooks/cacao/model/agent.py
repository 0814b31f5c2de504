"""Agents and targets: who acts, and upon what (CACAO 2.0 §7)."""

from enum import StrEnum

from pydantic import JsonValue

from playbooks.cacao.model.base import CacaoObject, Extensions, Identifier
from playbooks.cacao.model.references import CivicLocation, Contact


class AgentType(StrEnum):
    """The types the standard names; the vocabulary is open."""

    GROUP = "group"
    INDIVIDUAL = "individual"
    LOCATION = "location"
    ORGANIZATION = "organization"
    SECTOR = "sector"
    HTTP_API = "http-api"
    LINUX = "linux"
    NET_ADDRESS = "net-address"
    SECURITY_CATEGORY = "security-category"
    SSH = "ssh"


class AgentTarget(CacaoObject):
    """An agent that runs commands, or a target of them. Which parts belong depends on its type; the check knows."""

    type: str
    name: str
    description: str | None = None
    location: CivicLocation | None = None
    agent_target_extensions: Extensions = {}
    contact: Contact | None = None
    sector: str | None = None
    logical: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    address: dict[str, tuple[JsonValue, ...]] = {}
    """Kind of address (dname, ipv4, ipv6, l2mac, vlan, url) to the addresses of that kind."""
    port: str | None = None
    authentication_info: Identifier | None = None
