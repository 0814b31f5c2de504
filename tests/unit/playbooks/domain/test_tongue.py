"""Whom a text is for: languages, clocks, and that concurrent readers do not hear one another's."""

import asyncio
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from playbooks.domain.organization import Directory, Organization, Person
from playbooks.domain.tongue import Tongue, brief, colon, full_day, moment, number, speaking, tongue

AT = datetime(2026, 11, 22, 22, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "time_zone", "said"),
    [
        ("en", "UTC", "2026-11-22 22:05 UTC"),
        ("en", "Asia/Kathmandu", "2026-11-23 03:50 UTC+5:45"),
        ("fr", "Europe/Paris", "22 nov. 2026, 23:05 UTC+1"),
        ("es", "America/Bogota", "22 nov 2026, 17:05 UTC-5"),
    ],
)
def test_a_moment_is_said_in_the_readers_language_on_her_clock_with_its_zone(
    language: str, time_zone: str, said: str
) -> None:
    with speaking(Tongue(language=language, time_zone=time_zone)):
        assert moment(AT) == said


def test_a_day_is_the_one_on_the_readers_calendar() -> None:
    with speaking(Tongue(language="fr", time_zone="Asia/Kathmandu")):
        assert full_day(AT) == "lundi 23 novembre 2026"
        assert brief(AT) == "23 nov. 03:50"


def test_numbers_are_grouped_as_the_language_groups_them() -> None:
    with speaking(Tongue(language="es")):
        assert number(12345) == "12.345"


def test_a_colon_stands_as_the_language_sets_it() -> None:
    with speaking(Tongue(language="fr")):
        assert colon() == "\N{NO-BREAK SPACE}:"
    with speaking(Tongue(language="es")):
        assert colon() == ":"


def test_arabic_is_written_from_the_right() -> None:
    assert Tongue(language="ar").direction == "rtl"
    assert Tongue(language="fr").direction == "ltr"


def test_what_is_no_language_is_refused() -> None:
    with pytest.raises(ValidationError, match="no language"):
        Tongue(language="xx-nowhere")


async def test_readers_at_the_same_time_do_not_hear_one_another() -> None:
    together = asyncio.Barrier(2)

    async def heard(language: str) -> str:
        with speaking(Tongue(language=language)):
            await together.wait()
            return tongue().language

    assert list(await asyncio.gather(heard("fr"), heard("es"))) == ["fr", "es"]
    assert tongue() == Tongue()


def test_a_persons_own_language_goes_before_what_is_offered_and_that_before_her_organizations() -> None:
    ilo = {"code": "ILO", "name": "ILO", "membership": "member", "language": "es"}
    duty = Person.model_validate({"id": "ilo-duty", "organization": "ILO"})
    own = {"language": "fr", "time_zone": "Europe/Paris"}
    ciso = Person.model_validate({"id": "ilo-ciso", "organization": "ILO", **own})
    directory = Directory(organizations=(Organization.model_validate(ilo),))
    assert directory.tongue(duty) == Tongue(language="es")
    assert directory.tongue(duty, "en") == Tongue()
    assert directory.tongue(ciso, "en") == Tongue(language="fr", time_zone="Europe/Paris")
