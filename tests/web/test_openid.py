"""Signing in at one's own organization: what holds signs in, whatever does not, does not."""

import dataclasses
import re
from html import unescape
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import OctKey, RSAKey

from playbooks.domain.organization import Directory
from tests.web.circle import Circle, a_web
from tests.web.conftest import Browser, a_browser
from tests.web.openid_house import ISSUER, Break, House, logout_claims
from tests.worlds import a_circle

SUBJECT = "sub-of-wfp-duty"
ELSEWHERE = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def house() -> House:
    return House()


def with_subjects(directory: Directory) -> Directory:
    """wfp-duty is known at home; somebody of UNHCR happens to have the same subject at her own."""
    known = {"wfp-duty": SUBJECT, "unhcr-duty": SUBJECT, "unhcr-ciso": "sub-of-unhcr-ciso"}
    people = (
        person.model_copy(update={"identities": {"openid": known[person.id]}})
        if person.id in known
        else person
        for person in directory.people
    )
    return directory.model_copy(update={"people": tuple(people)})


@pytest.fixture
def circle(house: House) -> Circle:
    circle = a_web()
    parts = dataclasses.replace(
        circle.parts, directory=with_subjects(a_circle()), providers=(house.provider(),)
    )
    return dataclasses.replace(circle, parts=parts)


async def begun(client: httpx.AsyncClient, then: str = "/incidents") -> str:
    """Press the button; where the browser is sent."""
    page = (await client.get("/sign-in")).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    answer = await client.post("/sign-in/openid/wfp", data={"form_token": token[1], "next": then})
    assert answer.status_code == 200, answer.text
    place = re.search(r'content="0; url=([^"]+)"', answer.text)
    assert place
    return unescape(place[1])


async def came_back(
    client: httpx.AsyncClient, house: House, address: str, subject: str = SUBJECT, **more: str
) -> httpx.Response:
    query = dict(httpx.URL(address).params)
    said = {"code": house.consent(address, subject), "state": query["state"], **more}
    return await client.get("/sign-in/openid/wfp", params=said)


async def test_who_signed_in_at_home_is_signed_in_and_where_she_wanted_to_be(
    nobody: httpx.AsyncClient, house: House, circle: Circle
) -> None:
    answer = await came_back(nobody, house, await begun(nobody, "/triage"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/triage")
    page = await nobody.get("/incidents")
    assert page.status_code == 200
    assert "wfp-duty" in page.text
    assert circle.parts.directory.person("wfp-duty").organization == "WFP"


async def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(
    app: FastAPI, nobody: httpx.AsyncClient, house: House
) -> None:
    """An attacker's own answer, given to somebody else as a link, is nothing (login CSRF)."""
    address = await begun(nobody)
    async with a_browser(app) as victim:
        await victim.get("/sign-in")
        answer = await came_back(victim, house, address)
        assert answer.status_code == 403
        assert "was not asked for here" in answer.text
        assert (await victim.get("/incidents")).status_code == 303


@pytest.mark.parametrize(
    ("promised", "said", "status"),
    [
        (False, {}, 303),
        (False, {"iss": ISSUER}, 303),
        (False, {"iss": "https://id.elsewhere.example.org"}, 403),
        (True, {"iss": ISSUER}, 303),
        (True, {}, 403),
        (True, {"iss": "https://id.elsewhere.example.org"}, 403),
    ],
)
async def test_an_answer_of_another_provider_than_was_asked_is_not_taken_to_it(
    nobody: httpx.AsyncClient, house: House, *, promised: bool, said: dict[str, str], status: int
) -> None:
    """RFC 9207: one whose answers say who gave them is believed in no other's name, and in none without."""
    house.metadata = {"authorization_response_iss_parameter_supported": promised}
    answer = await came_back(nobody, house, await begun(nobody), **said)
    assert answer.status_code == status
    assert len(house.asked) == (status == 403), "a code that is not believed is not handed on"


async def test_an_answer_works_once(nobody: httpx.AsyncClient, app: FastAPI, house: House) -> None:
    address = await begun(nobody)
    visit = nobody.cookies["muster_visit"]
    assert (await came_back(nobody, house, address)).status_code == 303
    async with a_browser(app) as again:
        again.cookies.set("muster_visit", visit)
        assert (await came_back(again, house, address)).status_code == 403


async def test_a_link_from_elsewhere_begins_nothing(nobody: httpx.AsyncClient) -> None:
    assert (await nobody.get("/sign-in/openid/wfp")).status_code == 403
    forged = await nobody.post("/sign-in/openid/wfp", data={"next": "/incidents"}, headers=ELSEWHERE)
    assert forged.status_code == 403


async def test_coming_back_across_sites_goes_on_from_our_own_page(nobody: httpx.AsyncClient) -> None:
    """Strict cookies stay behind on the way back; our page then fetches the same address with them."""
    answer = await nobody.get("/sign-in/openid/wfp", params={"code": "c", "state": "s"}, headers=ELSEWHERE)
    assert answer.status_code == 200
    assert 'url=/sign-in/openid/wfp?code=c&amp;state=s"' in answer.text


def changed(**claims: Any) -> Break:
    return lambda found: found.update(claims)


def lacking(name: str) -> Break:
    def take(found: dict[str, Any]) -> None:
        del found[name]

    return take


@pytest.mark.parametrize(
    "broken",
    [
        changed(iss="https://id.unhcr.example.org"),
        changed(aud="another"),
        changed(aud=["muster", "another"], azp="another"),
        changed(nonce="another"),
        changed(exp=1_700_000_000),
        changed(at_hash="bm90IGl0"),
        lacking("nonce"),
        lacking("sub"),
        lacking("exp"),
        lacking("iss"),
    ],
    ids=[
        "issuer",
        "audience",
        "azp",
        "nonce",
        "expired",
        "at_hash",
        "no nonce",
        "no sub",
        "no exp",
        "no iss",
    ],
)
async def test_a_token_that_does_not_hold_signs_nobody_in(
    nobody: httpx.AsyncClient, house: House, broken: Break
) -> None:
    address = await begun(nobody)
    house.broken = broken
    answer = await came_back(nobody, house, address)
    assert answer.status_code == 403
    assert "You were not signed in" in answer.text
    assert (await nobody.get("/incidents")).status_code == 303


async def test_a_token_signed_by_another_key_or_by_a_shared_secret_signs_nobody_in(
    nobody: httpx.AsyncClient, house: House
) -> None:
    house.signs_with = RSAKey.generate_key(2048)
    assert (await came_back(nobody, house, await begun(nobody))).status_code == 403
    house.signs_with, house.algorithm = OctKey.generate_key(256), "HS256"  # type: ignore[assignment]  # as an attacker would
    assert (await came_back(nobody, house, await begun(nobody))).status_code == 403


async def test_new_keys_of_the_provider_are_fetched_when_they_are_needed(
    nobody: httpx.AsyncClient, house: House
) -> None:
    address = await begun(nobody)
    house.key = RSAKey.generate_key(2048, {"kid": "1"})
    assert (await came_back(nobody, house, address)).status_code == 303


async def test_a_provider_speaks_for_its_own_organization_alone(
    nobody: httpx.AsyncClient, house: House
) -> None:
    """What WFP's provider says of somebody's subject at UNHCR is nothing to us."""
    answer = await came_back(nobody, house, await begun(nobody), "sub-of-unhcr-ciso")
    assert answer.status_code == 403
    assert "nobody&#39;s in the directory here" in answer.text


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://elsewhere.example.org"}, {"token_endpoint": "http://id.wfp.example.org/token"}],
)
async def test_a_provider_that_describes_itself_as_another_or_without_tls_is_not_asked(
    nobody: httpx.AsyncClient, house: House, metadata: dict[str, str]
) -> None:
    house.metadata = metadata
    page = (await nobody.get("/sign-in")).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    assert (await nobody.post("/sign-in/openid/wfp", data={"form_token": token[1]})).status_code == 403


async def test_while_it_is_away_the_other_ways_in_are_named(nobody: httpx.AsyncClient, house: House) -> None:
    house.away = True
    page = (await nobody.get("/sign-in")).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    answer = await nobody.post("/sign-in/openid/wfp", data={"form_token": token[1]})
    assert answer.status_code == 503
    assert "passkey or a recovery code" in answer.text


async def signed_in_at_home(nobody: httpx.AsyncClient, house: House) -> str:
    await came_back(nobody, house, await begun(nobody))
    found = re.search(r'name="form_token" value="([^"]+)"', (await nobody.get("/incidents")).text)
    assert found
    return found[1]


async def test_signing_out_ends_the_session_and_says_that_the_other_goes_on(
    nobody: httpx.AsyncClient, house: House
) -> None:
    token = await signed_in_at_home(nobody, house)
    session = nobody.cookies["muster_session"]
    answer = await nobody.post("/sign-out", data={"form_token": token})
    assert answer.status_code == 200
    assert f"{ISSUER}/out?client_id=muster&amp;post_logout_redirect_uri=" in answer.text
    nobody.cookies.set("muster_session", session)
    assert (await nobody.get("/incidents")).status_code == 303


async def test_the_provider_ends_the_sessions_that_it_opened_and_no_other(
    nobody: httpx.AsyncClient, browser: Browser, house: House
) -> None:
    by_passkey = await browser("wfp-duty")
    await signed_in_at_home(nobody, house)
    for wrong in (
        logout_claims(house, SUBJECT, nonce="n"),
        house.claims(SUBJECT),
        logout_claims(house, SUBJECT, aud="another"),
        logout_claims(house, SUBJECT, iat=1_700_000_000),
        logout_claims(house, "stranger"),
    ):
        refused = await nobody.post("/sign-in/openid/wfp/ended", data={"logout_token": house.token(**wrong)})
        assert refused.status_code == 400
    assert (await nobody.get("/incidents")).status_code == 200
    right = house.token(**logout_claims(house, SUBJECT))
    assert (await nobody.post("/sign-in/openid/wfp/ended", data={"logout_token": right})).status_code == 200
    assert (await nobody.get("/incidents")).status_code == 303
    assert (await by_passkey.get("/incidents")).status_code == 200


async def test_who_signed_in_at_home_makes_no_passkey(nobody: httpx.AsyncClient, house: House) -> None:
    """A stolen account there must not become a key of its own here."""
    token = await signed_in_at_home(nobody, house)
    answer = await nobody.post("/passkeys/ask", headers={"X-Form-Token": token, "Accept": "application/json"})
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("not_by_openid")
