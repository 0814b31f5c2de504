"""The link in a mail: made under the installation's key, for one person and one question, and nobody else's."""

from datetime import datetime, timedelta

import pytest

from bot.answer_links import Answerable, AnswerLinks, Link
from bot.community import RecordedCommunity
from playbooks.domain.case import Case
from playbooks.domain.ids import ConsultationId, IncidentKey, OrganizationCode, PersonId
from tests.casts import KEY, NOON, Scene, declared, directory

ORIGIN = "https://muster.example.org"
LINKS = AnswerLinks(b"k" * 32, ORIGIN)
LINK = Link(
    KEY, ConsultationId("C-1"), OrganizationCode("WFP"), PersonId("wfp-ciso"), NOON + timedelta(hours=1)
)


def token(link: Link = LINK, links: AnswerLinks = LINKS) -> str:
    return links.made(link).removeprefix(f"{ORIGIN}/answer/")


def test_what_was_made_is_read_and_shows_no_code_to_whoever_sees_it_in_passing() -> None:
    assert LINKS.read(token()) == LINK
    assert "wfp" not in token()
    assert len(LINKS.made(LINK)) < 300


@pytest.mark.parametrize("spoiled", ["", "x", "é", token()[:-2], token()[:40] + "A" + token()[41:]])
def test_what_was_changed_on_its_way_or_never_made_is_nothing(spoiled: str) -> None:
    assert LINKS.read(spoiled) is None


def test_what_another_key_made_is_nothing() -> None:
    assert LINKS.read(token(links=AnswerLinks(b"o" * 32, ORIGIN))) is None


def test_every_link_of_one_person_to_one_question_is_one_command_and_any_other_is_another() -> None:
    later = LINK._replace(expires_at=NOON + timedelta(hours=2))
    assert LINKS.command_id(LINK) == LINKS.command_id(later), "a reminder's link and the first are one answer"
    others = (
        LINK._replace(incident=IncidentKey("INC-2026-0008")),
        LINK._replace(consultation=ConsultationId("C-2")),
        LINK._replace(organization=OrganizationCode("UNICC")),
        LINK._replace(person=PersonId("wfp-duty")),
    )
    assert len({LINKS.command_id(each) for each in (LINK, *others)}) == 5
    assert AnswerLinks(b"o" * 32, ORIGIN).command_id(LINK) != LINKS.command_id(LINK), "nobody can guess it"


def asked(purpose: str = "status_call") -> Scene:
    scene = declared(joined=("WFP",))
    scene.do("unhcr-ciso", "ask", purpose=purpose, asked=["WFP"], deadline_minutes=60)
    return scene


async def link_for(scene: Scene, person: str, at: datetime | None = None) -> str:
    async def case(_key: IncidentKey) -> Case:
        return scene.case

    answerable = Answerable(LINKS, case, directory(), RecordedCommunity(directory()), lambda: at or scene.at)
    found = await answerable(KEY, ConsultationId("C-1"), PersonId(person))
    return found[0] if found else ""


async def test_who_may_answer_gets_a_link_until_the_deadline() -> None:
    scene = asked()
    made = LINKS.read((await link_for(scene, "wfp-duty")).rpartition("/")[2])
    assert made is not None
    assert (made.person, made.organization) == ("wfp-duty", "WFP")
    assert made.expires_at == scene.consultation().question.deadline_at


@pytest.mark.parametrize("who", ["wfp-responder", "unicc-ciso", "nobody-here"])
async def test_who_may_not_answer_gets_none(who: str) -> None:
    assert not await link_for(asked(), who)


async def test_there_is_none_for_what_others_act_on_nor_when_it_is_over() -> None:
    assert not await link_for(asked("approval"), "wfp-ciso")
    scene = asked()
    assert not await link_for(scene, "wfp-ciso", scene.at + timedelta(hours=2))
