"""`/triage`: alerts that no rule declared; a person decides, about one group or many at once.

What is decided here is typed as a command by the form, so that the board can do nothing that a room cannot.
"""

from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import StringConstraints

from bot.commands.desk import Speaker
from bot.web.command_id import command_id
from bot.web.pages import pages_of
from bot.web.parts import Parts, WebParts
from bot.web.room.answers import answers_of
from bot.web.routes.room import Once
from bot.web.signin.forms import OwnForm
from bot.web.signin.secret import new_secret
from bot.web.signin.session import SignedIn, Visitor
from playbooks.domain.marking import DEFAULT_MARKING

_GROUP: Final = r"^G-[0-9a-f]{16}-[0-9]{1,6}$"
GroupId = Annotated[str, Path(pattern=_GROUP)]
Ticked = Annotated[str, StringConstraints(pattern=_GROUP)]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{4,64}$")]


class Deed(StrEnum):
    """What can be decided about groups that are ticked."""

    CLAIM = "claim"
    DECLARE = "declare"
    ATTACH = "attach"
    DISMISS = "dismiss"
    MERGE = "merge"


router: Final = APIRouter(include_in_schema=False)


@router.get("/triage")
async def triage(
    request: Request, parts: Parts, visitor: SignedIn, said: Annotated[str, Query(max_length=64)] = ""
) -> HTMLResponse:
    """What waits, the most recent first; the answer to what was decided last stands on top."""
    items = sorted(await parts.views.triage(visitor.reader), key=lambda item: item.last_at, reverse=True)
    return pages_of(request).page(
        "triage.html",
        visitor,
        items=items,
        spikes=await parts.views.spikes(visitor.reader),
        incidents=await parts.views.incidents(visitor.reader, open_only=True),
        reply=answers_of(request).find(visitor.person.id, said, parts.now()) if said else None,
        once=new_secret(),
        marking=DEFAULT_MARKING.value if items else "",
    )


@router.get("/triage/{id}")
async def group(request: Request, id: GroupId, parts: Parts, visitor: SignedIn) -> HTMLResponse:
    """One group: why it stands as it does, and its latest alerts."""
    return pages_of(request).page(
        "group.html",
        visitor,
        group=await parts.views.group(visitor.reader, id),
        once=new_secret(),
        marking=DEFAULT_MARKING.value,
    )


@router.post("/triage", dependencies=[OwnForm])
async def decide(
    request: Request,
    parts: Parts,
    visitor: SignedIn,
    once: Once,
    press: Annotated[Deed, Form()],
    group: Annotated[list[Ticked] | None, Form()] = None,
    reason: Annotated[str, Form(max_length=2000)] = "",
    incident: Annotated[str, Form(pattern=r"^(INC-[0-9]{4}-[0-9]{4,6})?$")] = "",
) -> RedirectResponse:
    """Decide about the groups that are ticked; the board stands again, with the answer on top."""
    words = ["triage", press, *(group or ())]
    line = " ".join(([incident] if press is Deed.ATTACH and incident else []) + words)
    return await _typed(request, parts, visitor, once, line, reason)


@router.post("/triage/{id}", dependencies=[OwnForm])
async def split(
    request: Request,
    id: GroupId,
    parts: Parts,
    visitor: SignedIn,
    once: Once,
    fingerprint: Annotated[list[Fingerprint] | None, Form()] = None,
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> RedirectResponse:
    """Give the alerts that are ticked a group of their own; the board stands again, with the answer on top."""
    line = " ".join(("triage", "split", id, *(fingerprint or ())))
    return await _typed(request, parts, visitor, once, line, reason)


async def _typed(
    request: Request, parts: WebParts, visitor: Visitor, once: str, line: str, reason: str
) -> RedirectResponse:
    speaker = Speaker(
        person=visitor.person,
        command_id=command_id(visitor.person.id, once),
        received_at=parts.now(),
        ceiling=parts.settings.ceiling,
    )
    reply = await parts.desk.hear(f"{line}\n{reason}" if reason.strip() else line, speaker)
    answers_of(request).keep(visitor.person.id, once, reply, parts.now())
    return RedirectResponse(f"/triage?said={once}", HTTPStatus.SEE_OTHER)
