"""Every object of CACAO 2.0, frozen, under the standard's own names."""

from playbooks.cacao.model.agent import AgentTarget, AgentType
from playbooks.cacao.model.authentication import AuthenticationInfo
from playbooks.cacao.model.base import CacaoObject, Extensions, Identifier, Timestamp
from playbooks.cacao.model.command import Command, CommandType
from playbooks.cacao.model.marking import DataMarking, ExtensionDefinition, Signature
from playbooks.cacao.model.playbook import Playbook, ProcessingSummary
from playbooks.cacao.model.references import CivicLocation, Contact, ExternalReference
from playbooks.cacao.model.step import (
    ActionStep,
    EndStep,
    IfConditionStep,
    ParallelStep,
    PlaybookActionStep,
    StartStep,
    Step,
    StepBase,
    SwitchConditionStep,
    WhileConditionStep,
)
from playbooks.cacao.model.variable import Variable

__all__ = [
    "ActionStep",
    "AgentTarget",
    "AgentType",
    "AuthenticationInfo",
    "CacaoObject",
    "CivicLocation",
    "Command",
    "CommandType",
    "Contact",
    "DataMarking",
    "EndStep",
    "ExtensionDefinition",
    "Extensions",
    "ExternalReference",
    "Identifier",
    "IfConditionStep",
    "ParallelStep",
    "Playbook",
    "PlaybookActionStep",
    "ProcessingSummary",
    "Signature",
    "StartStep",
    "Step",
    "StepBase",
    "SwitchConditionStep",
    "Timestamp",
    "Variable",
    "WhileConditionStep",
]
