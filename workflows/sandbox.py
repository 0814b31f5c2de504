"""The sandbox in which workflows run: on, with what is pure passed through and nothing else by accident."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

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


def sandboxed_runner() -> SandboxedWorkflowRunner:
    """The runner for workers and for replaying."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )
