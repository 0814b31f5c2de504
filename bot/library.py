"""The playbooks at hand: found by name, kept by hash, given to runs without their prose."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from bot.own_playbooks import OwnPlaybook, OwnPlaybooks, content_named, no_own_playbooks
from playbooks import library
from playbooks.actions.approvals import ApprovalRule, as_asked
from playbooks.actions.calls import call_of
from playbooks.actions.effect import CommandAt
from playbooks.cacao import limits
from playbooks.cacao.course import KeptPlaybook, check_carried, reference, references
from playbooks.cacao.extension import ActionName, step_notes
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
from playbooks.cacao.taken import meanings, taken
from playbooks.cacao.variables import Scope
from playbooks.domain.errors import Malformed
from playbooks.ports.content import Content
from playbooks.ports.http import Call
from playbooks.ports.playbooks import PlaybookAtHand
from playbooks.texts.spoken import name_as_read, text_as_read
from workflows.activities.recording import WordsFrom
from workflows.playbook.skeleton import skeleton

_WORDS = ("message", "summary", "details", "question", "service", "what", "name")
"""The arguments of Muster's own actions that hold words, in the order in which they are read."""

_KEPT = 64
"""Playbooks that are held read; the first one goes first."""


class Library:
    """Playbooks of this installation: those that ship, and its own."""

    def __init__(
        self, content: Content, rule: ApprovalRule | None = None, own: OwnPlaybooks = no_own_playbooks
    ) -> None:
        self._content = content
        self._rule = rule or library.approvals()
        self._own = own
        self._playbooks: dict[str, Playbook] = {}
        self._shown: dict[str, Playbook] = {}

    async def put(self, name: str) -> KeptPlaybook:
        """Keep the playbook of that name as it stands now, and those that it runs. Raises NotFound or Malformed."""
        own = await self.own()
        kept = await self.put_content(content_named(name, own))
        return kept if name in library.NAMES else kept._replace(signed_by=own[name].signed_by)

    async def own(self) -> Mapping[str, OwnPlaybook]:
        """The installation's own playbooks by name, as they stand now; refused ones say why."""
        return await asyncio.to_thread(self._own)

    async def at_hand(self) -> Mapping[str, PlaybookAtHand]:
        """Those that may be run now, by name."""
        return await asyncio.to_thread(self._at_hand)

    def _at_hand(self) -> dict[str, PlaybookAtHand]:
        shipped = {name: library.shipped(name).playbook for name in library.NAMES}
        own = {name: each.playbook for name, each in self._own().items() if not each.refusal}
        return {
            name: PlaybookAtHand(name_as_read(playbook.name), taken(playbook), _as_read(meanings(playbook)))
            for name, playbook in {**own, **shipped}.items()
            if playbook is not None
        }

    async def put_content(self, content: bytes, along: Iterable[bytes] = ()) -> KeptPlaybook:
        """Keep a playbook with those that its steps run: of those given along, and of the library.

        What cannot be read is kept all the same: its run ends as failed, with that in the record. Raises Malformed
        when playbooks run one another in a circle, too deep, or hand over what does not fit, and when one that is run
        is refused here.
        """
        main, playbook = await self._content.put(content), await _read(content)
        playbooks, carried = await self._gathered(main, playbook, tuple(along))
        if len(playbooks) > 1 or carried:
            check_carried(main, playbooks, carried)
        return KeptPlaybook(main, carried, takes=taken(playbook) if playbook is not None else ())

    async def _gathered(
        self, main: str, playbook: Playbook | None, along: tuple[bytes, ...]
    ) -> tuple[dict[str, Playbook], dict[str, str]]:
        playbooks: dict[str, Playbook] = {} if playbook is None else {main: playbook}
        carried: dict[str, str] = {}
        waiting = list(playbooks.values())
        own = tuple((await self.own()).values())
        while waiting and len(playbooks) <= limits.CARRIED:
            for named in references(waiting.pop()):
                found = await _find(named, along, own) if reference(*named) not in carried else None
                if found is None:
                    continue
                sha256 = carried[reference(*named)] = await self._content.put(found[0])
                if sha256 not in playbooks:
                    playbooks[sha256] = found[1]
                    waiting.append(found[1])
        return playbooks, carried

    @property
    def rule(self) -> ApprovalRule:
        """What of this installation's playbooks waits for an approval; a run keeps the rule it began with."""
        return self._rule

    async def structure(self, sha256: str, rule: ApprovalRule) -> Playbook:
        """The playbook of a hash without its prose, as a run by this rule has it. Raises NotFound or Malformed."""
        return await asyncio.to_thread(skeleton, await self.playbook(sha256), rule)

    async def playbook(self, sha256: str) -> Playbook:
        """The playbook of a hash, whole. Raises NotFound or Malformed."""
        kept = self._playbooks.get(sha256)
        if kept is None:
            kept = self._playbooks[sha256] = await _playbook(await self._content.get(sha256))
            _trim(self._playbooks)
        return kept

    async def shown(self, sha256: str) -> Playbook:
        """The same, each step saying how many must agree to it here: as people see it. Raises NotFound or Malformed."""
        shown = self._shown.get(sha256)
        if shown is None:
            shown = self._shown[sha256] = as_asked(await self.playbook(sha256), self._rule)
            _trim(self._shown)
        return shown

    async def call(self, at: CommandAt) -> Call:
        """The call that a command makes, its values filled in. Raises NotFound or Malformed."""
        return call_of(await self.playbook(at.content), at)

    async def words(self, words: WordsFrom) -> dict[str, str]:
        """What a step says: its name, and what is to be done. Raises NotFound or Malformed."""
        playbook = await self.playbook(words.content)
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
    arguments = [
        str(each.arguments[name]) for each in filled for name in _words_of(each) if name in each.arguments
    ]
    about = "" if words.is_undo else fill_text(step.description or "", scope)
    return [text for text in (*said, *arguments, about, *_meanings(words.asks, scope)) if text]


def _as_read(meanings: Mapping[str, str]) -> dict[str, str]:
    return {name: text_as_read(meaning) for name, meaning in meanings.items()}


def _meanings(asks: Iterable[str], scope: Scope) -> Iterator[str]:
    """What is asked for by name, each on a line with what it means."""
    for name in asks:
        meaning = scope[name].description if name in scope else ""
        yield f"{name.strip('_')}: {meaning}" if meaning else name.strip("_")


def _words_of(command: Command) -> tuple[str, ...]:
    """A room's purpose is said in words, a consultation's is a code."""
    return ("purpose",) if command.command == ActionName.ROOM else _WORDS


def _shown(command: Command) -> Iterator[str]:
    """A command as whoever runs it must have it: to the letter, with its headers and its body."""
    yield command.text
    for name, values in command.headers.items():
        for value in values:
            yield f"{name}: {value}"
    yield command.content if command.content is not None else decoded(command.content_b64) or ""


async def _find(
    named: tuple[str, str | None], along: tuple[bytes, ...], own: tuple[OwnPlaybook, ...]
) -> tuple[bytes, Playbook] | None:
    """The playbook of an id: the version asked for, or the newest; None where nobody here knows it.

    Raises Malformed where the only one that fits is refused.
    """
    contents = (*along, *(library.content(name) for name in library.NAMES))
    read = [(content, await _read(content)) for content in contents]
    read += [(each.content, each.playbook) for each in own if not each.refusal]
    fitting = [
        (content, playbook) for content, playbook in read if playbook is not None and _is(playbook, *named)
    ]
    if not fitting:
        for each in own:
            if each.playbook is not None and _is(each.playbook, *named):
                each.check()
    return max(fitting, key=lambda found: found[1].modified, default=None)


def _is(playbook: Playbook, id: str, version: str | None) -> bool:
    return playbook.id == id and version in {None, playbook.modified}


async def _playbook(content: bytes) -> Playbook:
    playbook = await _read(content)
    if playbook is None:
        raise Malformed(
            "This is no playbook that can be run; see `muster playbook check`.", code="no_playbook"
        )
    return playbook


async def _read(content: bytes) -> Playbook | None:
    """Beside everything else: a playbook of ten thousand steps takes seconds to read."""
    return await asyncio.to_thread(_read_once, content)


@lru_cache(maxsize=64)
def _read_once(content: bytes) -> Playbook | None:
    return read(content).playbook


def _trim(kept: dict[str, Playbook]) -> None:
    while len(kept) > _KEPT:
        del kept[next(iter(kept))]
