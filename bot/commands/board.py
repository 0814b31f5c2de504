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
    said = {
        "consultation": id,
        "outcome": found.outcome,
        "counts": found.tally.counts,
        "asked": str(len(found.question.asked)),
        "reached": str(sum(is_reached(case, found, code) for code in found.question.asked)),
        "answered": str(len(found.question.asked) - len(found.tally.missing)),
        "quorum": found.question.quorum or None,
    }
    return Document(
        blocks=(
            Banner(marking=case.state.marking),
            Heading(text=texts.say("board.heading", incident=case.state.key, consultation=id)),
            paragraph(*question_line(texts, case, found)),
            paragraph(*sentence(texts, "board.standing", said)),
            Bullets(items=tuple(_line(texts, case, found, code) for code in found.question.asked)),
        )
    )


def is_reached(case: Case, found: Consultation, organization: OrganizationCode) -> bool:
    """Whether the question stands in the organization's room, or it answered, which says as much."""
    told = posted(case, organization, found.question.entry)
    return any(message.state == "done" for message in told) or bool(last_answer(found, organization))


def last_answer(found: Consultation, organization: OrganizationCode) -> Answer | None:
    """What an organization said last, late or not."""
    own = (each for each in found.answers if each.organization == organization)
    return max(own, key=lambda each: (each.at, each.entry), default=None)


def _line(
    texts: Texts, case: Case, found: Consultation, organization: OrganizationCode
) -> tuple[Inline, ...]:
    answer = last_answer(found, organization)
    if answer is None:
        code = "board.reached" if is_reached(case, found, organization) else "board.silent"
        return sentence(texts, code, {"organization": organization})
    said = {
        "organization": organization,
        "option": answer.option,
        "person": answer.person,
        "answered_at": answer.at,
        "late": answer.late,
        "hours": answer.hours,
        "skills": answer.skills,
    }
    words = case.texts.get(answer.entry, {}).get("words", "")
    return (*sentence(texts, "board.answer", said), *quoted(texts, words))


BOARD: Final = ChatCommand(
    words=("board",), verb="board", target=Target.QUERY, parameters=(consultation(),), answer=_board
)
