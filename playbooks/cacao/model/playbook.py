"""The playbook itself (CACAO 2.0 §3.1)."""

from playbooks.cacao.model.agent import AgentTarget
from playbooks.cacao.model.authentication import AuthenticationInfo
from playbooks.cacao.model.base import CacaoObject, Extensions, Flag, Identifier, Integer, Timestamp
from playbooks.cacao.model.marking import DataMarking, ExtensionDefinition, Signature
from playbooks.cacao.model.references import ExternalReference
from playbooks.cacao.model.step import Step
from playbooks.cacao.model.variable import Variable


class ProcessingSummary(CacaoObject):
    """What a playbook uses, for whoever must know before reading it (§3.1)."""

    manual_playbook: Flag | None = None
    external_playbooks: Flag | None = None
    parallel_processing: Flag | None = None
    if_logic: Flag | None = None
    while_logic: Flag | None = None
    switch_logic: Flag | None = None
    temporal_logic: Flag | None = None
    data_markings: Flag | None = None
    digital_signatures: Flag | None = None
    countersigned_signatures: Flag | None = None
    extensions: Flag | None = None


class Playbook(CacaoObject):
    """A CACAO 2.0 playbook. All playbooks with one `id` are versions of one; the version is `modified`.

    `priority`: 1 is the highest, 100 the lowest. `severity` and `impact`: 1 the lowest, 100 the highest; `impact`
    is the effect of running the playbook. 0 means undefined everywhere, never "safe".
    """

    type: str
    spec_version: str | None = None
    id: Identifier
    name: str
    description: str | None = None
    playbook_types: tuple[str, ...] = ()
    playbook_activities: tuple[str, ...] = ()
    playbook_processing_summary: ProcessingSummary | None = None
    created_by: Identifier
    created: Timestamp
    modified: Timestamp
    revoked: Flag = False
    valid_from: Timestamp | None = None
    valid_until: Timestamp | None = None
    derived_from: tuple[Identifier, ...] = ()
    related_to: tuple[Identifier, ...] = ()
    priority: Integer = 0
    severity: Integer = 0
    impact: Integer = 0
    industry_sectors: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    external_references: tuple[ExternalReference, ...] = ()
    markings: tuple[Identifier, ...] = ()
    playbook_variables: dict[str, Variable] = {}
    workflow_start: Identifier
    workflow_exception: Identifier | None = None
    workflow: dict[Identifier, Step]
    playbook_extensions: Extensions = {}
    authentication_info_definitions: dict[Identifier, AuthenticationInfo] = {}
    agent_definitions: dict[Identifier, AgentTarget] = {}
    target_definitions: dict[Identifier, AgentTarget] = {}
    extension_definitions: dict[Identifier, ExtensionDefinition] = {}
    data_marking_definitions: dict[Identifier, DataMarking] = {}
    signatures: tuple[Signature, ...] = ()

    def agent_or_target(self, identifier: Identifier) -> AgentTarget | None:
        """An agent or target, in whichever of the two sections it stands."""
        return self.agent_definitions.get(identifier) or self.target_definitions.get(identifier)

    def label(self, step_id: Identifier) -> str:
        """What people call a step: its name, or its id when it has none."""
        step = self.workflow.get(step_id)
        return (step.name if step is not None else None) or step_id
