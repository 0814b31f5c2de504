"""Signing in at an organization's own identity provider (OpenID Connect Core 1.0, authorization code flow)."""

from typing import Protocol

from pydantic import BaseModel, ConfigDict

from playbooks.domain.ids import OrganizationCode


class Asking(BaseModel):
    """What binds an answer of the provider to one try of one browser; all of it secret but `state`."""

    model_config = ConfigDict(frozen=True)

    state: str
    nonce: str
    verifier: str
    """Of PKCE (RFC 7636)."""
    redirect_uri: str


class IdentityProvider(Protocol):
    """One organization's provider. Raises Unavailable while it does not answer, Refused for what it may not say."""

    @property
    def name(self) -> str:
        """Its name in addresses, a code."""
        ...

    @property
    def organization(self) -> OrganizationCode:
        """Whose people it knows; it speaks for nobody else."""
        ...

    async def where_to_ask(self, asking: Asking) -> str:
        """The address at which the provider asks a person who she is."""
        ...

    async def subject(self, code: str, asking: Asking, issuer: str = "") -> str:
        """Who came back with this code: the provider's own name for her, which never changes (Core, section 5.7).

        `issuer` is who the answer says that it is of; empty where it says nothing (RFC 9207).
        """
        ...

    async def where_to_sign_out(self, back_to: str) -> str:
        """The address at which one signs out there too; empty where it has none."""
        ...

    async def signed_out(self, token: str) -> str:
        """Whose sessions a logout token ends (OpenID Connect Back-Channel Logout 1.0, section 2.6)."""
        ...
