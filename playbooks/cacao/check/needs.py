"""What an object of a type must have besides: agents and targets, authentication, markings (CACAO 2.0 §6, §7, §9)."""

from collections.abc import Iterator, Mapping
from typing import Final

from playbooks.cacao.finding import Finding, Path, warn
from playbooks.cacao.model import CacaoObject, Playbook
from playbooks.cacao.model.authentication import HELD_ELSEWHERE, AuthenticationInfo

_AUTHENTICATION: Final = "CACAO 2.0 §6"
_AGENTS: Final = {"sector": ("sector",), "security-category": ("category",)}
_SIGNING_IN: Final = {
    "http-basic": ("user_id", "password"),
    "oauth2": ("oauth_header", "token"),
    "user-auth": ("username", "password"),
}
_IEP: Final = (
    *("name", "description", "tlp", "iep_version", "start_date", "end_date", "encrypt_in_transit"),
    *(
        "permitted_actions",
        "affected_party_notifications",
        "attribution",
        "unmodified_resale",
        "external_references",
    ),
)
_MARKINGS: Final = {"marking-statement": ("statement",), "marking-iep": _IEP}
_LISTS: Final = (
    *("playbook_types", "playbook_activities", "derived_from", "related_to", "industry_sectors", "labels"),
    *("external_references", "markings"),
)


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Properties that a type requires, secrets beside a key-management system, and lists with nothing in them."""
    for section in ("agent_definitions", "target_definitions"):
        yield from _needed(section, getattr(playbook, section), _AGENTS, "CACAO 2.0 §7")
    yield from _needed(
        "data_marking_definitions", playbook.data_marking_definitions, _MARKINGS, "CACAO 2.0 §9"
    )
    for identifier, info in playbook.authentication_info_definitions.items():
        yield from _authentication(("authentication_info_definitions", identifier), info)
    for name in _LISTS:
        if name in playbook.model_fields_set and not getattr(playbook, name):
            yield warn((name,), "CACAO 2.0 §3.1", "empty_list", remedy="leave_out", named=name)


def _needed(
    section: str, objects: Mapping[str, CacaoObject], needs: Mapping[str, tuple[str, ...]], rule: str
) -> Iterator[Finding]:
    for identifier, each in objects.items():
        type_ = str(getattr(each, "type", ""))
        for name in needs.get(type_, ()):
            if getattr(each, name) in (None, "", ()):
                yield warn(
                    (section, identifier, name), rule, "type_needs", remedy="add", named=name, typed=type_
                )


def _authentication(path: Path, info: AuthenticationInfo) -> Iterator[Finding]:
    """Where a key-management system has the secret none stands here; else there is something to sign in with."""
    if info.type not in _SIGNING_IN:
        yield warn(
            (*path, "type"), _AUTHENTICATION, "sign_in", typed=info.type[:60], known=", ".join(_SIGNING_IN)
        )
    if info.kms and not info.kms_key_identifier:
        yield warn((*path, "kms_key_identifier"), _AUTHENTICATION, "kms_key")
    for name in HELD_ELSEWHERE if info.kms else ():
        if getattr(info, name):
            yield warn((*path, name), _AUTHENTICATION, "beside_kms", named=name)
    for name in () if info.kms else _SIGNING_IN.get(info.type, ()):
        if not getattr(info, name):
            yield warn((*path, name), _AUTHENTICATION, "sign_in_needs", named=name, typed=info.type)
