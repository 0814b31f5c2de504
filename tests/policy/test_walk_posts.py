"""Every form as every kind of reader: the answer, and the page that stands then, give nothing that is another's."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from typing import Any

import httpx

from bot.web.room.forms import FORMS
from bot.web.signin.secret import form_token
from playbooks.domain.entry import Entry
from playbooks.domain.kinds import Kind
from tests.policy.canaries import PEOPLE, word
from tests.policy.routes import ITSELF, MACHINE, PUBLIC, ROUTES, filled
from tests.policy.walking import NOWHERE, Walk, browser_of, session_of

NOT_ENDED = ("/sign-out",)
"""Whoever signs out walks no further."""
FORM_ROUTES = ("/rooms/forms/{form}", "/rooms/{key}/forms/{form}")
FILLED: dict[str, Any] = {
    "line": "status", "words": "Seen.", "press": "dismiss", "group": "G-0123456789abcdef-1", "reason": "Known.",
    "version": "1", "base": "0", "role": "owner", "marking": "TLP:GREEN", "item": "A-1", "organization": "UNHCR",
    "due": "2026-12-24", "text": "Train.", "summary": "Done.",
}  # fmt: skip
ALL_KINDS = {
    "task": "UNHCR-1", "organization": "WFP", "person": "unhcr-duty", "consultation": "C-1", "entry": "2",
    "number": "2", "evidence": "E-1", "note": "Seen.", "reason": "Known.", "severity": "low", "phase": "recover",
}  # fmt: skip
_numbers = count(1)


def _once() -> str:
    return f"{next(_numbers):020}"


def _sent(who: str, **fields: Any) -> dict[str, Any]:
    return {"form_token": form_token(session_of(who)), "once": _once(), **fields}


async def _given(browser: httpx.AsyncClient, path: str, sent: dict[str, Any], **more: Any) -> httpx.Response:
    answer = await browser.post(path, data=sent, **more)
    assert answer.status_code < 500, (path, answer.status_code, answer.text[:400])
    return answer


async def test_no_form_gives_a_reader_what_is_not_hers(walk: Walk) -> None:
    answered: dict[str, int] = {}
    for who in PEOPLE:
        hers = walk.hers(who)
        async with await browser_of(walk, who) as browser:
            for route, path in _posts(walk):
                upload = {"files": {"file": ("log.txt", b"log")}} if path.endswith("/evidence") else {}
                answer = await _given(browser, path, _sent(who, **FILLED), **upload)
                pages = (
                    [answer, await browser.get(answer.headers["Location"])]
                    if answer.is_redirect
                    else [answer]
                )
                for page in pages:
                    given = page.text + str(page.headers)
                    assert walk.leaked(given, hers) == [], (who, path)
                answered[route] = answered.get(route, 0) + (answer.status_code < 400)
    assert {route for route, times in answered.items() if times} >= {
        "/rooms",
        "/rooms/{key}",
        "/rooms/{key}/evidence",
    }


def _posts(walk: Walk) -> Iterator[tuple[str, str]]:
    for (method, route), (whom, _) in ROUTES.items():
        if method != "POST" or whom in (PUBLIC, MACHINE, ITSELF) or route in (*NOT_ENDED, *FORM_ROUTES):
            continue
        for key in (*walk.told, NOWHERE) if "{key}" in route else (NOWHERE,):
            yield route, filled(route, key)


async def test_no_command_given_by_its_form_gives_a_reader_what_is_not_hers(walk: Walk) -> None:
    """Rightly filled in, and not: what is wrong is told beside the fields, among what the incident holds."""
    keys = [*walk.told, NOWHERE]
    for who in PEOPLE:
        hers = walk.hers(who)
        async with await browser_of(walk, who) as browser:
            for number, (name, command) in enumerate(FORMS.items()):
                if (number + PEOPLE.index(who)) % 2:
                    continue  # every second form each, and each form by three of the six
                key = keys[(number // 2 + PEOPLE.index(who)) % len(keys)]
                path = (
                    f"/rooms/{key}/forms/{name}" if command.target.needs_incident else f"/rooms/forms/{name}"
                )
                for fields in (ALL_KINDS, {parameter.label: "nonsense" for parameter in command.parameters}):
                    answer = await _given(browser, path, _sent(who, **fields))
                    assert walk.leaked(answer.text + str(answer.headers), hers) == [], (who, path)
            for key in keys:
                page = await browser.get(f"/rooms/{key}")
                assert walk.leaked(page.text, hers) == [], (who, key)


async def test_who_is_not_signed_in_sends_nothing_and_is_given_nothing(walk: Walk) -> None:
    async with await browser_of(walk, None) as browser:
        for _, path in _posts(walk):
            answer = await browser.post(path, data=FILLED)
            assert answer.status_code < 500, path
            assert walk.leaked(answer.text + str(answer.headers), set()) == [], path


async def test_a_file_in_evidence_is_given_to_whom_its_entry_is_released_alone(walk: Walk) -> None:
    given, withheld = 0, 0
    pieces = [entry for told in walk.told.values() for entry in told if entry.kind == Kind.EVIDENCE_RECEIVE]
    for piece in pieces:
        assert await walk.parts.evidence.store.keep(_key(piece), _content(piece)) == piece.data["sha256"]
    for who in PEOPLE:
        async with await browser_of(walk, who) as browser:
            for piece in pieces:
                hers = word(piece.id, "data") in walk.hers_of(who, _key(piece))
                path = f"/incidents/{piece.incident}/evidence/{piece.data['evidence']}"
                answer = await _given(browser, path, _sent(who))
                assert (answer.content == _content(piece)) == hers, (who, path)
                assert hers or word(piece.id, "file") not in answer.text
                given, withheld = given + hers, withheld + (not hers)
    assert given > 3
    assert withheld > 3


def _key(piece: Entry) -> Any:
    return piece.incident


def _content(piece: Entry) -> bytes:
    content = word(piece.id, "file").encode()
    assert sha256(content).hexdigest() == piece.data["sha256"]
    return content
