"""Notices to national authorities: giving one's part, drafting one notice of them, sending it (document 003, §163)."""

from collections.abc import Iterator
from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.parameter import Args, Parameter, Place, Takes, marking, name, text
from playbooks.domain.case import Case
from playbooks.domain.circle.authorities import AuthorityNotice
from playbooks.domain.document import Banner, Block, Bullets, Document, Heading, Inline, paragraph
from playbooks.domain.words import words_of
from playbooks.texts import Texts
from playbooks.texts.wording import label, quoted, sentence


async def _shown(inquiry: Inquiry) -> Document:
    case, texts = await inquiry.case(), inquiry.texts
    known = case.state.authorities
    held = (await inquiry.communities.now()).entrusted
    heading = Heading(text=texts.say("authority.heading", incident=case.state.key))
    blocks: list[Block] = [Banner(marking=case.state.marking), heading]
    if held is None:
        blocks.append(paragraph(*texts.parts("authority.off")))
    if known.parts:
        given = tuple(_part(texts, case, code, part.entry) for code, part in known.parts.items())
        blocks.append(Bullets(items=given))
    blocks += [Bullets(items=(line,)) for line in _notices(texts, case)]
    return Document(blocks=tuple(blocks))


def _part(texts: Texts, case: Case, organization: str, entry: str) -> tuple[Inline, ...]:
    said = sentence(texts, "authority.part", {"organization": organization})
    return (*said, *quoted(texts, words_of(case, entry, "text")))


def _notices(texts: Texts, case: Case) -> Iterator[tuple[Inline, ...]]:
    for notice in case.state.authorities.notices.values():
        words = words_of(case, notice.entry, "text")
        yield (*sentence(texts, "authority.notice", _said(texts, case, notice)), *quoted(texts, words))


def _said(texts: Texts, case: Case, notice: AuthorityNotice) -> dict[str, object]:
    outcomes = ((id, case.state.consultations.get(id, "open")) for id in notice.consultations)
    standing = [f"{id} {label(texts, 'outcome', outcome)}" for id, outcome in outcomes]
    said = notice.model_dump(include={"authority", "source", "by", "sent_at"})
    return {**said, "notice": notice.id, "marking": notice.marking.value, "outcome": standing}


def _notice() -> Parameter:
    """A notice of the incident by its id; without it, the newest."""

    def read(typed: str, _hearing: object) -> Args:
        return {"notice": typed.upper()}

    return Parameter("notice", Place.WORD, Takes.NAME, read, required=False)


AUTHORITY: Final = (
    ChatCommand(words=("authority",), verb="authority", target=Target.QUERY, answer=_shown),
    ChatCommand(
        words=("authority", "contribute"),
        verb="authority.contribute",
        target=Target.INCIDENT,
        parameters=(marking("marking"), text("text")),
    ),
    ChatCommand(
        words=("authority", "draft"),
        verb="authority.draft",
        target=Target.INCIDENT,
        parameters=(name("authority"), text("text")),
    ),
    ChatCommand(
        words=("authority", "send"),
        verb="authority.send",
        target=Target.INCIDENT,
        parameters=(_notice(),),
    ),
)
