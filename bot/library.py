"""The playbooks at hand: found by name, kept by hash, given to runs without their prose."""

from functools import lru_cache

from playbooks import library
from playbooks.actions.calls import call_of
from playbooks.actions.effect import CommandAt
from playbooks.cacao.filling import fill_command
from playbooks.cacao.model import ActionStep, IfConditionStep, Playbook, Step, WhileConditionStep
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

    def __init__(self, content: Content) -> None:
        self._content = content

    async def put(self, name: str) -> str:
        """Keep the playbook of that name as it stands now, and return its hash. Raises NotFound."""
        return await self._content.put(library.content(name))

    async def structure(self, sha256: str) -> Playbook:
        """The playbook of a hash without its prose. Raises NotFound or Malformed."""
        return skeleton(_playbook(await self._content.get(sha256)))

    async def call(self, at: CommandAt) -> Call:
        """The call that a command makes, its values filled in. Raises NotFound or Malformed."""
        return call_of(_playbook(await self._content.get(at.content)), at)

    async def words(self, words: WordsFrom) -> dict[str, str]:
        """What a step says: its name, and what is to be done. Raises NotFound or Malformed."""
        playbook = _playbook(await self._content.get(words.content))
        step = playbook.workflow[words.step]
        name = playbook.label(words.step)
        return (
            {"name": name}
            if words.name_only
            else {"name": name, "text": "\n".join(_said(step, playbook)) or name}
        )


def _said(step: Step, playbook: Playbook) -> list[str]:
    if not isinstance(step, ActionStep):
        asked = step.condition if isinstance(step, IfConditionStep | WhileConditionStep) else ""
        return [text for text in (step.description or "", asked) if text]
    filled = [fill_command(command, playbook.playbook_variables) for command in step.commands]
    arguments = [str(each.arguments[name]) for each in filled for name in _WORDS if name in each.arguments]
    words = [each.text for each in filled if each.type != "muster"]
    return [text for text in (*words, *arguments, step.description or "") if text]


@lru_cache(maxsize=64)
def _playbook(content: bytes) -> Playbook:
    playbook = read(content).playbook
    if playbook is None:
        raise Malformed(
            "This is no playbook that can be run; see `muster playbook check`.", code="no_playbook"
        )
    return playbook
