"""The triage board: what waits, why, and what is decided about it."""

import re

import pytest

from playbooks.alerts.spike import Spike
from playbooks.domain.ids import OrganizationCode
from playbooks.ports.views import AlertShown, TriageItem
from tests.web.circle import NOW, Circle
from tests.web.conftest import Browser
from tests.worlds import HOSTILE, RANSOMWARE

FIRST, SECOND = "G-0123456789abcdef-1", "G-fedcba9876543210-1"


def waiting(id: str, title: str = "Odd logins", organization: str = "WFP") -> TriageItem:
    return TriageItem(
        id=id,
        source="wazuh",
        title=title,
        severity="unknown",
        count=31,
        first_at=NOW,
        last_at=NOW,
        reason="No rule knows it.",
        organization=OrganizationCode(organization),
    )


def shown(title: str) -> AlertShown:
    return AlertShown(
        fingerprint="4f2a9c01aa",
        title=title,
        severity="high",
        vendor_severity="12",
        product="Wazuh",
        rule="Odd logins",
        times=3,
        received_at=NOW,
        last_at=NOW,
        touched=("rome-fs-02",),
        techniques=("T1486",),
        indicators=("203.0.113.7",),
        link="javascript:alert(1)",
    )


@pytest.fixture
def board(circle: Circle) -> Circle:
    circle.views.items = [waiting(FIRST), waiting(SECOND, " ".join(HOSTILE))]
    circle.views.alerts = (shown(" ".join(HOSTILE)),)
    return circle


async def decided(browser: Browser, **fields: str | list[str]) -> str:
    client = await browser("wfp-duty")
    html = (await client.get("/triage")).text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', html))
    sent = await client.post("/triage", data={**hidden, **fields})
    assert sent.status_code == 303
    return (await client.get(sent.headers["Location"])).text


async def test_the_board_says_what_waits_and_why(browser: Browser, board: Circle) -> None:
    html = (await (await browser("wfp-duty")).get("/triage")).text
    assert "31 times" in html
    assert "No rule knows it." in html
    assert "nobody yet" in html
    assert "<script>alert" not in html


async def test_many_are_decided_about_at_once_as_one_command(browser: Browser, board: Circle) -> None:
    html = await decided(browser, press="dismiss", group=[FIRST, SECOND], reason="G-0 our own\nscanner.")
    command = board.gateway.commands[-1]
    assert (command.verb, command.args["groups"]) == ("triage.dismiss", [FIRST, SECOND])
    assert command.texts == {"reason": "G-0 our own\nscanner."}
    assert "no incident" in html


async def test_what_is_attached_goes_to_the_incident_chosen(browser: Browser, board: Circle) -> None:
    await decided(browser, press="attach", group=[FIRST], incident=str(RANSOMWARE))
    command = board.gateway.commands[-1]
    assert (command.verb, command.incident, command.args["groups"]) == ("triage.attach", RANSOMWARE, [FIRST])


async def test_a_dismissal_without_a_reason_is_explained(browser: Browser, board: Circle) -> None:
    html = await decided(browser, press="dismiss", group=[FIRST])
    assert board.gateway.commands == []
    assert "triage dismiss GROUPS REASON" in html


async def test_deciding_about_nothing_is_explained(browser: Browser, board: Circle) -> None:
    html = await decided(browser, press="claim")
    assert board.gateway.commands == []
    assert "triage claim GROUPS" in html


async def test_a_group_tells_why_it_stands_so_and_what_its_alerts_say(
    browser: Browser, board: Circle
) -> None:
    html = (await (await browser("wfp-duty")).get(f"/triage/{FIRST}")).text
    for said in ("No rule knows it.", "no-rule", "4f2a9c01", "rome-fs-02", "T1486", "203.0.113.7"):
        assert said in html
    assert 'href="javascript:' not in html
    assert "<script>alert" not in html


async def test_of_the_alerts_of_others_there_is_no_page(browser: Browser, board: Circle) -> None:
    client = await browser("unhcr-ciso")
    assert (await client.get(f"/triage/{FIRST}")).status_code == 404
    assert (await client.get("/triage/G-1")).status_code in (404, 422)


async def test_alerts_that_are_ticked_are_split_from_their_group(browser: Browser, board: Circle) -> None:
    board.views.alerts = (shown("One"), shown("Other").model_copy(update={"fingerprint": "99aa00bb11"}))
    client = await browser("wfp-duty")
    html = (await client.get(f"/triage/{FIRST}")).text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', html))
    ticked = {"fingerprint": ["4f2a9c01aa", "99aa00bb11"], "reason": "Two attacks."}
    assert (await client.post(f"/triage/{FIRST}", data={**hidden, **ticked})).status_code == 303
    command = board.gateway.commands[-1]
    assert (command.verb, command.args["groups"]) == ("triage.split", [FIRST])
    assert command.args["fingerprints"] == ["4f2a9c01aa", "99aa00bb11"]
    assert command.texts == {"reason": "Two attacks."}


async def test_the_page_of_a_group_says_why_of_each_alert(browser: Browser, board: Circle) -> None:
    why = {"decision": "declare", "decision_rule": "critical", "decision_why": "Worth an incident."}
    board.views.alerts = (shown("One").model_copy(update=why | {"status": "resolved"}),)
    html = (await (await browser("wfp-duty")).get(f"/triage/{FIRST}")).text
    assert 'an incident (<span class="key">critical</span>): Worth an incident.' in html
    assert ">resolved<" in html
    assert "comes and goes" not in html


async def test_the_page_of_a_group_that_flaps_says_until_when_it_is_held_back(
    browser: Browser, board: Circle
) -> None:
    board.views.held_until = NOW
    html = (await (await browser("wfp-duty")).get(f"/triage/{FIRST}")).text
    assert "comes and goes" in html
    assert "Held back until" in html


async def test_the_page_of_an_incident_leads_to_the_alerts_that_raised_it(
    browser: Browser, board: Circle
) -> None:
    html = (await (await browser("wfp-duty")).get(f"/incidents/{RANSOMWARE}")).text
    assert f'<a href="/triage/{FIRST}">Odd logins</a>' in html
    assert "No rule knows it." in html


async def test_a_source_that_sends_far_more_than_usual_is_named(browser: Browser, board: Circle) -> None:
    board.views.spiking = [Spike("wazuh", NOW, 5_000, 12)]
    html = (await (await browser("wfp-duty")).get("/triage")).text
    assert "<strong>wazuh</strong> sent 5,000 alerts in the ten minutes from" in html
    assert "usually at most 12." in html
