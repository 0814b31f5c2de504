"""A playbook whose one step asks for a shared service."""

_ASKS = """
playbook: Ask for a service
types: [investigation]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
agents:
  some organization: {{organization: {organization}}}
steps:
  - step: Ask
    service: {{code: {code}, message: Forensics of two mail servers.}}
    by: some organization
"""


def asking(code: str = "incident-response", *, by: str = "lead") -> bytes:
    """It, for this service, as work of this organization."""
    return _ASKS.format(code=code, organization=by).encode()
