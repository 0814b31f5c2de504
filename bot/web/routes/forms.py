"""Commands as forms: `/rooms/forms/{form}` where no incident is, `/rooms/{key}/forms/{form}` in one.

A form says a line and has it heard like any other. What is wrong with a field is told beside it; then nothing was said.
`/completions` has the ways to go on with a line being typed.
"""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData
from starlette.responses import Response

from bot.commands.chat_command import ChatCommand
from bot.commands.completion import complete
from bot.commands.forms import line_of
from bot.commands.grammar import LONGEST
from bot.commands.guest import open_to
from bot.commands.registry import COMMANDS
from bot.reading.viewing import Way
from bot.web.deliberate import check_deliberate
from bot.web.pages import pages_of
from bot.web.parts import Parts, WebParts
from bot.web.room.forms import FORMS, first_of, web_form
from bot.web.routes.keys import Key
from bot.web.routes.room import Once, around, back, hear, speaker_of
from bot.web.signin.forms import OwnForm
from bot.web.signin.secret import new_secret
from bot.web.signin.session import Present, SignedIn, Visitor
from playbooks.domain.case import Case
from playbooks.domain.errors import Malformed, NotFound
from playbooks.domain.ids import IncidentKey
from playbooks.domain.saying import says

router: Final = APIRouter(include_in_schema=False)


def _named(form: Annotated[str, Path(max_length=40)]) -> str:
    if form not in FORMS:
        raise NotFound(says("not_found.form"))
    return form


Named = Annotated[str, Depends(_named)]


@router.get("/completions")
async def completions(
    parts: Parts,
    visitor: Present,
    before: Annotated[str, Query(max_length=400)],
    incident: Annotated[IncidentKey | None, Query(pattern=r"^INC-[0-9]{4}-[0-9]{4,9}$")] = None,
) -> JSONResponse:
    """The whole lines that may become of what stands before the cursor, each with what it means."""
    case = await parts.views.case(visitor.reader, incident) if incident else None
    found = complete(
        before, open_to(COMMANDS, visitor.person), await around(parts, visitor, case), parts.texts
    )
    return JSONResponse(
        [{"line": before[: len(before) - each.replaces] + each.text, "means": each.meaning} for each in found]
    )


@router.get("/rooms/forms/{form}")
async def form_outside(request: Request, form: Named, parts: Parts, visitor: SignedIn) -> Response:
    """The form of a command that needs no incident."""
    return await _page(request, parts, visitor, form, None)


@router.get("/rooms/{key}/forms/{form}")
async def form_inside(
    request: Request,
    key: Key,
    form: Named,
    parts: Parts,
    visitor: Present,
    task: Annotated[str, Query(max_length=60)] = "",
    playbook: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The form of a command in an incident; of a task or a playbook that is named, with what it asks."""
    check_deliberate(request)
    case = await parts.views.case(visitor.reader, key)
    await parts.viewings.saw(visitor.person, case.state, Way.ROOM)
    return await _page(request, parts, visitor, form, case, {"task": task, "playbook": playbook})


@router.post("/rooms/forms/{form}", dependencies=[OwnForm])
async def say_outside(request: Request, form: Named, parts: Parts, visitor: SignedIn, once: Once) -> Response:
    """Say what a form says, where no incident is."""
    return await _said(request, parts, visitor, form, once, None)


@router.post("/rooms/{key}/forms/{form}", dependencies=[OwnForm])
async def say_inside(
    request: Request, key: Key, form: Named, parts: Parts, visitor: Present, once: Once
) -> Response:
    """Say what a form says, in an incident."""
    return await _said(request, parts, visitor, form, once, key)


async def _said(
    request: Request, parts: WebParts, visitor: Visitor, form: str, once: str, key: IncidentKey | None
) -> Response:
    values, speaker = _values(await request.form()), speaker_of(parts, visitor, key, once)
    command = await parts.desk.asking(FORMS[form], first_of(form, values), speaker)
    line = line_of(command, values)
    if len(line) > LONGEST:
        raise Malformed(says("too_long.line", size=LONGEST))
    faults = parts.desk.faults(command, values, speaker)
    if faults or not _was_whole(form, command, values):
        case = await parts.views.case(visitor.reader, key) if key else None
        return await _page(request, parts, visitor, form, case, values, faults)
    return back(request, parts, visitor, key, once, await hear(parts, visitor, key, once, line))


def _was_whole(form: str, command: ChatCommand, values: dict[str, str]) -> bool:
    """Whether the form that was sent had a field for all that is asked, which is known from its first field only."""
    at_first = {parameter.label for parameter in FORMS[form].parameters}
    return all(each.label in values or each.label in at_first for each in command.parameters)


def _values(given: FormData) -> dict[str, str]:
    """What stands in each field; several values of one are told apart by commas."""
    said = {name: [str(each) for each in given.getlist(name) if isinstance(each, str)] for name in given}
    return {name: ",".join(values) for name, values in said.items()}


async def _page(
    request: Request,
    parts: WebParts,
    visitor: Visitor,
    form: str,
    case: Case | None,
    values: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
) -> Response:
    return pages_of(request).page(
        "form.html",
        visitor,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        case=case,
        form=web_form(form, parts.texts, await around(parts, visitor, case), values, faults),
        faults=faults or {},
        once=new_secret(),
        people=[person.id for person in parts.directory.seen_by(visitor.person).people],
    )
