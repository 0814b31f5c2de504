"""Requests of playbooks to an organization's own machines, and code for its executor. Errors as in `write.py`.

A connection is an entry of the allow-list: one place, what may be asked there, and the credential for it. What it does
not allow is Permanent with the code `not_allowed`, and nothing was sent.
"""

from typing import Protocol

from pydantic import BaseModel, ConfigDict

from playbooks.ports.write import Made, Write

NOT_ALLOWED = "not_allowed"
"""The code of what the allow-list does not name: a person may do it, the door does not."""


class Fill(BaseModel):
    """One variable that the answer is to fill."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """With its underscores."""
    type: str
    """Of CACAO 2.0 §10.18.4."""
    pointer: str
    """Where in the answer its value stands (RFC 6901); of an OpenC2 response, in its results."""


class Call(BaseModel):
    """One request as a playbook has it, its values filled in; without credentials, which are the connection's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: str
    scheme: str = ""
    """`https` or `http` where the playbook says it; else the connection's."""
    authority: str = ""
    """`host` or `host:port`; empty for the connection's own place."""
    target: str
    """Path and query (RFC 9112 §3.2.1), on the host; where no authority is named, below the connection's address."""
    headers: tuple[tuple[str, str], ...] = ()
    content: str = ""
    fills: tuple[Fill, ...] = ()


class Request(Write):
    """A request to be sent as it is."""

    call: Call


class HttpPort(Protocol):
    """One place that an organization lets its playbooks call."""

    async def send(self, request: Request) -> Made:
        """Send it once; a status of 2xx is success, and `ref` is that status. Redirects are not followed."""

    async def command(self, request: Request) -> Made:
        """Send an OpenC2 command by POST; the status of the OpenC2 response counts where there is one.

        (Specification for Transfer of OpenC2 Messages via HTTPS v1.1, §3.3 and §3.4.)
        """

    async def execute(self, request: Request) -> Made:
        """Have an executor run code, by POST: the call's content with the effect's id; a status of 2xx is success."""
