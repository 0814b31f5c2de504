"""Whoever is asked by mail answers by the link in it, without signing in: from the asking to the question's end."""

import re

import httpx
import pytest

from bot.composition.web import web_app
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _links(house: House, key: IncidentKey) -> dict[str, str]:
    """Where the link in each person's mail leads, by whom it was sent to."""
    mails = [each.state for each in house.muster.world.things("wfp/mail", "mail")]
    assert all(len(each["to"]) == 1 for each in mails if key in each["subject"]), "each has a mail of her own"
    found = {
        each["to"][0]: link[1]
        for each in mails
        if key in each["subject"] and (link := re.search(r"http\S*(/answer/\S+)", each["text"]))
    }
    return found if {"wfp-ciso", "wfp-duty"} <= set(found) else {}


async def test_the_link_in_a_mail_ends_the_question_and_works_once(house: House) -> None:
    key = await house.declared(joined=("WFP",), severity="low")
    said = {"purpose": "status_call", "asked": ["WFP"], "deadline_minutes": 60, "routes": {"WFP": "mail"}}
    await house.do("unhcr-duty", "ask", key, texts={"question": "Do you see 203.0.113.7?"}, **said)
    links = await until(lambda: _links(house, key), "WFP's CISO and duty officer are written to")

    transport = httpx.ASGITransport(app=web_app(house.muster))
    headers = {"Accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url="http://muster", headers=headers) as browser:
        page = await browser.get(links["wfp-duty"])
        assert "203.0.113.7" not in page.text, "codes alone"
        token = re.findall(r'name="form_token" value="([^"]+)"', page.text)[0]
        form = {"form_token": token, "option": "affected", "words": "Two hosts."}
        sent = await browser.post(links["wfp-duty"], data=form)
        assert sent.status_code == 200, sent.text
        await house.consultation_is(key, "C-1", "answered")
        again = await browser.post(links["wfp-duty"], data={**form, "option": "unknown"})
        assert "has been used" in again.text
        assert "has ended" in (await browser.get(links["wfp-ciso"])).text

    entries = [each async for _at, each in house.muster.record.entries(key)]
    (given,) = [each for each in entries if each.kind == Kind.ANSWER_GIVE]
    assert (given.actor.id, given.data["by_link"], given.data["option"]) == ("wfp-duty", True, "affected")
    assert given.texts == {"words": "Two hosts."}
    assert not [each for each in entries if "/answer/" in each.model_dump_json()], (
        "the link is in the mail alone"
    )
