"""The link in a mail answers one question, once, without signing in; looking at it changes nothing."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.answer_links import AnswerLinks, Link
from bot.web.signin.attempts import PER_ADDRESS
from playbooks.domain.entry import Entry
from playbooks.domain.ids import ConsultationId, IncidentKey, OrganizationCode, PersonId
from playbooks.domain.kinds import Kind
from tests.web.circle import Circle, FakeViews, a_web
from tests.worlds import RANSOMWARE, Story, a_ransomware_incident

WORDS = "Who sees the relay?"


def _asked(purpose: str = "status_call") -> list[Entry]:
    """The ransomware incident, and a question to WFP and UNICC after all of it."""
    told = a_ransomware_incident()
    story = Story(at=told[-1].at)
    story.say(
        "unhcr-ciso", 1, Kind.QUESTION_OPEN, "consultation/C-9", consultation="C-9", purpose=purpose,
        asked=["WFP", "UNICC"], asked_by="unhcr-ciso", deadline_at=story.in_minutes(60), needed=0,
        texts={"question": WORDS},
    )  # fmt: skip
    return [*told, *story.entries]


@pytest.fixture
def circle() -> Circle:
    told = _asked()
    circle = a_web(views=FakeViews(told))
    circle.time[0] = told[-1].at + timedelta(minutes=1)
    return circle


def path(circle: Circle, **changed: Any) -> str:
    link = Link(
        RANSOMWARE,
        ConsultationId("C-9"),
        OrganizationCode("WFP"),
        PersonId("wfp-ciso"),
        circle.time[0] + timedelta(hours=1),
    )
    return circle.parts.links.made(link._replace(**changed)).removeprefix("http://localhost")


async def press(client: httpx.AsyncClient, place: str, **fields: str) -> httpx.Response:
    """Open the link and send its form."""
    page = await client.get(place)
    found = re.findall(r'name="form_token" value="([^"]+)"', page.text)
    return await client.post(place, data={"form_token": found[0] if found else "", **fields})


def answers(circle: Circle) -> list[Entry]:
    return [each for each in circle.views.entries[RANSOMWARE] if each.data.get("consultation") == "C-9"][1:]


async def test_looking_shows_codes_alone_and_changes_nothing(
    circle: Circle, nobody: httpx.AsyncClient
) -> None:
    before = len(circle.views.entries[RANSOMWARE])
    await nobody.get(path(circle))  # as a program does that looks at mail
    page = await nobody.get(path(circle))
    assert page.status_code == 200
    assert all(code in page.text for code in (RANSOMWARE, "C-9", "wfp-ciso", 'value="not_affected"'))
    assert WORDS not in page.text
    assert "Ransomware" not in page.text
    assert (len(circle.views.entries[RANSOMWARE]), circle.gateway.commands) == (before, [])


async def test_no_page_of_it_is_kept_sent_on_or_shown_elsewhere(
    circle: Circle, nobody: httpx.AsyncClient
) -> None:
    headers = (await nobody.get(path(circle))).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


async def test_one_press_answers_for_the_organization_and_the_record_says_how_it_came(
    circle: Circle, nobody: httpx.AsyncClient
) -> None:
    page = await press(nobody, path(circle), option="affected", words="Two hosts.")
    assert page.status_code == 200, page.text
    (given,) = answers(circle)
    assert (given.actor.id, given.data["by_link"]) == ("wfp-ciso", True)
    assert (given.data["option"], given.data["organization"]) == ("affected", "WFP")
    assert circle.gateway.commands[-1].texts == {"words": "Two hosts."}
    assert "Two hosts" not in page.text
    assert "Set-Cookie" not in page.headers, "it signs nobody in"
    assert (await nobody.get("/incidents")).status_code == 303


async def test_a_link_that_has_answered_is_used_up_and_every_other_of_hers_with_it(
    circle: Circle, nobody: httpx.AsyncClient
) -> None:
    page = await nobody.get(path(circle))
    token = re.findall(r'name="form_token" value="([^"]+)"', page.text)[0]
    await nobody.post(path(circle), data={"form_token": token, "option": "affected"})
    for place in (path(circle), path(circle, expires_at=circle.time[0] + timedelta(minutes=5))):
        again = await nobody.post(place, data={"form_token": token, "option": "not_affected"})
        assert again.status_code == 410
        assert "has been used" in again.text
        assert "has been used" in (await nobody.get(place)).text
    assert [each.data["option"] for each in answers(circle)] == ["affected"]


async def test_a_colleague_who_was_quicker_is_told_of_and_the_last_one_counts(
    circle: Circle, nobody: httpx.AsyncClient
) -> None:
    await press(nobody, path(circle), option="affected")
    others = path(circle, person=PersonId("wfp-duty"))
    assert "has answered already" in (await nobody.get(others)).text
    assert (await press(nobody, others, option="not_affected")).status_code == 200
    assert [each.data["option"] for each in answers(circle)] == ["affected", "not_affected"]


async def test_two_that_press_at_once_in_two_processes_give_one_answer(
    circle: Circle, nobody: httpx.AsyncClient
) -> None:
    """What the page looks at first may be behind: then the command's own id decides."""
    await press(nobody, path(circle), option="affected")
    story = circle.views.entries[RANSOMWARE]
    story.remove(answers(circle)[0])
    second = await press(nobody, path(circle), option="unknown")
    assert second.status_code == 410
    assert answers(circle) == []


async def test_what_is_forged_expired_ended_or_anothers_says_so_and_leads_to_signing_in(
    circle: Circle, nobody: httpx.AsyncClient
) -> None:
    forged = path(circle)[:-4] + "AAAA"
    others = AnswerLinks(b"o" * 32, "").made(
        Link(*circle.parts.links.read(path(circle).rpartition("/")[2]) or ())
    )
    for place, said in (
        (forged, "did not make"),
        (others, "did not make"),
        (
            path(circle, expires_at=circle.time[0] - timedelta(seconds=1)),
            "deadline of the question has passed",
        ),
        (path(circle, organization=OrganizationCode("UNICC")), "does not wait for you"),
        (path(circle, person=PersonId("wfp-gone")), "does not wait for you"),
        (path(circle, consultation=ConsultationId("C-2")), "does not wait for you"),
        (path(circle, incident=IncidentKey("INC-2026-9999")), "does not wait for you"),
    ):
        page = await nobody.get(place)
        assert said in page.text, place
        assert page.status_code in (404, 410)
        assert re.search(r'href="/(sign-in|rooms/INC-2026-0042)"', page.text)
        assert 'name="option"' not in page.text
        assert (await press(nobody, place, option="affected")).status_code in (403, 404, 410)
    assert answers(circle) == []


async def test_a_question_that_has_ended_takes_no_answer_by_link(
    circle: Circle, nobody: httpx.AsyncClient
) -> None:
    story = Story(at=circle.time[0])
    story.say(
        "unhcr-ciso", 0, Kind.QUESTION_CLOSE, "consultation/C-9", consultation="C-9", outcome="answered",
        counts={}, missing=[],
    )  # fmt: skip
    circle.views.append(story.entries[0])
    page = await nobody.get(path(circle))
    assert page.status_code == 410
    assert "has ended" in page.text


async def test_who_lost_the_right_meanwhile_is_refused_at_the_moment_of_the_answer(
    circle: Circle, nobody: httpx.AsyncClient
) -> None:
    page = await press(nobody, path(circle, person=PersonId("wfp-responder")), option="affected")
    assert page.status_code == 403
    assert answers(circle) == []


async def test_what_others_act_on_is_not_asked_by_link(nobody: httpx.AsyncClient, circle: Circle) -> None:
    circle.views.entries[RANSOMWARE][:] = _asked("approval")
    assert (await nobody.get(path(circle))).status_code == 404


async def test_an_offer_says_its_hours_and_a_slip_does_not_use_the_link_up(
    circle: Circle, nobody: httpx.AsyncClient
) -> None:
    circle.views.entries[RANSOMWARE][:] = _asked("mutual_aid")
    for fields in (
        {},
        {"hours": "none"},
        {"hours": "0"},
        {"hours": "5", "skills": "!"},
        {"words": "NATO SECRET"},
    ):
        page = await press(nobody, path(circle), **{"option": "offer", "hours": "", **fields})
        assert page.status_code == 422, fields
        assert 'role="alert"' in page.text
    await press(nobody, path(circle), option="offer", hours="40", skills="forensics, malware-analysis")
    (given,) = answers(circle)
    assert (given.data["hours"], given.data["skills"]) == (40, ["forensics", "malware-analysis"])


async def test_a_form_of_another_site_or_without_its_token_is_refused(
    circle: Circle, nobody: httpx.AsyncClient
) -> None:
    bare = await nobody.post(path(circle), data={"option": "affected"})
    page = await nobody.get(path(circle))
    token = re.findall(r'name="form_token" value="([^"]+)"', page.text)[0]
    elsewhere = await nobody.post(
        path(circle),
        data={"form_token": token, "option": "affected"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert {bare.status_code, elsewhere.status_code} == {403}
    assert answers(circle) == []


async def test_whoever_tries_tokens_is_held_up_and_a_link_that_was_made_still_opens(
    circle: Circle, nobody: httpx.AsyncClient
) -> None:
    tried = [await nobody.get(f"/answer/{number}") for number in range(PER_ADDRESS + 1)]
    assert [each.status_code for each in tried[:-1]] == [404] * PER_ADDRESS
    assert (tried[-1].status_code, "Too many attempts" in tried[-1].text) == (403, True)
    assert (await nobody.get(path(circle))).status_code == 200


async def test_a_browser_is_answered_in_its_own_language(circle: Circle, nobody: httpx.AsyncClient) -> None:
    for language, said in (("fr", "Répondre pour WFP"), ("es", "Responder por WFP")):
        page = await nobody.get(path(circle), headers={"Accept-Language": language})
        assert said in page.text
        assert f'lang="{language}"' in page.text
