"""The playbooks at hand: found by name, kept by hash, given to runs without their prose."""

from collections.abc import Iterator
from functools import lru_cache

from playbooks import library
from playbooks.actions.approvals import ApprovalRule
from playbooks.actions.calls import call_of
from playbooks.actions.effect import CommandAt
from playbooks.cacao.extension import step_notes
from playbooks.cacao.filling import fill_for_people, fill_text, scope_of
from playbooks.cacao.model import (
    ActionStep,
    Command,
    CommandType,
    IfConditionStep,
    Playbook,
    StartStep,
    Step,
    WhileConditionStep,
)
from playbooks.cacao.model.command import decoded
from playbooks.cacao.reading import read
from playbooks.domain.errors import Malformed
from playbooks.ports.content import Content
from playbooks.ports.http import Call
from workflows.activities.recording import WordsFrom
from workflows.playbook.skeleton import skeleton

_WORDS = ("message", "summary", "details", "question", "service", "what", "name")
"""The arguments of Muster's own actions that hold words, in the order in which they are read."""


class Library:
    """Playbooks of this installation."""

    def __init__(self, content: Content, rule: ApprovalRule | None = None) -> None:
        self._content = content
        self._rule = rule or library.approvals()

    async def put(self, name: str) -> str:
        """Keep the playbook of that name as it stands now, and return its hash. Raises NotFound."""
        return await self._content.put(library.content(name))

    async def structure(self, sha256: str) -> Playbook:
        """The playbook of a hash without its prose. Raises NotFound or Malformed."""
        return skeleton(_playbook(await self._content.get(sha256)), self._rule)

    async def call(self, at: CommandAt) -> Call:
        """The call that a command makes, its values filled in. Raises NotFound or Malformed."""
        return call_of(_playbook(await self._content.get(at.content)), at)

    async def words(self, words: WordsFrom) -> dict[str, str]:
        """What a step says: its name, and what is to be done. Raises NotFound or Malformed."""
        playbook = _playbook(await self._content.get(words.content))
        step = playbook.workflow[words.step]
        name = playbook.name if isinstance(step, StartStep) else playbook.label(words.step)
        return (
            {"name": name}
            if words.name_only
            else {"name": name, "text": "\n".join(_said(step, playbook, words)) or name}
        )


def _said(step: Step, playbook: Playbook, words: WordsFrom) -> list[str]:
    if isinstance(step, StartStep):
        return [playbook.description or ""]
    if not isinstance(step, ActionStep):
        asked = step.condition if isinstance(step, IfConditionStep | WhileConditionStep) else ""
        return [text for text in (step.description or "", asked) if text]
    scope = scope_of(playbook, step, words.values)
    commands = step_notes(step).undo if words.is_undo else step.commands
    chosen = [commands[number] for number in words.commands or range(len(commands))]
    filled = [fill_for_people(command, scope) for command in chosen]
    said = [text for command in filled if command.type != CommandType.MUSTER for text in _shown(command)]
    arguments = [str(each.arguments[name]) for each in filled for name in _WORDS if name in each.arguments]
    about = "" if words.is_undo else fill_text(step.description or "", scope)
    return [text for text in (*said, *arguments, about) if text]


def _shown(command: Command) -> Iterator[str]:
    """A command as whoever runs it must have it: to the letter, with its headers and its body."""
    yield command.text
    for name, values in command.headers.items():
        for value in values:
            yield f"{name}: {value}"
    yield command.content if command.content is not None else decoded(command.content_b64) or ""


@lru_cache(maxsize=64)
def _playbook(content: bytes) -> Playbook:
    playbook = read(content).playbook
    if playbook is None:
        raise Malformed(
            "This is no playbook that can be run; see `muster playbook check`.", code="no_playbook"
        )
    return playbook
