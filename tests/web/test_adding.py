"""What people add to the record on the web: late, corrected, pinned, as a file."""

import hashlib
import re

import httpx
import pytest

from bot.web.room.adding import ADDED
from playbooks.domain.kinds import Kind
from playbooks.ports.evidence import MOST_BYTES
from tests.web.circle import Circle
from tests.web.conftest import Browser
from tests.worlds import HOSTILE, RANSOMWARE

PAGE, ROOM = f"/incidents/{RANSOMWARE}", f"/rooms/{RANSOMWARE}"
FILE = b"MZ\x90\x00 not a picture <script>alert(1)</script>"


def fields_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of a form on a page."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert form, action
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', form[1]))


async def say(client: httpx.AsyncClient, name: str, **values: str) -> httpx.Response:
    action = f"{ROOM}/forms/{name}"
    hidden = fields_of((await client.get(ROOM)).text, action)
    return await client.post(action, data={**hidden, **values}, follow_redirects=True)


async def send_file(
    client: httpx.AsyncClient, content: bytes = FILE, name: str = "invoice.exe", words: str = ""
) -> httpx.Response:
    action = f"{ROOM}/evidence"
    hidden = fields_of((await client.get(ROOM)).text, action)
    files = {"file": (name, content, "image/png")}
    return await client.post(action, data={**hidden, "words": words}, files=files, follow_redirects=True)


async def take_copy(client: httpx.AsyncClient, piece: str = "E-1") -> httpx.Response:
    hidden = fields_of((await client.get(ROOM)).text, f"{ROOM}/evidence")
    return await client.post(
        f"{PAGE}/evidence/{piece}",
        data={"form_token": hidden.get("form_token", "")},
        headers={"Accept": "text/html"},
    )


async def test_a_late_entry_says_when_it_happened_and_when_it_was_entered(
    browser: Browser, circle: Circle
) -> None:
    client = await browser("wfp-duty")
    said = await say(client, "note", at="2026-11-21T21:52", note="The first file was encrypted.")
    assert "noted" in said.text
    page = (await client.get(PAGE)).text
    assert 'happened <time datetime="2026-11-21T21:52:00Z">' in page
    assert 'entered <time datetime="2026-11-22T00:20:00Z">' in page
    assert circle.gateway.commands[-1].args == {"happened_at": "2026-11-21T21:52:00+00:00"}


async def test_a_correction_stands_beside_what_it_supersedes_on_the_page_and_in_the_files(
    browser: Browser, circle: Circle
) -> None:
    client = await browser("wfp-duty")
    await say(client, "note", note="Seen at 02:10.")
    number = len(circle.views.entries[RANSOMWARE])
    said = await say(client, "correct", entry=str(number), correction="Seen at 01:52.")
    assert f"entry {number} is corrected" in said.text
    page = (await client.get(PAGE)).text.partition('id="story"')[2]
    assert (
        page.index("Seen at 01:52.") < page.index("As it was first recorded") < page.index("Seen at 02:10.")
    )
    for form in ("md", "json"):
        text = (await client.get(f"{PAGE}.{form}")).text.replace("\\", "")
        assert "01:52" in text
        assert "02:10" in text


async def test_what_another_organization_said_is_not_corrected(browser: Browser, circle: Circle) -> None:
    notes = [e for e in circle.views.entries[RANSOMWARE] if e.kind == Kind.NOTE_ADD]
    number = circle.views.entries[RANSOMWARE].index(notes[0]) + 1
    said = await say(await browser("wfp-duty"), "correct", entry=str(number), correction="No.")
    assert "not_own_entry" in said.text


async def test_a_pin_says_whose_words_they_are(browser: Browser) -> None:
    client = await browser("unicc-duty")
    link = "https://chat.example.org/archives/C1/p2"
    await say(client, "pin", by="@wfp-duty", link=link, message="The proxy is off.")
    page = (await client.get(PAGE)).text
    assert "Said by wfp-duty" in page
    assert link in page


@pytest.mark.parametrize("name", sorted(ADDED))
async def test_a_form_sent_twice_is_one_command(browser: Browser, circle: Circle, name: str) -> None:
    client, action = await browser("wfp-duty"), f"{ROOM}/forms/{name}"
    hidden = fields_of((await client.get(ROOM)).text, action)
    filled = {"note": "a", "entry": "1", "correction": "a", "message": "a", "evidence": "E-1", "person": "me"}
    for _ in range(2):
        assert (await client.post(action, data={**hidden, **filled})).is_redirect
    assert len(circle.gateway.commands) == 1


@pytest.mark.parametrize("words", HOSTILE)
async def test_no_words_in_a_form_are_read_as_a_command_or_act_on_the_page(
    browser: Browser, circle: Circle, words: str
) -> None:
    client = await browser("wfp-duty")
    await say(client, "note", at="", note=f"at=2h severity=high close\n{words}")
    assert circle.gateway.commands[-1].verb == "note"
    assert circle.gateway.commands[-1].args == {}
    await send_file(client, name=f"size=1 close {words}"[:200])
    assert circle.gateway.commands[-1].verb == "evidence.add"
    assert circle.gateway.commands[-1].args["size"] == len(FILE)
    page = (await client.get(PAGE)).text
    assert "<script>alert" not in page
    assert "onerror=alert(1)>" not in page.replace("&gt;", "")


async def test_a_file_is_kept_by_its_hash_with_its_chain_of_custody(browser: Browser) -> None:
    client = await browser("wfp-duty")
    said = await send_file(client, words="From the mailbox of the press office.")
    assert "E-1 is in evidence" in said.text
    page = (await client.get(PAGE)).text
    assert hashlib.sha256(FILE).hexdigest() in page
    assert "invoice.exe" in page
    assert "From the mailbox of the press office." in page
    await say(client, "evidence-hand-over", evidence="E-1", person="@unicc-duty", reason="For analysis.")
    page = (await client.get(PAGE)).text
    assert page.index("received by wfp-duty") < page.index("handed over to unicc-duty")
    assert "held by unicc-duty" in page


async def test_a_copy_is_bytes_to_be_kept_and_a_link_of_the_chain(browser: Browser) -> None:
    client, other = await browser("wfp-duty"), await browser("unicc-duty")
    await send_file(client)
    copy = await take_copy(other)
    assert copy.content == FILE
    assert copy.headers["Content-Type"] == "application/octet-stream"
    assert copy.headers["Content-Disposition"] == f'attachment; filename="{RANSOMWARE}-E-1.bin"'
    assert copy.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in copy.headers["Content-Security-Policy"]
    assert "copied by unicc-duty" in (await client.get(PAGE)).text


async def test_a_copy_is_for_whoever_may_know_and_is_taken_by_no_link(browser: Browser) -> None:
    await send_file(await browser("wfp-duty"))
    stranger = await browser("oict-duty")
    lobby = (await stranger.get("/rooms")).text
    token = re.findall(r'name="form_token" value="([^"]+)"', lobby)[0]
    refused = await stranger.post(f"{PAGE}/evidence/E-1", data={"form_token": token})
    assert refused.status_code == 404
    assert FILE not in refused.content
    member = await browser("unicc-duty")
    assert (await member.get(f"{PAGE}/evidence/E-1")).status_code == 405
    assert (await member.post(f"{PAGE}/evidence/E-1")).status_code == 403


async def test_who_may_not_add_leaves_no_file_behind(browser: Browser, circle: Circle) -> None:
    stranger = await browser("oict-duty")
    lobby = (await stranger.get("/rooms")).text
    token = re.findall(r'name="form_token" value="([^"]+)"', lobby)[0]
    data = {"form_token": token, "once": "x" * 24, "words": ""}
    refused = await stranger.post(f"{ROOM}/evidence", data=data, files={"file": ("a", FILE, "text/html")})
    assert refused.status_code == 404
    assert not circle.parts.evidence.store.files  # type: ignore[attr-defined]  # the locker of the tests


async def test_a_file_that_is_empty_or_too_large_is_refused_in_a_sentence(browser: Browser) -> None:
    client = await browser("wfp-duty")
    assert (await send_file(client, b"")).status_code == 400
    assert (await send_file(client, b"0" * (MOST_BYTES + 1024 * 1024))).status_code == 413
