"""The shelf: the structure of playbooks, in the memory of a process, by the hash of their content.

A playbook may be larger than what Temporal takes in one payload. So a workflow is given hashes alone, and whoever
decodes them for it puts what they name on the shelf first (`workflows/payloads/codec.py`): at first and on every replay
alike. The content under a hash never changes, and the rule by which approvals are asked for travels with the hashes; so
what a workflow finds here is always the same.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable

from pydantic import BaseModel, ConfigDict

from playbooks.actions.approvals import ApprovalRule
from playbooks.cacao.model import Playbook

ReadPlaybook = Callable[[str, ApprovalRule], Awaitable[Playbook]]
"""From a content's hash, and the rule of approvals, to the playbook's structure. Raises NotFound and Malformed."""

_KEPT = 256
"""Playbooks; a workflow at work holds on to its own."""

MARK = b'{"shelved":'
"""With this a payload begins that speaks of the shelf."""


class ToShelve(BaseModel):
    """Playbooks that a run needs, by the SHA-256 of their content."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    contents: tuple[str, ...]
    rule: ApprovalRule | None = None
    """By which approvals are asked for; None for the one that holds now."""


class Shelved(BaseModel):
    """Playbooks by the SHA-256 of their content, with a rule of approvals: decoded, they stand on the shelf."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    shelved: tuple[str, ...]
    rule: ApprovalRule


_SHELF: OrderedDict[tuple[str, str], Playbook] = OrderedDict()


async def fill_shelf(shelved: Shelved, structure: ReadPlaybook) -> None:
    """Put there what is not there yet; the least recently used makes room. Raises what `structure` raises."""
    for sha256 in shelved.shelved:
        place = _place(sha256, shelved.rule)
        if place not in _SHELF:
            _SHELF[place] = await structure(sha256, shelved.rule)
        _SHELF.move_to_end(place)
    while len(_SHELF) > _KEPT:
        _SHELF.popitem(last=False)


def take_from_shelf(shelved: Shelved) -> dict[str, Playbook]:
    """The playbooks that were shelved for whoever asks. Raises KeyError, which has a workflow's task done again."""
    return {sha256: _SHELF[_place(sha256, shelved.rule)] for sha256 in shelved.shelved}


def _place(sha256: str, rule: ApprovalRule) -> tuple[str, str]:
    return sha256, rule.model_dump_json()
