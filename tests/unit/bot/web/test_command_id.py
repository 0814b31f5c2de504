"""Ids of commands from the web."""

from bot.web.command_id import command_id
from playbooks.domain.ids import PersonId

ONCE = "q" * 43


def test_a_form_sent_twice_is_one_command_and_another_person_s_is_another() -> None:
    given = command_id(PersonId("wfp-duty"), ONCE)
    assert given == command_id(PersonId("wfp-duty"), ONCE)
    assert given != command_id(PersonId("wfp-ciso"), ONCE)
    assert given != command_id(PersonId("wfp-duty"), "r" * 43)


def test_an_id_names_neither_the_person_nor_the_form() -> None:
    given = command_id(PersonId("wfp-duty"), ONCE)
    assert "wfp" not in given
    assert ONCE[:20] not in given
