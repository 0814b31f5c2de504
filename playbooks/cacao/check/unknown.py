"""Properties that CACAO 2.0 does not define: kept, handed on, not looked at."""

from collections.abc import Iterator

from playbooks.cacao.finding import Finding, Path, warn
from playbooks.cacao.model import AgentType, CacaoObject, CommandType, Playbook
from playbooks.cacao.model.agent import AgentTarget
from playbooks.cacao.model.authentication import AuthenticationInfo
from playbooks.cacao.model.command import Command

RULE = "CACAO 2.0 §2.4"


def rules(playbook: Playbook) -> Iterator[Finding]:
    """One finding for each object that has some; types of an open vocabulary may have properties of their own."""
    for path, value in _objects((), playbook):
        if value.unknown_properties and not _is_open(value):
            names = ", ".join(value.unknown_properties)
            yield warn(path, RULE, "unknown_property", names=names[:150])


def _is_open(value: CacaoObject) -> bool:
    if isinstance(value, Command):
        return value.type not in list(CommandType)
    if isinstance(value, AgentTarget):
        return value.type not in list(AgentType)
    return isinstance(value, AuthenticationInfo) and value.type not in ("http-basic", "oauth2", "user-auth")


def _objects(path: Path, value: object) -> Iterator[tuple[Path, CacaoObject]]:
    if isinstance(value, CacaoObject):
        yield path, value
        for name in type(value).model_fields:
            if name in value.model_fields_set:
                yield from _objects((*path, name), getattr(value, name))
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, CacaoObject):
                yield from _objects((*path, key), item)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            if isinstance(item, CacaoObject):
                yield from _objects((*path, index), item)
