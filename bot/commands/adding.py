"""What people add to the record after the fact: corrections, pins, evidence. A late entry is a note with `at=`."""

from collections.abc import Iterator
from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.parameter import Place, link, past_moment, sha256, size, text
from bot.commands.which import entry_number, evidence
from bot.commands.who import person, speaker_of
from playbooks.domain.case import Case
from playbooks.domain.document import Banner, Block, Bullets, Document, Heading, Inline, paragraph
from playbooks.domain.evidence import Evidence
from playbooks.domain.words import words_of
from playbooks.texts import Texts
from playbooks.texts.wording import sentence


async def _evidence(inquiry: Inquiry) -> Document:
    case = await inquiry.case()
    return Document(blocks=tuple(_listed(inquiry.texts, case)))


def _listed(texts: Texts, case: Case) -> Iterator[Block]:
    yield Banner(marking=case.state.marking)
    yield Heading(text=texts.say("evidence.heading", incident=case.state.key, count=len(case.evidence)))
    for piece in case.evidence.values():
        yield paragraph(*_piece(texts, case, piece))
        yield Bullets(items=tuple(_chain(texts, piece)))


def _piece(texts: Texts, case: Case, piece: Evidence) -> tuple[Inline, ...]:
    said = {
        "evidence": piece.id,
        "name": words_of(case, piece.entry, "name"),
        "sha256": piece.sha256,
        "size": piece.size,
    }
    return sentence(texts, "evidence.piece", said)


def _chain(texts: Texts, piece: Evidence) -> Iterator[tuple[Inline, ...]]:
    for held in piece.chain:
        said = {"handled_at": held.at, "person": held.person, "organization": held.organization}
        yield sentence(texts, f"evidence.{held.handling}", said)


ADDING: Final = (
    ChatCommand(
        words=("correct",),
        verb="correct",
        target=Target.INCIDENT,
        parameters=(entry_number(), text("correction")),
    ),
    ChatCommand(
        words=("pin",),
        verb="pin",
        target=Target.INCIDENT,
        parameters=(
            speaker_of("by"),
            past_moment("at", "happened_at"),
            link("link"),
            text("message"),
        ),
    ),
    ChatCommand(
        words=("evidence", "add"),
        verb="evidence.add",
        target=Target.INCIDENT,
        parameters=(
            sha256(),
            size(),
            text("name", Place.TITLE),
            text("words", Place.BODY, required=False),
        ),
    ),
    ChatCommand(
        words=("evidence", "hand", "over"),
        verb="evidence.hand_over",
        target=Target.INCIDENT,
        parameters=(evidence(), person(), text("reason", required=False)),
    ),
    ChatCommand(words=("evidence", "list"), verb="evidence.list", target=Target.QUERY, answer=_evidence),
)
