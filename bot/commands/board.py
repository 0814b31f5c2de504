"""`board`: how a question stands, organization by organization: reached, answered and how, late, or silent."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.misread import Misread
from bot.commands.owed import question_line
from bot.commands.which import consultation
from playbooks.actions.rooms import posted
from playbooks.domain.case import Case, Consultation
from playbooks.domain.consultation import Answer
from playbooks.domain.document import Banner, Bullets, Document, Heading, Inline, paragraph
from playbooks.domain.ids import ConsultationId, OrganizationCode
from playbooks.texts import Texts
from playbooks.texts.wording import quoted, sentence


async def _board(inquiry: Inquiry) -> Document:
    case, texts = await inquiry.case(), inquiry.texts
    id = ConsultationId(inquiry.request.args["consultation"])
    found = case.consultations.get(id)
    if found is None:
        raise Misread("misread.no_consultation", typed=id)
    tally, asked, answers = found.tally, found.question.asked, last_answers(found)
    reached = {code: code in answers or is_reached(case, found, code) for code in asked}
    knows_all = case.state.restricted or case.state.takes_part(inquiry.reader.organization)
    said = {
        "consultation": id,
        "outcome": found.outcome,
        "counts": tally.counts,
        "asked": str(len(asked)),
        "reached": str(sum(reached.values())) if knows_all else None,
        "answered": str(len(asked) - len(tally.missing)),
        "quorum": found.question.quorum or None,
    }
    return Document(
        blocks=(
            Banner(marking=case.state.marking),
            Heading(text=texts.say("board.heading", incident=case.state.key, consultation=id)),
            paragraph(*question_line(texts, case, found)),
            paragraph(*sentence(texts, "board.standing", said)),
            Bullets(
                items=tuple(
                    _answered(texts, case, code, answers[code])
                    if code in answers
                    else sentence(
                        texts, _silent(is_there=is_there, knows_all=knows_all), {"organization": code}
                    )
                    for code, is_there in reached.items()
                )
            ),
        )
    )


def is_reached(case: Case, found: Consultation, organization: OrganizationCode) -> bool:
    """Whether the question stands in the organization's room."""
    return any(message.state == "done" for message in posted(case, organization, found.question.entry))


def last_answers(found: Consultation) -> dict[OrganizationCode, Answer]:
    """What each organization said last, late or not."""
    return {each.organization: each for each in sorted(found.answers, key=lambda each: (each.at, each.entry))}


def _silent(*, is_there: bool, knows_all: bool) -> str:
    """Who takes part hears of every message that went out; who was invited and has not joined, of its own."""
    if is_there:
        return "board.reached"
    return "board.silent" if knows_all else "board.waiting"


def _answered(texts: Texts, case: Case, organization: OrganizationCode, answer: Answer) -> tuple[Inline, ...]:
    said = {
        "organization": organization,
        "option": answer.option,
        "person": answer.person,
        "answered_at": answer.at,
        "late": answer.late,
        "hours": answer.hours,
        "skills": answer.skills,
        "by_link": answer.by_link,
    }
    words = case.texts.get(answer.entry, {}).get("words", "")
    return (*sentence(texts, "board.answer", said), *quoted(texts, words))


BOARD: Final = ChatCommand(
    words=("board",), verb="board", target=Target.QUERY, parameters=(consultation(),), answer=_board
)
