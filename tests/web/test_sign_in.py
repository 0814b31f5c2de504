import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.web.app import create_app
from bot.web.routes.signin import local
from bot.web.signin.enrolment import GOOD_FOR, invite, invite_all
from bot.web.signin.recovery import hashed, new_codes
from bot.web.signin.session import LONGEST
from playbooks.domain.ids import PersonId
from tests.web.authenticator import Authenticator, b64
from tests.web.circle import Circle, a_web
from tests.web.conftest import PAGE, a_browser
from tests.web.signin_store import MemorySignIn

DUTY = PersonId("wfp-duty")


async def token_of(client: httpx.AsyncClient, page: str) -> str:
    """The form token of a page, as its forms carry it."""
    found = re.search(r'(?:name="form_token" value|data-token)="([^"]+)"', (await client.get(page)).text)
    assert found
    return found[1]


async def post(client: httpx.AsyncClient, page: str, place: str, body: Any = None) -> httpx.Response:
    """Send JSON as our script does."""
    headers = {"Accept": "application/json", "X-Form-Token": await token_of(client, page)}
    return await client.post(place, json=body or {}, headers=headers)


async def link_for(circle: Circle, person: PersonId = DUTY) -> str:
    """The token of a new enrolment link."""
    invitation = await invite(circle.parts.signin, person, circle.parts.settings.origin, circle.parts.now())
    return invitation.link.partition("#")[2]


async def enrol(
    client: httpx.AsyncClient, circle: Circle, authenticator: Authenticator, token: str = ""
) -> httpx.Response:
    token = token or await link_for(circle)
    asked = await post(client, "/enrol", "/enrol/ask", {"token": token})
    asked.raise_for_status()
    credential = authenticator.create(asked.json())
    return await post(client, "/enrol", "/enrol/passkey", {"token": token, "credential": credential})


async def sign_in(client: httpx.AsyncClient, authenticator: Authenticator) -> httpx.Response:
    asked = await post(client, "/sign-in", "/sign-in/ask")
    return await post(client, "/sign-in", "/sign-in/passkey", authenticator.get(asked.json()))


def codes_in(html: str) -> list[str]:
    return re.findall(r"<code>([0-9A-Z-]{19})</code>", html)


async def test_a_link_becomes_a_passkey_codes_and_a_session(
    nobody: httpx.AsyncClient, circle: Circle
) -> None:
    done = await enrol(nobody, circle, Authenticator())
    assert done.status_code == 200
    assert len(codes_in(done.json()["html"])) == 10
    assert (await nobody.get("/incidents")).status_code == 200


async def test_a_passkey_signs_in_and_signing_out_ends_it_everywhere(
    nobody: httpx.AsyncClient, app: FastAPI, circle: Circle
) -> None:
    authenticator = Authenticator()
    await enrol(nobody, circle, authenticator)
    async with a_browser(app) as other:
        assert (await sign_in(other, authenticator)).json() == {"signed_in": DUTY}
        copied = dict(other.cookies)
        assert (await other.get("/incidents")).status_code == 200
        token = await token_of(other, "/incidents")
        assert (await other.post("/sign-out", data={"form_token": token})).status_code == 303
        other.cookies.update(copied)
        assert (await other.get("/incidents")).status_code == 303
    assert (await nobody.get("/incidents")).status_code == 200


async def test_an_enrolment_link_works_once(nobody: httpx.AsyncClient, app: FastAPI, circle: Circle) -> None:
    token = await link_for(circle)
    await enrol(nobody, circle, Authenticator(), token)
    async with a_browser(app) as other:
        again = await post(other, "/enrol", "/enrol/ask", {"token": token})
    assert again.status_code == 403
    assert again.json()["type"] == "urn:muster:problem:enrolment_over"


async def test_opening_an_enrolment_link_uses_nothing_up(nobody: httpx.AsyncClient, circle: Circle) -> None:
    token = await link_for(circle)
    for _ in range(3):
        assert (await nobody.get("/enrol")).status_code == 200
    assert (await enrol(nobody, circle, Authenticator(), token)).status_code == 200


async def test_an_enrolment_link_is_over_after_a_day(nobody: httpx.AsyncClient, circle: Circle) -> None:
    token = await link_for(circle)
    circle.pass_time(GOOD_FOR)
    assert (await post(nobody, "/enrol", "/enrol/ask", {"token": token})).status_code == 403


async def test_links_are_made_for_those_alone_who_are_not_enrolled(
    nobody: httpx.AsyncClient, circle: Circle
) -> None:
    await enrol(nobody, circle, Authenticator())
    people = circle.parts.directory.people
    invited = await invite_all(circle.parts.signin, people, "http://localhost", circle.parts.now())
    assert {each.person for each in invited} == {person.id for person in people} - {DUTY}
    assert all(each.link.startswith("http://localhost/enrol#") for each in invited)


async def test_where_no_passkey_can_be_made_codes_alone_will_do(
    nobody: httpx.AsyncClient, app: FastAPI, circle: Circle
) -> None:
    form = {"form_token": await token_of(nobody, "/enrol"), "token": await link_for(circle)}
    codes = codes_in((await nobody.post("/enrol", data=form)).text)
    async with a_browser(app) as other:
        form = {
            "form_token": await token_of(other, "/sign-in"),
            "handle": "@WFP-Duty",
            "code": codes[3].lower().replace("-", " "),
        }
        done = await other.post("/sign-in", data={**form, "next": "/triage"})
        assert done.headers["Location"] == "/passkeys?next=%2Ftriage&left=9"
        assert (await other.get("/triage")).status_code == 200
    async with a_browser(app) as third:
        form["form_token"] = await token_of(third, "/sign-in")
        assert (await third.post("/sign-in", data=form)).status_code == 403


@pytest.mark.parametrize("handle", [DUTY, "wfp-ciso", "nobody-at-all", "", "'; DROP TABLE passkey; --"])
async def test_a_wrong_code_and_a_wrong_handle_are_refused_alike(
    nobody: httpx.AsyncClient, circle: Circle, handle: str
) -> None:
    await enrol(nobody, circle, Authenticator())
    nobody.cookies.clear()
    form = {"form_token": await token_of(nobody, "/sign-in"), "handle": handle, "code": "AAAA-AAAA-AAAA-AAAA"}
    answer = await nobody.post("/sign-in", data=form)
    assert answer.status_code == 403
    assert "do not belong together" in answer.text


async def test_codes_cannot_be_tried_for_long(nobody: httpx.AsyncClient, circle: Circle) -> None:
    form = {"form_token": await token_of(nobody, "/enrol"), "token": await link_for(circle)}
    right = codes_in((await nobody.post("/enrol", data=form)).text)[0]
    nobody.cookies.clear()
    form = {"form_token": await token_of(nobody, "/sign-in"), "handle": DUTY}
    for _ in range(5):
        await nobody.post("/sign-in", data={**form, "code": "AAAA"})
    assert "Too many attempts" in (await nobody.post("/sign-in", data={**form, "code": right})).text
    circle.pass_time(timedelta(minutes=16))
    assert (await nobody.post("/sign-in", data={**form, "code": right})).status_code == 303


async def test_one_address_cannot_try_without_end(nobody: httpx.AsyncClient) -> None:
    answers = [(await post(nobody, "/sign-in", "/sign-in/ask")).status_code for _ in range(61)]
    assert answers[-2:] == [200, 403]


async def test_an_answer_counts_once(nobody: httpx.AsyncClient, app: FastAPI, circle: Circle) -> None:
    authenticator = Authenticator()
    await enrol(nobody, circle, authenticator)
    async with a_browser(app) as other:
        asked = await post(other, "/sign-in", "/sign-in/ask")
        answer = authenticator.get(asked.json())
        token = await token_of(other, "/sign-in")
        visit = dict(other.cookies)
        headers = {"Accept": "application/json", "X-Form-Token": token}
        assert (await other.post("/sign-in/passkey", json=answer, headers=headers)).status_code == 200
        other.cookies.clear()
        other.cookies.update(visit)
        assert (await other.post("/sign-in/passkey", json=answer, headers=headers)).status_code == 403


async def test_an_answer_counts_in_the_browser_that_was_asked(
    nobody: httpx.AsyncClient, app: FastAPI, circle: Circle
) -> None:
    authenticator = Authenticator()
    await enrol(nobody, circle, authenticator)
    async with a_browser(app) as theirs, a_browser(app) as ours:
        answer = authenticator.get((await post(theirs, "/sign-in", "/sign-in/ask")).json())
        assert (await post(ours, "/sign-in", "/sign-in/passkey", answer)).status_code == 403


async def test_an_answer_counts_in_time(nobody: httpx.AsyncClient, circle: Circle) -> None:
    authenticator = Authenticator()
    await enrol(nobody, circle, authenticator)
    nobody.cookies.clear()
    answer = authenticator.get((await post(nobody, "/sign-in", "/sign-in/ask")).json())
    circle.pass_time(timedelta(minutes=5))
    assert (await post(nobody, "/sign-in", "/sign-in/passkey", answer)).status_code == 403


@pytest.mark.parametrize(
    "authenticator",
    [
        Authenticator(origin="https://muster.example.net"),
        Authenticator(host="example.net"),
        Authenticator(verifies=False),
    ],
    ids=["another origin", "another host", "holder not verified"],
)
async def test_what_another_site_or_a_found_key_signed_is_refused(
    nobody: httpx.AsyncClient, circle: Circle, authenticator: Authenticator
) -> None:
    done = await enrol(nobody, circle, authenticator)
    assert done.status_code == 403
    assert done.json()["type"] == "urn:muster:problem:passkey_not_accepted"


async def test_an_unknown_passkey_is_refused(nobody: httpx.AsyncClient) -> None:
    assert (await sign_in(nobody, Authenticator())).status_code == 403


async def test_a_copied_passkey_is_noticed_by_its_counter(nobody: httpx.AsyncClient, circle: Circle) -> None:
    authenticator = Authenticator()
    await enrol(nobody, circle, authenticator)
    for count, status in ((7, 200), (3, 403)):
        nobody.cookies.clear()
        authenticator.count = count
        assert (await sign_in(nobody, authenticator)).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rawId": 1},
        {"rawId": "!!", "response": {"clientDataJSON": "e30"}},
        {"response": []},
        [],
        "x",
        None,
    ],
)
async def test_malformed_answers_are_refused_in_a_sentence(nobody: httpx.AsyncClient, body: object) -> None:
    headers = {"Accept": "application/json", "X-Form-Token": await token_of(nobody, "/sign-in")}
    answer = await nobody.post("/sign-in/passkey", json=body, headers=headers)
    assert answer.status_code in (403, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [
        ({}, "right", 303),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, "right", 303),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, "right", 303),
        ({"Origin": "https://example.net"}, "right", 403),
        ({"Sec-Fetch-Site": "cross-site"}, "right", 403),
        ({"Sec-Fetch-Site": "same-site"}, "right", 403),
        ({}, "wrong", 403),
        ({}, "", 403),
    ],
)
async def test_a_form_counts_from_our_own_page_alone(
    nobody: httpx.AsyncClient, circle: Circle, headers: dict[str, str], token: str, status: int
) -> None:
    await enrol(nobody, circle, Authenticator())
    right = await token_of(nobody, "/incidents")
    form = {"form_token": right if token == "right" else token}
    assert (await nobody.post("/sign-out", data=form, headers=headers)).status_code == status


async def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(circle: Circle) -> None:
    for origin, prefix, secure in (("http://localhost", "", False), ("https://localhost", "__Host-", True)):
        over = a_web(origin=origin)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(over.parts)), base_url=origin, headers=PAGE
        ) as client:
            done = await enrol(client, over, Authenticator(origin=origin))
            given = next(each for each in done.headers.get_list("set-cookie") if "session" in each)
            fenced = (await client.get("/incidents")).headers
        assert given.startswith(f"{prefix}muster_session=")
        assert "HttpOnly" in given
        assert "SameSite=strict" in given
        assert "Path=/" in given
        assert ("Secure" in given) is secure
        assert ("Strict-Transport-Security" in fenced) is secure


async def test_the_store_knows_no_secret(nobody: httpx.AsyncClient, circle: Circle) -> None:
    token = await link_for(circle)
    codes = codes_in((await enrol(nobody, circle, Authenticator(), token)).json()["html"])
    store = circle.parts.signin
    assert isinstance(store, MemorySignIn)
    kept = repr(vars(store))
    for secret in (token, *codes, *(codes[0].replace("-", ""),), nobody.cookies["muster_session"]):
        assert secret not in kept


async def test_a_session_ends_after_a_shift(nobody: httpx.AsyncClient, circle: Circle) -> None:
    await enrol(nobody, circle, Authenticator())
    passed = timedelta()
    while passed + timedelta(hours=1) < LONGEST:
        circle.pass_time(timedelta(hours=1))
        passed += timedelta(hours=1)
        assert (await nobody.get("/incidents")).status_code == 200
    circle.pass_time(timedelta(hours=1))
    assert (await nobody.get("/incidents")).status_code == 303


async def test_somebody_signed_in_may_make_another_passkey(nobody: httpx.AsyncClient, circle: Circle) -> None:
    await enrol(nobody, circle, Authenticator())
    second = Authenticator()
    asked = (await post(nobody, "/passkeys", "/passkeys/ask")).json()
    assert len(asked["excludeCredentials"]) == 1
    assert (
        await post(nobody, "/passkeys", "/passkeys", {"credential": second.create(asked)})
    ).status_code == 200
    nobody.cookies.clear()
    assert (await sign_in(nobody, second)).json() == {"signed_in": DUTY}


async def test_a_lost_passkey_is_forgotten_but_never_the_last_proof(
    nobody: httpx.AsyncClient, circle: Circle
) -> None:
    lost = Authenticator()
    codes = codes_in((await enrol(nobody, circle, lost)).json()["html"])
    form = {"form_token": await token_of(nobody, "/passkeys"), "passkey": b64(lost.id)}
    store = circle.parts.signin
    assert isinstance(store, MemorySignIn)
    kept = store.codes.pop(DUTY)
    assert "all that you could sign in with" in (await nobody.post("/passkeys/remove", data=form)).text
    store.codes[DUTY] = kept
    assert (await nobody.post("/passkeys/remove", data={**form, "passkey": "!"})).status_code == 303
    assert (await nobody.post("/passkeys/remove", data=form)).status_code == 303
    assert codes
    nobody.cookies.clear()
    assert (await sign_in(nobody, lost)).status_code == 403


@pytest.mark.parametrize(
    "place",
    [
        "https://example.net",
        "//example.net",
        "/\\example.net",
        "javascript:alert(1)",
        "",
        "incidents",
        "/\t/example.net",
        "/\n//x",
    ],
)
def test_signing_in_leads_nowhere_else(place: str) -> None:
    assert local(place) == "/incidents"


@pytest.mark.parametrize("place", ["/incidents/INC-2026-0042?kind=tasks", "/rooms"])
def test_signing_in_leads_back(place: str) -> None:
    assert local(place) == place


def test_codes_are_many_different_and_read_as_typed() -> None:
    codes = new_codes()
    assert len(set(codes)) == 10
    assert hashed(codes[0], b"salt" * 4) == hashed(codes[0].lower().replace("-", " "), b"salt" * 4)
    assert hashed(codes[0], b"salt" * 4) != hashed(codes[0], b"pepp" * 4)
