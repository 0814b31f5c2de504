import re

import httpx
import pytest

from bot.web.command_id import command_id
from playbooks.domain.errors import Refused, Unavailable
from playbooks.domain.ids import PersonId
from playbooks.domain.kinds import Kind
from playbooks.ports.signin import Proof
from tests.web.circle import Circle
from tests.web.conftest import Browser
from tests.web.signin_store import MemorySignIn
from tests.worlds import HOSTILE, RANSOMWARE, Story

ROOM = f"/rooms/{RANSOMWARE}"


async def form_of(client: httpx.AsyncClient, place: str = ROOM) -> dict[str, str]:
    """The hidden fields of a room's form."""
    html = (await client.get(place)).text
    form = html.partition('id="command"')[2]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', form))


async def test_a_line_is_a_command_and_its_answer_is_shown(browser: Browser, circle: Circle) -> None:
    client = await browser("wfp-duty")
    form = await form_of(client)
    sent = await client.post(ROOM, data={**form, "line": "note All quiet in Rome."})
    assert sent.status_code == 303
    assert sent.headers["Location"] == f"{ROOM}?said={form['once']}#answer"
    html = (await client.get(sent.headers["Location"])).text
    assert f"{RANSOMWARE}: noted." in html
    assert "All quiet in Rome." in html
    assert circle.gateway.commands[0].id == command_id(PersonId("wfp-duty"), form["once"])


async def test_the_same_form_twice_is_one_command(browser: Browser, circle: Circle) -> None:
    client = await browser("wfp-duty")
    form = {**await form_of(client), "line": "note Once."}
    for _ in range(3):
        assert (await client.post(ROOM, data=form)).status_code == 303
    assert len(circle.gateway.commands) == 1


async def test_nobody_else_reads_the_answer(browser: Browser) -> None:
    client = await browser("wfp-duty")
    form = await form_of(client)
    await client.post(ROOM, data={**form, "line": "waiting"})
    other = (await (await browser("unicc-duty")).get(f"{ROOM}?said={form['once']}")).text
    assert "Your line was taken" in other


async def test_further_lines_of_a_note_are_kept(browser: Browser, circle: Circle) -> None:
    client = await browser("wfp-duty")
    await client.post(ROOM, data={**await form_of(client), "line": "note One", "more": "Two\r\n  three"})
    assert circle.gateway.commands[0].texts == {"note": "One\nTwo\n  three"}


async def test_a_button_gives_its_command_whatever_stands_in_the_line(
    browser: Browser, circle: Circle
) -> None:
    client = await browser("wfp-duty")
    html = (await client.get(ROOM)).text
    pressed = re.findall(r'<button class="press" form="press" name="press" value="([^"]+)"', html)
    assert "/incident answer C-1 not_affected" in pressed
    assert "/incident task done WFP-2" in pressed
    form = {**await form_of(client), "line": "half typed", "press": "/incident answer C-1 not_affected"}
    await client.post(ROOM, data=form)
    assert (circle.gateway.commands[0].verb, circle.gateway.commands[0].args["option"]) == (
        "answer",
        "not_affected",
    )


async def test_enter_sends_the_line_and_presses_no_button_of_what_waits(browser: Browser) -> None:
    """Enter presses the first button of the form that the line belongs to (HTML, implicit submission)."""
    html = (await (await browser("wfp-duty")).get(ROOM)).text
    assert 'form="command"' not in html
    line = html.partition('<form id="command"')[2].partition("</form>")[0]
    assert re.findall(r"<button[^>]*>([^<]*)<", line) == ["Send"]


async def test_buttons_are_for_whom_it_waits(browser: Browser) -> None:
    html = (await (await browser("unicc-legal")).get(ROOM)).text
    assert 'class="press"' not in html


async def test_the_room_says_where_rooms_moved_to_and_what_is_not_to_be_used(
    browser: Browser, circle: Circle
) -> None:
    """The mail that calls people says that it does."""
    moved = {"organization": "WFP", "connection": "wfp/chat", "moved_to": "web", "was_room": "room"}
    story = Story(at=circle.time[0])
    entry = story.say(
        "wfp-ciso", 1, Kind.ROOM_MOVE, "part/WFP", **moved, because="compromised", room="room-2"
    )
    circle.views.append(entry)
    page = (await (await browser("wfp-duty")).get(ROOM)).text
    assert "WFP: Muster&#39;s own room" in page
    assert "not to be used" in page
    assert "wfp/chat" in page


async def test_a_refusal_says_by_which_rule(browser: Browser) -> None:
    client = await browser("wfp-duty")
    sent = await client.post(ROOM, data={**await form_of(client), "line": "close"}, follow_redirects=True)
    assert "This is for the commander." in sent.text
    assert "not_entitled" in sent.text


async def test_a_typo_gets_the_nearest_command(browser: Browser) -> None:
    client = await browser("wfp-duty")
    sent = await client.post(ROOM, data={**await form_of(client), "line": "statsu"}, follow_redirects=True)
    assert "Did you mean" in sent.text
    assert "<code>status</code>" in sent.text


async def test_our_script_gets_the_answer_itself_and_a_new_id(browser: Browser) -> None:
    client = await browser("wfp-duty")
    form = await form_of(client)
    headers = {"Accept": "application/json"}
    said = (await client.post(ROOM, data={**form, "line": "note x"}, headers=headers)).json()
    assert f"{RANSOMWARE}: noted." in said["answer"]
    assert said["once"] != form["once"]
    assert not said["failed"]


async def test_declaring_leads_into_the_room(browser: Browser) -> None:
    client = await browser("wfp-duty")
    form = {**await form_of(client, "/rooms"), "line": "declare Odd mail severity=high"}
    sent = await client.post("/rooms", data=form)
    assert sent.headers["Location"].startswith(f"{ROOM}?said=")
    form = {**await form_of(client, "/rooms"), "line": "declare Odd mail"}
    sent = await client.post("/rooms", data=form, headers={"Accept": "application/json"})
    assert sent.json()["go"].startswith(f"{ROOM}?said=")


@pytest.mark.parametrize("words", [*HOSTILE, "\x00\x07", "x" * 30_000, "note " + "🦆" * 9_000])
async def test_whatever_is_typed_is_answered_in_words(browser: Browser, words: str) -> None:
    client = await browser("wfp-duty")
    for line in (words, f"note {words}"):
        sent = await client.post(ROOM, data={**await form_of(client), "line": line}, follow_redirects=True)
        assert sent.status_code == 200
        assert "<script>alert" not in sent.text
        assert "<img src=x" not in sent.text


@pytest.mark.parametrize(
    "broken", [{"once": "short"}, {"once": "x" * 65}, {"form_token": "no"}, {"line": "x" * 40_001}]
)
async def test_a_form_that_is_not_ours_is_no_command(
    browser: Browser, circle: Circle, broken: dict[str, str]
) -> None:
    client = await browser("wfp-duty")
    sent = await client.post(ROOM, data={**await form_of(client), "line": "note x", **broken})
    assert sent.status_code in (403, 422)
    assert not circle.gateway.commands


async def test_a_room_of_others_takes_no_line(browser: Browser, circle: Circle) -> None:
    client = await browser("dss-duty")
    form = {**await form_of(client, "/rooms"), "line": "status"}
    sent = await client.post(ROOM, data=form, headers={"Accept": "application/json"})
    assert "Ransomware" not in sent.text
    assert not circle.gateway.commands


async def test_the_line_suggests_every_command(browser: Browser) -> None:
    html = (await (await browser("wfp-duty")).get(ROOM)).text
    for spelled in ("task done ", "ask approval ", "transfer "):
        assert f'<option value="{spelled}">' in html


async def test_the_room_says_when_the_passkey_was_used_and_a_recovery_code_vouches_for_nothing(
    browser: Browser, circle: Circle
) -> None:
    client = await browser("wfp-duty")
    await client.post(ROOM, data={**await form_of(client), "line": "note One"})
    assert circle.gateway.commands[-1].proven_at == circle.parts.now()

    store = circle.parts.signin
    assert isinstance(store, MemorySignIn)
    digest, session = next(iter(store.sessions.items()))
    store.sessions[digest] = session.model_copy(update={"proof": Proof.RECOVERY_CODE})
    await client.post(ROOM, data={**await form_of(client), "line": "note Two"})
    assert circle.gateway.commands[-1].proven_at is None


async def test_an_answer_that_asks_for_a_passkey_leads_to_signing_in_again(
    browser: Browser, circle: Circle
) -> None:
    circle.gateway.refusal = Refused("Sign in again.", code="passkey_needed")
    client = await browser("wfp-duty")
    form = await form_of(client)
    await client.post(ROOM, data={**form, "line": "answer C-1 affected"})
    html = (await client.get(f"{ROOM}?said={form['once']}")).text
    again = f"/sign-in?again=1&amp;next={ROOM}"
    assert again in html
    page = await client.get(again.replace("&amp;", "&"))
    assert page.status_code == 200, "also for somebody who is signed in"
    assert f'data-then="{ROOM}"' in page.text
    assert (await client.get(f"/sign-in?next={ROOM}")).status_code == 303


async def test_while_the_database_is_away_the_room_is_a_line_that_answers(
    browser: Browser, circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await browser("wfp-duty")
    form = await form_of(client)

    async def away(*_asked: object, **_said: object) -> None:
        raise Unavailable("The database does not answer.", code="database_unavailable")

    for read in ("outline", "case", "incidents", "listed"):
        monkeypatch.setattr(circle.parts.views, read, away)
    page = await client.get(ROOM)
    assert page.status_code == 503
    assert "The database does not answer" in page.text
    assert f'action="{ROOM}"' in page.text
    assert (await client.get("/rooms")).status_code == 503
    sent = await client.post(ROOM, data={**form, "line": "who"})
    assert sent.status_code == 303
    assert "does not answer" in (await client.get(sent.headers["Location"])).text
