"""Who must agree before a playbook acts: from the installation's file, else as it ships."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter
from ruamel.yaml import YAML

from bot.written_file import reading
from playbooks import library
from playbooks.actions.approvals import ApprovalRule
from playbooks.domain.connection import Connection
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.saying import saying


def read_approvals(path: Path | None) -> ApprovalRule:
    """The rule of a file. Raises Malformed with the place and the fault."""
    if path is None:
        return library.approvals()
    with reading("approvals", path):
        data = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
        stated = ApprovalRule.model_validate(TypeAdapter(dict[str, object]).validate_python(data))
    if stated.executors:
        raise Malformed(saying("file.approvals.executors"))
    return stated


def with_executors(rule: ApprovalRule, connections: Iterable[Connection]) -> ApprovalRule:
    """The rule with who has code run by a machine; of two accounts that run the same the first counts."""
    executors: dict[OrganizationCode, dict[str, str]] = {}
    for connection in connections:
        own = executors.setdefault(connection.organization, {}) if connection.executes else {}
        for type_ in connection.executes:
            own.setdefault(type_, connection.id.partition("/")[2])
    return rule.model_copy(update={"executors": executors})
