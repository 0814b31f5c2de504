"""The desk while the database is away: nothing that people say is lost, and nothing is carried out behind their backs.

A command is kept on this machine and offered again; a question is answered from the copy of the open incidents that the
machine has, and says how old that is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.commands.binding import bind
from bot.commands.chat_command import ChatCommand, Target
from bot.commands.desk import Desk, Reply, Speaker
from bot.commands.grammar import Line
from bot.commands.hearing import Accounts, no_accounts
from bot.commands.kept import CONFIRMED, LISTED
from bot.commands.misread import Unfound
from bot.kept.copy import Copied, LocalCopy
from bot.kept.lines import HELD_FOR, KeptLine, KeptLines
from bot.reading.duty import OnCallOf
from bot.reading.viewing import Viewings
from playbooks.domain.actor import Actor
from playbooks.domain.command import Outcome, Verdict
from playbooks.domain.document import Block, Button, Code, Document, Heading, Inline, Text, Time, paragraph
from playbooks.domain.errors import BrokenOff, NotFound, Unavailable
from playbooks.domain.ids import CommandId
from playbooks.domain.organization import Directory
from playbooks.domain.policy import check_trusted
from playbooks.ports.community import Communities
from playbooks.ports.gateway import Gateway
from playbooks.ports.playbooks import PlaybooksAtHand, no_playbooks
from playbooks.ports.receipts import Receipts
from playbooks.ports.trust import Trust, Trusting
from playbooks.ports.views import Views
from playbooks.texts import Texts

AWAY: Final = "database_unavailable"
"""The code of Unavailable when nothing was stored; while only the engine is away, the ledger keeps commands."""

ANSWERED_WITHIN: Final = timedelta(seconds=25)
"""Longer than the engine is given to decide; a database that hangs is as good as away."""


Decided = Callable[[CommandId], Awaitable[Verdict | None]]
"""What became of a command that the ledger has, None while that is open. Raises NotFound for one that it has not."""
OverCopy = Callable[[Copied, datetime], Views]
"""The views of a copy at a moment: whatever they give passes `release`. What is not copied is Unavailable."""


async def _nothing_taken(id: CommandId) -> Verdict | None:
    raise NotFound(f"{id} was not taken.")


class SafeDesk(Desk):
    """A desk that keeps what cannot be taken now."""

    def __init__(  # noqa: PLR0913  what a desk stands on, named where it is put together
        self,
        gateway: Gateway,
        views: Views,
        directory: Directory,
        texts: Texts,
        kept: KeptLines,
        receipts: Receipts | None = None,
        viewings: Viewings | None = None,
        on_call: OnCallOf | None = None,
        *,
        copy: LocalCopy,
        over: OverCopy,
        accounts: Accounts = no_accounts,
        communities: Communities | None = None,
        playbooks: PlaybooksAtHand = no_playbooks,
        trust: Trust | None = None,
        decided: Decided = _nothing_taken,
    ) -> None:
        beside = (receipts, viewings, on_call)
        more: dict[str, Any] = {"accounts": accounts, "communities": communities, "playbooks": playbooks}
        super().__init__(gateway, views, directory, texts, *beside, **more)
        self._kept = kept
        self._copy, self._over_copy = copy, over
        self._trust, self._decided = trust or Trusting(), decided
        self.within = ANSWERED_WITHIN

    async def take(self, command: ChatCommand, words: int, line: Line, speaker: Speaker) -> Reply:
        """See Desk."""
        if command.target is Target.KEPT:
            await self._check_trusted(speaker)
            request = await bind(command, line, words, self._hearing(speaker, None))
            return await self._of_kept(command, request.args.get("kept"), speaker)
        asks = command.target is Target.QUERY
        try:
            async with asyncio.timeout(self.within.total_seconds()):
                reply = await super().take(command, words, line, speaker)
        except Unavailable as error:
            if error.code != AWAY:
                raise
            away, unsure = error, "kept.unsure" if isinstance(error, BrokenOff) else "kept.away"
        except TimeoutError:
            away, unsure = Unavailable(self._texts.say("kept.hangs"), code=AWAY), "kept.unsure"
        else:
            return await self._reminding(reply, speaker)
        if not asks:
            await self._check_trusted(speaker)
            return self._keeping(line, speaker, unsure)
        return await self._copied(command, words, line, speaker, away)

    async def _check_trusted(self, speaker: Speaker) -> None:
        """Nobody's lines are kept, offered or dropped from a place that is in hostile hands. Raises Refused."""
        if speaker.via is not None:
            actor = Actor.of(speaker.person).model_copy(update={"via": speaker.via})
            check_trusted(actor, await self._trust.distrusted())

    async def _copied(
        self, command: ChatCommand, words: int, line: Line, speaker: Speaker, away: Unavailable
    ) -> Reply:
        """From the copy, by the same rule. What does not stand there for her is away, and not said to be nothing."""
        copied = await asyncio.to_thread(self._copy.read)
        if copied is None:
            raise away
        views = self._over_copy(copied, speaker.received_at)
        try:
            reply = await self.over(views).take(command, words, line, speaker)
        except (NotFound, Unavailable):
            raise away from None
        said = paragraph(*self._texts.parts("kept.as_before", at=Time(at=copied.copied_at)))
        return Reply(Document(blocks=(said, *reply.document.blocks)))

    def _keeping(self, line: Line, speaker: Speaker, code: str) -> Reply:
        """The same id twice is one line: a delivery that is repeated keeps nothing twice."""
        kept = KeptLine(
            command_id=speaker.command_id,
            person=speaker.person.id,
            line=_spelled(line),
            incident=speaker.incident,
            given_at=speaker.received_at,
            via=speaker.via,
            unsure=code == "kept.unsure",
        )
        self._kept.keep(kept)
        until = Time(at=kept.given_at + HELD_FOR)
        said = self._texts.parts(code, kept=Code(text=kept.id), until=until)
        return Reply(Document(blocks=(paragraph(*said),)), failed=True)

    async def _reminding(self, reply: Reply, speaker: Speaker) -> Reply:
        """Muster answers again: what waits since it did not is said below, until it is settled."""
        taken = await self._taken(speaker)
        _, mine = await self._apart(speaker)
        just_confirmed = speaker.command_id
        waiting = [line for line in mine if line.command_id != just_confirmed]
        if not taken and not waiting:
            return reply
        blocks = [*reply.document.blocks, *taken]
        if waiting:
            blocks.append(paragraph(*self._texts.parts("kept.reminder", count=len(waiting))))
            blocks.append(Button(label=self._texts.say("kept.show"), command="/incident kept"))
        return replace(reply, document=Document(blocks=tuple(blocks)))

    async def _taken(self, speaker: Speaker) -> tuple[Block, ...]:
        """What reached the ledger all the same, and was decided: told once, and no longer offered."""
        told = []
        for line in self._kept.of(speaker.person.id, speaker.received_at):
            asked = line.unsure and line.command_id != speaker.command_id
            verdict = await self._verdict(line) if asked else None
            if verdict is not None:
                refused = verdict.outcome is Outcome.REFUSED
                code, why = ("kept.refused", verdict.sentence) if refused else ("kept.taken", "")
                told.append(paragraph(*self._texts.parts(code, **_said(line, speaker), why=Text(text=why))))
                self._kept.drop(line)
        return tuple(told)

    async def _verdict(self, line: KeptLine) -> Verdict | None:
        try:
            return await self._decided(line.command_id)
        except (NotFound, Unavailable):
            return None

    async def _apart(self, speaker: Speaker) -> tuple[list[KeptLine], list[KeptLine]]:
        """Her lines: those that are under way, and those that wait for her word."""
        mine = self._kept.of(speaker.person.id, speaker.received_at)
        under_way = [line for line in mine if line.unsure and await self._under_way(line)]
        return under_way, [line for line in mine if line not in under_way]

    async def _under_way(self, line: KeptLine) -> bool:
        """Whether the ledger has it, and has not decided: nobody can take it back any more."""
        try:
            return await self._decided(line.command_id) is None
        except (NotFound, Unavailable):
            return False

    async def _of_kept(self, command: ChatCommand, id: str | None, speaker: Speaker) -> Reply:
        taken = await self._taken(speaker)
        under_way, waiting = await self._apart(speaker)
        told = tuple(self._told("kept.under_way", line, speaker) for line in under_way)
        if command is LISTED:
            listed = () if told and not waiting else self._listed(waiting, speaker)
            return Reply(Document(blocks=(*taken, *told, *listed)))
        if any(line.id == id for line in under_way):
            return Reply(Document(blocks=told))
        found = next((line for line in waiting if line.id == id), None)
        if found is None and taken:
            return Reply(Document(blocks=taken))
        if found is None:
            raise Unfound("misread.nothing_kept", typed=str(id))
        if command is CONFIRMED and not found.expired(speaker.received_at):
            return await self._confirmed(found, speaker)
        self._kept.drop(found)
        code = "kept.expired" if command is CONFIRMED else "kept.dropped"
        return Reply(Document(blocks=(self._told(code, found, speaker),)))

    async def _confirmed(self, kept: KeptLine, speaker: Speaker) -> Reply:
        """Under the id that it was to have: had it reached the ledger after all, the ledger's verdict is the answer.

        It comes from where it was given: what has been declared compromised since then does not command by this.
        """
        then = {
            "incident": kept.incident,
            "command_id": kept.command_id,
            "received_at": kept.given_at,
            "via": kept.via or speaker.via,
        }
        reply = await self.hear(kept.line, speaker.model_copy(update=then))
        if reply.verdict is not None:
            self._kept.drop(kept)
        elif await self._under_way(kept):
            # The engine is away: what becomes of it is told later, as of what was unsure.
            self._kept.keep(kept.model_copy(update={"unsure": True}))
        return reply

    def _listed(self, waiting: Sequence[KeptLine], speaker: Speaker) -> Iterator[Block]:
        """What has expired is told once and then forgotten."""
        yield Heading(text=self._texts.say("kept.heading" if waiting else "kept.nothing"))
        for line in waiting:
            expired = line.expired(speaker.received_at)
            code = "kept.expired" if expired else "kept.line"
            yield self._told(code, line, speaker)
            if expired:
                self._kept.drop(line)
                continue
            for choice in ("confirm", "drop"):
                yield Button(
                    label=self._texts.say(f"kept.{choice}"), command=f"/incident kept {choice} {line.id}"
                )

    def _told(self, code: str, line: KeptLine, speaker: Speaker) -> Block:
        return paragraph(*self._texts.parts(code, **_said(line, speaker)))


def _said(line: KeptLine, speaker: Speaker) -> dict[str, Inline]:
    """Its words are told where they were given and in Muster's own rooms: another way may carry less."""
    words = line.line if speaker.via in {None, line.via} else "…"
    return {"kept": Code(text=line.id), "at": Time(at=line.given_at), "line": Code(text=words)}


def _spelled(line: Line) -> str:
    """The line again, as it was typed but for its prefix."""
    head = f"{line.key} {line.head}" if line.key else line.head
    return f"{head}\n{line.body}" if line.body else head
