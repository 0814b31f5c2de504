"""`board`: how a question stands, organization by organization: reached, answered and how, late, or silent."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.misread import Misread
from bot.commands.owed import question_line
from bot.commands.which import consultation
from playbooks.actions.rooms import posted
from playbooks.domain.case import Case, Consultation
from playbooks.domain.consultation import Answer
from playbooks.domain.document import (
    Banner,
    Block,
    Bullets,
    Document,
    Fields,
    Heading,
    Inline,
    Labelled,
    Text,
    Time,
    paragraph,
)
from playbooks.domain.ids import ConsultationId, OrganizationCode
from playbooks.domain.release import Reader
from playbooks.domain.words import words_of
from playbooks.texts import Texts
from playbooks.texts.wording import label, quoted, sentence

_FEW: Final = 12
"""Of more that are missing the board says the number alone; `board` names them."""


async def _board(inquiry: Inquiry) -> Document:
    case, texts = await inquiry.case(), inquiry.texts
    id = ConsultationId(inquiry.request.args["consultation"])
    found = case.consultations.get(id)
    if found is None:
        raise Misread("misread.no_consultation", typed=id)
    question, answers = found.question, heard_of(found)
    reached = reached_by(case, found)
    knows_all = _knows_all(case, inquiry.reader)
    said = {
        "consultation": id,
        "outcome": found.outcome,
        "counts": found.tally.counts,
        "asked": str(len(question.asked)),
        "reached": str(sum(reached.values())) if knows_all else None,
        "answered": str(len(question.asked) - len(found.tally.missing)),
        "quorum": question.quorum or None,
    }
    return Document(
        blocks=(
            *_heading(texts, case, found),
            paragraph(*question_line(texts, case, found)),
            paragraph(*sentence(texts, "board.standing", said)),
            Bullets(
                items=tuple(
                    line
                    for code, is_there in reached.items()
                    for line in [_answered(texts, case, each) for each in answers.get(code, ())]
                    or [
                        sentence(
                            texts, _silent(is_there=is_there, knows_all=knows_all), {"organization": code}
                        )
                    ]
                )
            ),
        )
    )


def live_board(texts: Texts, case: Case, found: Consultation, reader: Reader) -> Document:
    """The same at a glance, for a message that is edited as it changes: numbers, and who is missing where few are."""
    question, tally = found.question, found.tally
    reached = reached_by(case, found)
    numbers: dict[str, Inline] = {
        "asked": Text(text=str(len(question.asked))),
        **({"reached": Text(text=str(sum(reached.values())))} if _knows_all(case, reader) else {}),
        "answered": Text(text=str(len(question.asked) - len(tally.missing))),
        "deadline": Time(at=question.deadline_at),
    }
    rows = {texts.say(f"label.board.{name}"): value for name, value in numbers.items()}
    rows |= {label(texts, "option", option): Text(text=str(count)) for option, count in tally.counts.items()}
    said = {
        "purpose": question.purpose.value,
        "outcome": found.outcome,
        "missing": tally.missing if len(tally.missing) <= _FEW else (),
    }
    return Document(
        blocks=(
            *_heading(texts, case, found),
            Fields(items=tuple(Labelled(label=name, value=(value,)) for name, value in rows.items())),
            paragraph(*sentence(texts, "board.live", said)),
        )
    )


def brief_board(texts: Texts, found: Consultation) -> str:
    """The same on one line."""
    question, tally = found.question, found.tally
    counted = ", ".join(f"{label(texts, 'option', option)} {count}" for option, count in tally.counts.items())
    asked = len(question.asked)
    said = {"consultation": question.id, "purpose": label(texts, "purpose", question.purpose)}
    return texts.say("board.brief", **said, asked=asked, answered=asked - len(tally.missing), counts=counted)


def _heading(texts: Texts, case: Case, found: Consultation) -> tuple[Block, ...]:
    said = texts.say("board.heading", incident=case.state.key, consultation=found.question.id)
    return Banner(marking=case.state.marking), Heading(text=said)


def _knows_all(case: Case, reader: Reader) -> bool:
    """Who takes part hears of every message that went out."""
    return case.state.restricted or case.state.takes_part(reader.organization)


def reached_by(case: Case, found: Consultation) -> dict[OrganizationCode, bool]:
    """Of each that was asked, whether it was reached; who answered was."""
    answers = heard_of(found)
    return {code: code in answers or is_reached(case, found, code) for code in found.question.asked}


def is_reached(case: Case, found: Consultation, organization: OrganizationCode) -> bool:
    """Whether the question stands in the organization's room."""
    return any(message.state == "done" for message in posted(case, organization, found.question.entry))


def heard_of(found: Consultation) -> dict[OrganizationCode, tuple[Answer, ...]]:
    """What each organization said last: the answer that counts, and after it one that came too late to count."""
    last: dict[OrganizationCode, dict[bool, Answer]] = {}
    for each in sorted(found.answers, key=lambda each: (each.at, each.entry)):
        last.setdefault(each.organization, {})[each.late] = each
    return {code: tuple(said[late] for late in sorted(said)) for code, said in last.items()}


def _silent(*, is_there: bool, knows_all: bool) -> str:
    """Who takes part hears of every message that went out; who was invited and has not joined, of its own."""
    if is_there:
        return "board.reached"
    return "board.silent" if knows_all else "board.waiting"


def _answered(texts: Texts, case: Case, answer: Answer) -> tuple[Inline, ...]:
    said = {
        "organization": answer.organization,
        "option": answer.option,
        "person": answer.person,
        "answered_at": answer.at,
        "late": answer.late,
        "hours": answer.hours,
        "skills": answer.skills,
        "by_link": answer.by_link,
    }
    words = words_of(case, answer.entry, "words")
    return (*sentence(texts, "board.answer", said), *quoted(texts, words))


BOARD: Final = ChatCommand(
    words=("board",), verb="board", target=Target.QUERY, parameters=(consultation(),), answer=_board
)
