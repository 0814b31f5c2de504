"""The sandbox in which workflows run: on, with what is pure passed through and nothing else by accident."""

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info
from typing_extensions import override

PASSED_THROUGH = (
    "playbooks",
    "pydantic",
    "annotated_types",
    "typing_inspection",
    "workflows.names",
    "workflows.activities",
    "rfc8785",
    "ruamel",
    "cryptography",
)
"""Pure modules, and modules of which workflows use the types alone."""


class _AnyContext(WorkflowInstance):
    """A sandboxed workflow that is never asked in what context a payload stands: ours read and write the same in any.

    The SDK would enter the sandbox for it several times for each payload, a tenth of what a worker computes.
    """

    def __init__(self, sandboxed: WorkflowInstance) -> None:
        self._sandboxed = sandboxed

    @override
    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self._sandboxed.activate(act)

    @override
    def get_serialization_context(self, command_info: object) -> None:
        return None

    @override
    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:
        return StorageDriverStoreContext(target=None)

    @override
    def get_info(self) -> Info:
        return self._sandboxed.get_info()

    @override
    def get_thread_id(self) -> int | None:
        return self._sandboxed.get_thread_id()


class _Runner(SandboxedWorkflowRunner):
    @override
    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _AnyContext(super().create_instance(det))


def sandboxed_runner() -> SandboxedWorkflowRunner:
    """The runner for workers and for replaying."""
    return _Runner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))
