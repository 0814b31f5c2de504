"""How an agent proves itself to a target (CACAO 2.0 §6)."""

from playbooks.cacao.model.base import CacaoObject, Extensions, Flag

SECRET_PROPERTIES = ("password", "token", "oauth_header")
"""What must never stand in a playbook as it is; it comes by a variable or from a key-management system."""


HELD_ELSEWHERE = ("password", "token")
"""What a key-management system holds; the header of OAuth, which says how it is sent, stands beside it (§6.3)."""


class AuthenticationInfo(CacaoObject):
    """http-basic, oauth2 or user-auth; the vocabulary is open."""

    type: str
    name: str | None = None
    description: str | None = None
    authentication_info_extensions: Extensions = {}
    user_id: str | None = None
    username: str | None = None
    password: str | None = None
    oauth_header: str | None = None
    token: str | None = None
    kms: Flag = False
    kms_key_identifier: str | None = None
