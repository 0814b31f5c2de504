"""What counts as the answer to a question, of what people say below it."""

import pytest

from bot.commands.replying import answer_line
from playbooks.domain.consultation import Purpose, Question
from playbooks.domain.ids import ConsultationId, OrganizationCode
from tests.circle import NOON


def _line(purpose: Purpose, reply: str) -> str | None:
    question = Question(
        id=ConsultationId("C-1"),
        purpose=purpose,
        asked=(OrganizationCode("WFP"),),
        asked_by="unhcr-ciso",
        deadline_at=NOON,
        entry="e-1",
    )
    return answer_line(question, reply)


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        ("affected", "answer C-1 affected"),
        (" Affected. ", "answer C-1 affected"),
        (
            "Affected: two file servers,\nboth in Geneva",
            "answer C-1 affected\ntwo file servers,\nboth in Geneva",
        ),
        ("not affected", "answer C-1 not_affected"),
        ("not_affected - we looked", "answer C-1 not_affected\nwe looked"),
        ("Non touchée, tout est vérifié", "answer C-1 not_affected\ntout est vérifié"),
        ("affected?", None),
        ("affected are the file servers", None),
        ("We are affected", None),
        ("", None),
    ],
)
def test_a_reply_answers_where_an_option_stands_alone_or_before_a_sign(reply: str, line: str | None) -> None:
    assert _line(Purpose.STATUS_CALL, reply) == line


@pytest.mark.parametrize(
    "reply", ["For your information, we are closed.", "In short: nothing is known", "For us?"]
)
def test_talk_that_begins_with_an_option_is_talk(reply: str) -> None:
    assert _line(Purpose.VOTE, reply) is None
    assert _line(Purpose.OPT_IN, reply) is None


def test_an_option_is_understood_in_every_language_of_the_catalogue() -> None:
    assert _line(Purpose.VOTE, "Abstention.") == "answer C-1 abstain"
