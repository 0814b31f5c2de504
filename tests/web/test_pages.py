import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import httpx
import pytest
from fastapi import FastAPI

from bot.community import RecordedCommunity
from bot.demo.pages import standing_alone
from bot.web.app import create_app
from bot.web.headers import POLICY
from playbooks.domain.alert import Indicator, IndicatorKind
from playbooks.domain.case import Case
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import Reader, Shown
from playbooks.ports.views import TriageItem
from tests.unit.bot.spoken import spoken
from tests.web.circle import NOW, Circle, FakeViews, a_web
from tests.web.conftest import Browser, a_browser, signed_in
from tests.worlds import HOSTILE, RANSOMWARE, Story, a_ransomware_incident

PLACE = f"/incidents/{RANSOMWARE}"
EVERY_PAGE = (
    "/incidents",
    "/incidents?which=all",
    PLACE,
    f"{PLACE}?kind=tasks",
    f"/rooms/{RANSOMWARE}",
    "/rooms",
    "/triage",
    "/passkeys",
)


class _Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    return _Elements(html).found


async def test_the_list_tells_each_incident_at_a_glance(browser: Browser) -> None:
    html = (await (await browser("unhcr-ciso")).get("/incidents")).text
    for said in (
        "critical",
        "respond",
        RANSOMWARE,
        "2 h 16 min",
        "unhcr-ciso",
        "UNHCR leads, UNICC, WFP",
        "TLP:AMBER+STRICT",
    ):
        assert said in html


async def test_the_page_tells_who_has_command_what_waits_and_when_it_began(browser: Browser) -> None:
    html = (await (await browser("unhcr-ciso")).get(PLACE)).text
    for said in (
        "Ransomware on file servers in Geneva and Budapest",
        "due in 1 h 30 min",
        "due 38 min ago",
        "answered 1 of 2: affected&nbsp;1, not affected&nbsp;0",
        "Search proxy logs for the three addresses",
        "SEC-1207",
        "simulated, not connected",
        "may or may not have happened",
        "Confirm that files are being encrypted",
        "+ 6 min",
        "aware since",
    ):
        assert said in html
    assert html.count('<p class="tlp" data-tlp="TLP:AMBER+STRICT"') == 2


async def test_the_picture_has_a_lane_for_each_organization_and_leads_to_the_entries(
    browser: Browser,
) -> None:
    found = elements((await (await browser("unhcr-ciso")).get(PLACE)).text)
    lanes = [attrs["aria-label"] for tag, attrs in found if tag == "g" and attrs.get("role") == "list"]
    assert lanes == ["UNHCR", "UNICC", "WFP"]
    ids = {attrs["id"] for _tag, attrs in found if attrs.get("id")}
    svg_links = [
        attrs["href"] for tag, attrs in found if tag == "a" and (attrs.get("href") or "").startswith("#e-")
    ]
    assert len(svg_links) > 20
    assert {str(link)[1:] for link in svg_links} <= ids


async def test_the_story_is_filtered_without_script(browser: Browser) -> None:
    html = (await (await browser("unhcr-ciso")).get(f"{PLACE}?kind=tasks")).text
    groups = {attrs["data-group"] for tag, attrs in elements(html) if tag == "li" and attrs.get("data-group")}
    assert groups == {"tasks"}
    assert (await (await browser("unhcr-ciso")).get(f"{PLACE}?kind=nonsense")).status_code == 422


async def test_what_a_reader_may_not_have_is_not_there(browser: Browser) -> None:
    ours = (await (await browser("unhcr-duty")).get(PLACE)).text
    theirs = (await (await browser("wfp-duty")).get(PLACE)).text
    assert "names a member of staff" in ours
    assert "names a member of staff" not in theirs
    assert "UNICC-1" not in theirs
    assert "WFP-1" in theirs


async def test_an_incident_that_one_does_not_take_part_in_reads_like_one_that_is_not(
    browser: Browser,
) -> None:
    client = await browser("dss-duty")
    assert RANSOMWARE not in (await client.get("/incidents")).text
    there, nowhere = await client.get(PLACE), await client.get("/incidents/INC-2026-9999")
    assert there.status_code == nowhere.status_code == 404
    assert there.text.replace(RANSOMWARE, "INC-2026-9999") == nowhere.text
    for place in (f"{PLACE}.json", f"{PLACE}.md", f"/rooms/{RANSOMWARE}", f"{PLACE}/events"):
        assert (await client.get(place)).status_code == 404


async def test_the_page_tells_who_held_which_role_when_and_what_to_look_for(circle: Circle) -> None:
    circle.views.named[OrganizationCode("UNHCR")] = [
        Indicator(kind=IndicatorKind.IP_ADDRESS, value="203.0.113.7"),
        Indicator(kind=IndicatorKind.DOMAIN, value="<b>relay.example.org</b>"),
    ]
    async with a_browser(create_app(circle.parts)) as client:
        client.cookies.set("muster_session", await signed_in(circle, "unhcr-ciso"))
        html = (await client.get(PLACE)).text
        client.cookies.set("muster_session", await signed_in(circle, "wfp-duty"))
        theirs = (await client.get(PLACE)).text
    roles = " ".join(re.sub(r"<[^>]+>", " ", html.partition('id="parties-heading"')[2]).split())
    assert "Incident commander unhcr-ciso UNHCR, since 21 Nov 22:40" in roles
    assert "Before Incident commander: unhcr-duty UNHCR, 21 Nov 22:10 to 21 Nov 22:40" in roles
    assert "<code>203.0.113.7</code>" in html
    assert "&lt;b&gt;relay.example.org" in html
    assert "203.0.113.7</code>" not in theirs
    assert "names any" in theirs


async def test_the_page_names_the_recorded_indicators_with_how_far_each_may_go_to_whom_they_are_released() -> (
    None
):
    before = a_ransomware_incident()
    story = Story(at=before[-1].at, entries=list(before))
    for words, marking, audience in (
        ("domain evil.example", Marking.GREEN, ("parties",)),
        ("ip_address 198.51.100.9", Marking.AMBER_STRICT, ("UNHCR",)),
    ):
        texts = {"indicators": words}
        said = {"texts": texts, "marked": marking, "shown_to": audience, "pap": "PAP:AMBER", "count": 1}
        story.say("unhcr-duty", 1, Kind.INDICATORS_ADD, **said)
    circle = a_web(views=FakeViews(tuple(story.entries)))
    async with a_browser(create_app(circle.parts)) as client:
        client.cookies.set("muster_session", await signed_in(circle, "unhcr-ciso"))
        section = (await client.get(PLACE)).text.partition('id="indicators"')[2].partition("</section>")[0]
        client.cookies.set("muster_session", await signed_in(circle, "wfp-duty"))
        theirs = (await client.get(PLACE)).text.partition('id="indicators"')[2].partition("</section>")[0]
    assert 'evil.example</code> <span class="tlp small" data-tlp="TLP:GREEN">' in section
    assert "198.51.100.9" in section
    assert "evil.example" in theirs
    assert "198.51.100.9" not in theirs


async def test_who_is_invited_is_asked_to_join_and_sees_no_more_than_the_invitation() -> None:
    entries = a_ransomware_incident()
    invited = next(n for n, entry in enumerate(entries) if entry.subject == "part/WFP")
    circle = a_web(views=FakeViews(entries[: invited + 1]))
    async with a_browser(create_app(circle.parts)) as client:
        client.cookies.set("muster_session", await signed_in(circle, "wfp-duty"))
        html = (await client.get(f"/rooms/{RANSOMWARE}")).text
        listed = (await client.get("/incidents")).text
    assert "your answer to the invitation" in listed
    assert 'value="/incident join"' in html
    assert "Geneva" not in html
    assert ">nobody<" not in html
    assert 'class="forms"' not in html, "no form is offered that would be refused"
    assert 'class="adding"' not in html


async def test_a_room_offers_each_person_the_forms_that_are_for_her() -> None:
    circle = a_web(views=FakeViews(a_ransomware_incident()))
    async with a_browser(create_app(circle.parts)) as client:
        offered = {}
        for person in ("unhcr-ciso", "wfp-duty"):
            client.cookies.set("muster_session", await signed_in(circle, person))
            html = (await client.get(f"/rooms/{RANSOMWARE}")).text
            nav = html.partition('class="forms"')[2].partition("</nav>")[0]
            offered[person] = set(re.findall(rf'href="/rooms/{RANSOMWARE}/forms/([a-z-]+)"', nav))
    assert {"update", "ask-status", "invite", "task-add"} <= offered["unhcr-ciso"]
    assert "task-add" in offered["wfp-duty"]
    assert not {"update", "ask-status", "invite"} & offered["wfp-duty"]


async def test_a_room_and_its_forms_speak_the_readers_language_and_leave_the_command_as_it_is_typed() -> None:
    circle = a_web(views=FakeViews(a_ransomware_incident()))
    async with a_browser(create_app(circle.parts)) as client:
        client.cookies.set("muster_session", await signed_in(circle, "unhcr-ciso"))
        client.headers["Accept-Language"] = "fr"
        room = (await client.get(f"/rooms/{RANSOMWARE}")).text
        form = (await client.get(f"/rooms/{RANSOMWARE}/forms/task-add")).text
        rare = (await client.get(f"/rooms/{RANSOMWARE}/forms/playbook-run")).text
    assert ">Ajouter une tâche</a>" in room
    assert "<dd>code malveillant" in room
    assert "<h1>Ajouter une tâche</h1>" in form
    assert "<h1><code>/incident playbook run</code></h1>" in rare


async def test_what_is_partly_withheld_says_so() -> None:
    class ChathamHouse(FakeViews):
        async def story(self, reader: Reader, key: IncidentKey, after: int = 0) -> list[Shown]:
            return await super().story(reader.model_copy(update={"chatham_house": True}), key, after)

        async def case(self, reader: Reader, key: IncidentKey) -> Case:
            return await super().case(reader.model_copy(update={"chatham_house": True}), key)

    circle = a_web(views=ChathamHouse(a_ransomware_incident()))
    async with a_browser(create_app(circle.parts)) as client:
        client.cookies.set("muster_session", await signed_in(circle, "wfp-duty"))
        html = (await client.get(PLACE)).text
    assert (
        "Partly withheld from you: its author, the author&#39;s organization, what it is about, whom it names,"
        in html
    )
    assert "not attributed" in html
    assert "unhcr-responder (UNHCR) noted" not in html


@pytest.mark.parametrize("page", EVERY_PAGE)
async def test_what_people_and_alerts_wrote_never_becomes_markup(page: str) -> None:
    shapes = []
    for hostile in (False, True):
        views = FakeViews(a_ransomware_incident(hostile=hostile))
        words = " ".join(HOSTILE) if hostile else "words"
        views.items = [
            TriageItem(
                id="T-1",
                source="wazuh",
                title=words,
                severity="high",
                count=2,
                first_at=NOW,
                last_at=NOW,
                reason=words,
                organization=None,
            )
        ]
        if not hostile:
            story = Story(at=views.entries[RANSOMWARE][-1].at)
            views.entries[RANSOMWARE] += [
                story.say("wfp-duty", 1, Kind.NOTE_ADD, texts={"note": "words"}) for _ in HOSTILE
            ]
        circle = a_web(views=views)
        async with a_browser(create_app(circle.parts)) as client:
            client.cookies.set("muster_session", await signed_in(circle, "wfp-duty"))
            answer = await client.get(page)
        shapes.append([(tag, *sorted(attrs)) for tag, attrs in elements(answer.text) if tag != "bdi"])
        assert answer.status_code == 200
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("page", [*EVERY_PAGE, "/nothing", "/static/muster.css", f"{PLACE}.json", "/healthz"])
async def test_every_answer_is_fenced(browser: Browser, page: str) -> None:
    answer = await (await browser("unhcr-ciso")).get(page)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == ("no-cache" if page.startswith("/static") else "no-store")


@pytest.mark.parametrize("page", EVERY_PAGE)
async def test_no_page_needs_anything_from_elsewhere_or_anything_inline(browser: Browser, page: str) -> None:
    found = elements((await (await browser("unhcr-ciso")).get(page)).text)
    for tag, attrs in found:
        assert tag != "style"
        assert "style" not in attrs
        assert not [name for name in attrs if name.startswith("on")]
        if tag in ("script", "link", "img", "iframe"):
            assert (attrs.get("src") or attrs.get("href") or "").startswith("/static/")


@pytest.mark.parametrize("page", EVERY_PAGE)
async def test_whoever_is_not_signed_in_is_shown_where_to_and_comes_back(
    nobody: httpx.AsyncClient, page: str
) -> None:
    answer = await nobody.get(page)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?next=%2F")
    assert RANSOMWARE not in answer.text


async def test_a_link_from_chat_goes_on_from_our_own_site(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get(PLACE, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert f'content="0; url={PLACE}"' in answer.text
    assert "set-cookie" not in answer.headers
    again = await nobody.get(PLACE, headers={"Sec-Fetch-Site": "same-origin"})
    assert again.status_code == 303


async def test_a_machine_that_is_not_signed_in_gets_a_problem(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get(f"{PLACE}.json")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:muster:problem:sign_in_needed"


async def test_a_session_ends_when_it_is_not_used(browser: Browser, circle: Circle) -> None:
    client = await browser("unhcr-ciso")
    circle.pass_time(timedelta(minutes=119))
    assert (await client.get("/incidents")).status_code == 200
    circle.pass_time(timedelta(minutes=121))
    assert (await client.get("/incidents")).status_code == 303


async def test_somebody_who_left_the_directory_is_signed_in_no_more(browser: Browser) -> None:
    assert (await (await browser("wfp-former")).get("/incidents")).status_code == 303


async def test_a_fault_of_ours_gives_a_number_and_no_trace(
    browser: Browser, circle: Circle, caplog: pytest.LogCaptureFixture
) -> None:
    client = await browser("unhcr-ciso")
    circle.views.entries[RANSOMWARE][0] = circle.views.entries[RANSOMWARE][0].model_copy(update={"data": {}})
    answer = await client.get(PLACE)
    number = re.search(r"this number: ([0-9a-f]{8})", answer.text)
    assert answer.status_code == 500
    assert number
    assert number[1] in caplog.text
    assert "Traceback" not in answer.text
    assert "KeyError" not in answer.text
    assert answer.headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize(
    "key", ["INC-1", "inc-2026-0042", "%00", "..%2f..%2fetc", "INC-2026-0042%27--", "INC-٢٠٢٦-٠٠٤٢"]
)
async def test_what_is_no_key_is_not_there(browser: Browser, key: str) -> None:
    answer = await (await browser("unhcr-ciso")).get(f"/incidents/{key}")
    assert answer.status_code == 404
    assert "Nothing here" in answer.text


async def test_the_timeline_as_data_says_what_is_withheld(browser: Browser) -> None:
    found = (await (await browser("wfp-duty")).get(f"{PLACE}.json")).json()
    assert found["incident"] == RANSOMWARE
    assert found["commander"] == "unhcr-ciso"
    assert [moment["name"] for moment in found["moments"] if moment["at"]][:2] == ["alerted", "declared"]
    assert all(event["slots"] and event["sentence"] for event in found["events"])
    assert not any("names a member of staff" in event["sentence"] for event in found["events"])


async def test_the_timeline_as_markdown_is_marked_above_and_below(browser: Browser) -> None:
    answer = await (await browser("wfp-duty")).get(f"{PLACE}.md")
    lines = answer.text.strip().splitlines()
    assert lines[0] == lines[-1] == f"**{Marking.AMBER_STRICT}**"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{RANSOMWARE}.md"'


async def test_a_long_story_is_leafed_through(browser: Browser, circle: Circle) -> None:
    story = Story(at=circle.views.entries[RANSOMWARE][-1].at)
    circle.views.entries[RANSOMWARE] += [
        story.say("unhcr-duty", 1, Kind.NOTE_ADD, f"note-{number}", texts={"note": f"Note number {number}."})
        for number in range(700)
    ]
    client = await browser("unhcr-ciso")
    last, first = (await client.get(PLACE)).text, (await client.get(f"{PLACE}?page=1")).text
    assert "Page 3 of 3" in last
    assert "Note number 699." in last
    assert "declared the incident" not in last.partition('id="story"')[2]
    assert "Page 1 of 3" in first
    assert "declared the incident" in first.partition('id="story"')[2]
    assert (await client.get(f"{PLACE}?page=99")).text.count("Page 3 of 3") == 2


async def test_machines_are_told_health_and_nothing_of_incidents(
    nobody: httpx.AsyncClient, circle: Circle
) -> None:
    assert (await nobody.get("/healthz")).text == "ok\n"
    assert (await nobody.get("/readyz")).json() == {
        "ready": True,
        "parts": {"database": True, "temporal": True},
    }
    circle.up["temporal"] = False
    assert (await nobody.get("/readyz")).status_code == 503
    figures = (await nobody.get("/metrics")).text
    assert 'muster_part_up{part="temporal"} 0' in figures
    assert "INC-" not in figures
    described = (await nobody.get("/openapi.json")).json()
    assert set(described["paths"]) == {
        "/healthz",
        "/readyz",
        "/metrics",
        "/incidents/{key}.json",
        "/incidents/{key}.md",
        "/incidents/{key}.csv",
        "/incidents/{key}.pdf",
    }


async def test_a_body_of_a_megabyte_is_refused(browser: Browser) -> None:
    answer = await (await browser("unhcr-ciso")).post(f"/rooms/{RANSOMWARE}", data={"line": "x" * 1_000_000})
    assert answer.status_code == 413
    assert "512 KiB" in answer.text


async def test_a_page_that_is_kept_as_a_file_asks_no_server(browser: Browser) -> None:
    kept = standing_alone((await (await browser("wfp-duty")).get(PLACE)).text)
    for asking in ("<script", "<form", "<nav", "Sign out", 'href="/incidents', 'href="/rooms', "data-live"):
        assert asking not in kept, asking
    assert 'href="static/muster.css"' in kept
    assert "declared the incident" in kept
    assert re.search(r'href="#e-[0-9a-z]+"', kept)


async def test_pages_are_in_the_language_that_whoever_reads_them_said(app: FastAPI, browser: Browser) -> None:
    ours = await browser("unhcr-ciso")
    assert '<html lang="en"' in (await ours.get("/incidents")).text
    parts = app.state.parts
    app.state.parts = replace(parts, communities=RecordedCommunity(parts.directory, spoken))
    assert '<html lang="fr"' in (await ours.get("/incidents")).text


async def test_a_machine_that_comes_by_a_wrong_method_is_told_the_right_ones(
    nobody: httpx.AsyncClient,
) -> None:
    answer = await nobody.put("/incidents", headers={"Accept": "application/json"})
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET"
    assert answer.json()["detail"] == "This address does not take PUT; it takes GET."
    page = await nobody.put("/incidents", headers={"Accept": "text/html"})
    assert "own buttons" in page.text
    assert page.headers["Allow"] == "GET"
