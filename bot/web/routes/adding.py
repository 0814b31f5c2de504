"""What is added to the record by forms: each field of a form is a word of the line that it says.

`POST /rooms/{key}/forms/{form}` says the line of a form; `POST /rooms/{key}/evidence` keeps a file and says its line;
`POST /incidents/{key}/evidence/{id}` gives a file to whoever may have it. That is a POST because a copy is a link of
the chain of custody: no prefetch and no crawler takes one.
"""

from typing import Annotated, Final

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from starlette.responses import Response

from bot.commands.forms import line_of, quoted
from bot.commands.grammar import LONGEST
from bot.web.parts import Parts
from bot.web.room.adding import FORMS
from bot.web.routes.keys import Key
from bot.web.routes.room import Line, Once, back, hear
from bot.web.signin.forms import OwnForm
from bot.web.signin.session import SignedIn
from playbooks.domain.command import Outcome
from playbooks.domain.errors import Malformed, NotFound
from playbooks.domain.ids import EvidenceId
from playbooks.ports.evidence import MOST_BYTES

router: Final = APIRouter(include_in_schema=False, dependencies=[OwnForm])

Piece = Annotated[EvidenceId, Path(pattern=r"^E-[0-9]{1,6}$")]


@router.post("/rooms/{key}/forms/{form}")
async def say_by_form(
    request: Request,
    key: Key,
    form: Annotated[str, Path(max_length=40)],
    parts: Parts,
    visitor: SignedIn,
    once: Once,
) -> Response:
    """Say what a form says."""
    command = FORMS.get(form)
    if command is None:
        raise NotFound("There is no such form.")
    given = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    line = line_of(command, given)
    if len(line) > LONGEST:
        raise Malformed(f"This is longer than {LONGEST} characters; give the short of it.", code="too_long")
    return back(request, parts, visitor, key, once, await hear(parts, visitor, key, once, line))


@router.post("/rooms/{key}/evidence")
async def take_in(
    request: Request,
    key: Key,
    parts: Parts,
    visitor: SignedIn,
    once: Once,
    file: Annotated[UploadFile, File()],
    words: Annotated[Line, Form()] = "",
) -> Response:
    """Keep a file, and say its name, hash and size; it goes again where that is refused."""
    content = await file.read(MOST_BYTES + 1)
    if not file.filename or not content:
        raise Malformed("Choose a file that is not empty.", code="no_file")
    sha256 = await parts.evidence.take_in(visitor.person, visitor.reader, key, content)
    line = f"evidence add {sha256} size={len(content)} {quoted(file.filename)}\n{words}"
    reply = await hear(parts, visitor, key, once, line)
    if reply.verdict is not None and reply.verdict.outcome is Outcome.REFUSED:
        await parts.evidence.let_go(visitor.reader, key, sha256)
    return back(request, parts, visitor, key, once, reply)


@router.post("/incidents/{key}/evidence/{piece}")
async def give_out(key: Key, piece: Piece, parts: Parts, visitor: SignedIn) -> Response:
    """A file as bytes to be kept, under a name that opens nothing; never shown by the browser, never guessed at."""
    content = await parts.evidence.copy(visitor.person, visitor.reader, key, piece)
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{key}-{piece}.bin"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
