"""Commands as forms in the web room: one for each command, wrong fields told beside them, lines completed."""

import re

import pytest

from bot.commands.chat_command import Target
from bot.commands.registry import COMMANDS
from bot.web.room.forms import FORMS
from playbooks.domain.kinds import Kind
from tests.web.circle import Circle
from tests.web.conftest import Browser
from tests.web.test_adding import fields_of
from tests.worlds import HOSTILE, RANSOMWARE

ROOM = f"/rooms/{RANSOMWARE}"


def test_every_command_that_takes_something_has_a_form() -> None:
    taking = [c for c in COMMANDS if c.parameters and c.target not in (Target.QUERY, Target.KEPT)]
    assert list(FORMS.values()) == taking


@pytest.mark.parametrize("name", sorted(FORMS))
async def test_a_form_has_a_labelled_field_for_each_parameter(browser: Browser, name: str) -> None:
    inside = FORMS[name].target.needs_incident
    answer = await (await browser("unhcr-ciso")).get(f"{ROOM if inside else '/rooms'}/forms/{name}")
    assert answer.status_code == 200
    for parameter in FORMS[name].parameters:
        assert re.search(rf'<(input|select|textarea)[^>]* name="{parameter.label}"', answer.text)
        assert f'for="{name}-{parameter.label}"' in answer.text or 'class="choice"' in answer.text


async def test_a_question_asked_by_form_is_the_command_that_one_types(
    browser: Browser, circle: Circle
) -> None:
    client, action = await browser("unhcr-ciso"), f"{ROOM}/forms/task-done"
    page = (await client.get(action)).text
    assert '<option value="WFP-2">' in page, "the open tasks are offered"
    said = await client.post(action, data={**fields_of(page, action), "task": "WFP-2", "note": "All told."})
    assert said.is_redirect
    assert [(each.verb, each.args["task"], each.texts) for each in circle.gateway.commands] == [
        ("task.done", "WFP-2", {"note": "All told."})
    ]


async def test_what_is_wrong_stands_beside_its_field_and_nothing_was_said(
    browser: Browser, circle: Circle
) -> None:
    client, action = await browser("unhcr-ciso"), f"{ROOM}/forms/ask-status"
    filled = {"asked": ["WFP", "NOWHERE"], "deadline": "soon", "question": ""}
    answer = await client.post(action, data={**fields_of((await client.get(action)).text, action), **filled})
    assert answer.status_code == 422
    for label in ("asked", "deadline", "question"):
        assert f'aria-describedby="ask-status-{label}-fault"' in answer.text
        assert re.search(rf'id="ask-status-{label}-fault">[^<]+<', answer.text)
    assert '<option value="WFP" selected>' in answer.text
    assert 'value="soon"' in answer.text
    assert circle.gateway.commands == []


async def test_the_lobby_declares_by_form(browser: Browser, circle: Circle) -> None:
    client = await browser("unhcr-duty")
    hidden = fields_of((await client.get("/rooms")).text, "/rooms/forms/declare")
    filled = {
        "title": "Mail relay answers nobody",
        "severity": "high",
        "note": "Since noon.",
        "restricted": "restricted",
    }
    said = await client.post("/rooms/forms/declare", data={**hidden, **filled})
    assert said.headers["location"].startswith(ROOM)
    [command] = circle.gateway.commands
    assert (command.verb, command.args["severity"], command.args["restricted"]) == ("declare", "high", True)
    assert command.texts == {"title": "Mail relay answers nobody", "note": "Since noon."}


async def test_a_playbook_is_chosen_by_form_which_then_asks_what_it_takes(
    browser: Browser, circle: Circle
) -> None:
    client, action = await browser("unhcr-ciso"), f"{ROOM}/forms/playbook-run"
    page = (await client.get(action)).text
    assert '<option value="ransomware">' in page
    assert "The system first reported" not in page
    asked = await client.post(action, data={**fields_of(page, action), "playbook": "ransomware"})
    assert "The system first reported" in asked.text
    assert circle.gateway.commands == [], "nothing was said yet"
    filled = {"playbook": "ransomware", "system": "the payroll's file server"}
    said = await client.post(action, data={**fields_of(asked.text, action), **filled})
    assert said.is_redirect
    [command] = circle.gateway.commands
    assert (command.verb, command.args["playbook"]) == ("playbook.run", "ransomware")
    assert command.args["given"] == {"system": None}
    assert command.texts == {"answer.system": "the payroll's file server"}


@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_words_come_back_as_words(browser: Browser, words: str) -> None:
    client, action = await browser("unhcr-ciso"), f"{ROOM}/forms/task-add"
    hidden = fields_of((await client.get(action)).text, action)
    answer = await client.post(action, data={**hidden, "due": words, "owner": words, "text": words})
    assert answer.status_code in (303, 422)
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text


async def test_a_form_of_an_incident_that_is_not_hers_is_not_there(browser: Browser) -> None:
    client = await browser("oict-duty")
    there = await client.get(f"{ROOM}/forms/update")
    nowhere = await client.get("/rooms/INC-2026-9999/forms/update")
    assert (there.status_code, there.text.replace(RANSOMWARE, "INC-2026-9999")) == (404, nowhere.text)
    assert (
        await client.get("/completions", params={"incident": RANSOMWARE, "before": "task"})
    ).status_code == 404


async def test_a_line_is_completed_with_commands_arguments_and_what_is_open(browser: Browser) -> None:
    client = await browser("wfp-duty")

    async def ways(before: str, **more: str) -> list[str]:
        found = await client.get("/completions", params={"before": before, **more})
        return [each["line"] for each in found.json()]

    assert "severity critical" in await ways("severity c")
    assert "task done WFP-2" in await ways("task done ", incident=RANSOMWARE)
    assert "declare severity=high" in await ways("declare severity=")
    assert "invite UNICEF" in await ways("invite UNI", incident=RANSOMWARE)
    assert await ways("note anything at all") == []


async def test_the_form_of_a_task_asks_what_the_task_asks(browser: Browser, circle: Circle) -> None:
    adding = next(each for each in circle.views.entries[RANSOMWARE] if each.kind == Kind.TASK_ADD)
    asks = [
        {"name": "clicked", "type": "integer"},
        {"name": "reported", "type": "bool", "choices": ["true", "false"]},
        {"name": "sender", "type": "string"},
    ]
    data = {**adding.data, "task": "UNHCR-9", "organization": "UNHCR", "owner": "unhcr-ciso", "asks": asks}
    audience = (*adding.audience, "UNHCR")
    circle.views.append(adding.model_copy(update={"id": "e-asks", "data": data, "audience": audience}))
    client, action = await browser("unhcr-ciso"), f"{ROOM}/forms/task-done"
    assert f'href="{action}?task=UNHCR-9">Answer UNHCR-9</a>' in (await client.get(ROOM)).text
    page = (await client.get(f"{action}?task=UNHCR-9")).text
    assert adding.texts["text"] in page
    assert re.search(r'<label for="task-done-clicked">Clicked \(a whole number\)', page)
    assert re.search(r'<select id="task-done-reported" name="reported" required>', page)
    hidden = {**fields_of(page, action), "task": "UNHCR-9"}
    wrong = await client.post(action, data={**hidden, "clicked": "many", "sender": "the bank"})
    assert wrong.status_code == 422
    for label in ("clicked", "reported"):
        assert f'aria-describedby="task-done-{label}-fault"' in wrong.text
    filled = {"clicked": "3", "reported": "true", "sender": 'the "bank", it says'}
    assert (await client.post(action, data={**hidden, **filled})).is_redirect
    [command] = circle.gateway.commands
    assert command.args["given"] == {"clicked": "3", "reported": "true", "sender": None}
    assert command.texts == {"answer.sender": "the  bank , it says"}
