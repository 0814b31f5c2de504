"""`/rooms/{key}`: the story, what waits, and a line for commands. Every line is one command with an id of its own.

The id of a command from the web is a hash of the person and of what stands in the form that the line was typed into:
the same form sent twice is one command, and the id names nobody.
"""

from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.responses import Response

from bot.commands.completion import Surroundings
from bot.commands.desk import Reply, Speaker
from bot.commands.grammar import LONGEST
from bot.kept.desk import AWAY
from bot.reading.viewing import Way
from bot.web.command_id import command_id
from bot.web.deliberate import check_deliberate
from bot.web.failures import for_machines
from bot.web.pages import pages_of
from bot.web.parts import Parts, WebParts
from bot.web.room.adding import adding_forms
from bot.web.room.answers import answers_of
from bot.web.room.forms import first_forms, forms_of, web_form
from bot.web.room.suggestions import suggestions
from bot.web.routes.incidents import marking_of
from bot.web.routes.keys import Key
from bot.web.signin.forms import OwnForm
from bot.web.signin.secret import new_secret
from bot.web.signin.session import Present, SignedIn, Visitor
from bot.web.whole import read_whole
from playbooks.domain.actor import Actor
from playbooks.domain.case import Case
from playbooks.domain.document import Banner
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import IncidentKey

router: Final = APIRouter(include_in_schema=False)

Once = Annotated[str, Form(pattern=r"^[A-Za-z0-9_-]{20,64}$")]
Line = Annotated[str, Form(max_length=LONGEST)]


@router.get("/rooms")
async def lobby(
    request: Request,
    parts: Parts,
    visitor: SignedIn,
    line: Annotated[str, Query(max_length=1000)] = "",
    said: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Where no incident is: declare one, or ask for a list. `line` only fills the command line in."""
    try:
        lines = await parts.views.incidents(visitor.reader, open_only=True)
    except Unavailable as error:
        return await _away(request, parts, visitor, None, said, error)
    return pages_of(request).page(
        "lobby.html",
        visitor,
        lines=lines,
        marking=marking_of(lines),
        line=line,
        once_form=new_secret(),
        form=web_form("declare", parts.texts, await around(parts, visitor)),
        faults={},
        people=[person.id for person in parts.directory.seen_by(visitor.person).people],
        **_talk(request, parts, visitor, said),
    )


@router.get("/rooms/{key}")
async def room(
    request: Request,
    key: Key,
    parts: Parts,
    visitor: Present,
    said: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The room of an incident."""
    check_deliberate(request)
    try:
        whole = await read_whole(parts, visitor, key)
    except Unavailable as error:
        return await _away(request, parts, visitor, key, said, error)
    state, actor = whole.case.state, Actor.of(visitor.person)
    await parts.viewings.saw(visitor.person, state, Way.ROOM, whole.markings)
    return pages_of(request).page(
        "room.html",
        visitor,
        whole=whole,
        line="",
        first_forms=first_forms(actor, state, parts.texts),
        adding=adding_forms(parts.texts, actor, state),
        once_file=new_secret(),
        people=[person.id for person in parts.directory.seen_by(visitor.person).people],
        **_talk(request, parts, visitor, said),
    )


@router.post("/rooms", dependencies=[OwnForm])
async def say_in_lobby(
    request: Request,
    parts: Parts,
    visitor: SignedIn,
    once: Once,
    line: Line = "",
    more: Line = "",
    press: Line = "",
) -> Response:
    """Take a line outside any room; a declared incident leads into its own."""
    reply = await hear(parts, visitor, None, once, press or _typed(line, more))
    return back(request, parts, visitor, None, once, reply)


@router.post("/rooms/{key}", dependencies=[OwnForm])
async def say(
    request: Request,
    key: Key,
    parts: Parts,
    visitor: Present,
    once: Once,
    line: Line = "",
    more: Line = "",
    press: Line = "",
) -> Response:
    """Take a line: typed, or pressed as a button."""
    reply = await hear(parts, visitor, key, once, press or _typed(line, more))
    return back(request, parts, visitor, key, once, reply)


def _typed(line: str, more: str) -> str:
    return f"{line}\n{more}" if more.strip() else line


async def hear(parts: WebParts, visitor: Visitor, key: IncidentKey | None, once: str, line: str) -> Reply:
    """Have the desk hear a line; the form that it came from makes its id."""
    return await parts.desk.hear(line, speaker_of(parts, visitor, key, once))


def speaker_of(parts: WebParts, visitor: Visitor, key: IncidentKey | None, once: str) -> Speaker:
    """Who speaks, where, by which form."""
    return Speaker(
        person=visitor.person,
        incident=key,
        command_id=command_id(visitor.person.id, once),
        received_at=parts.now(),
        proven_at=visitor.proven_at,
        ceiling=parts.settings.ceiling,
    )


def back(
    request: Request, parts: WebParts, visitor: Visitor, key: IncidentKey | None, once: str, reply: Reply
) -> Response:
    """The answer itself for our script, the way to it for everybody else: loading that page again says nothing anew."""
    declared = reply.verdict.incident if key is None and reply.verdict and not reply.failed else None
    place = f"/rooms/{declared or key}" if declared or key else "/rooms"
    if for_machines(request) and not declared:
        html = pages_of(request).render("pieces/answer.html", reply=reply)
        return JSONResponse({"answer": html, "once": new_secret(), "failed": reply.failed})
    answers_of(request).keep(visitor.person.id, once, reply, parts.now())
    way = f"{place}?{urlencode({'said': once})}#answer"
    if for_machines(request):
        return JSONResponse({"go": way})
    return RedirectResponse(way, HTTPStatus.SEE_OTHER)


async def _away(
    request: Request,
    parts: WebParts,
    visitor: Visitor,
    key: IncidentKey | None,
    said: str,
    error: Unavailable,
) -> Response:
    """While the database is away the room is its line, which the desk answers from the machine's copy."""
    if error.code != AWAY:
        raise error
    talk = _talk(request, parts, visitor, said)
    talk["reply"] = talk["reply"] or await hear(
        parts, visitor, key, new_secret(), "status" if key else "list"
    )
    action = f"/rooms/{key}" if key else "/rooms"
    marking = next((each.marking for each in talk["reply"].document.blocks if isinstance(each, Banner)), "")
    return pages_of(request).page(
        "away.html", visitor, status=503, key=key, action=action, line="", marking=marking, **talk
    )


def _talk(request: Request, parts: WebParts, visitor: Visitor, said: str) -> dict[str, Any]:
    reply = answers_of(request).find(visitor.person.id, said, parts.now()) if said else None
    return {
        "once": new_secret(),
        "once_pressed": new_secret(),
        "reply": reply,
        "said": said,
        "suggestions": suggestions(parts.texts, visitor.person),
        "forms": forms_of(visitor.person),
    }


async def around(parts: WebParts, visitor: Visitor, case: Case | None = None) -> Surroundings:
    """What a form or a completion may offer to somebody."""
    playbooks = {} if visitor.reader.is_guest else await parts.desk.playbooks()
    return Surroundings(parts.directory.seen_by(visitor.person), case=case, playbooks=playbooks)
