"""Files in evidence: they are taken in with a command, and each copy is a link of the chain of custody.

`POST /rooms/{key}/evidence` keeps a file and says its line;
`POST /incidents/{key}/evidence/{id}` gives a file to whoever may have it. That is a POST because a copy is a link of
the chain of custody: no prefetch and no crawler takes one.
"""

from typing import Annotated, Final

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from starlette.responses import Response

from bot.commands.forms import quoted
from bot.web.parts import Parts
from bot.web.routes.keys import Key
from bot.web.routes.room import Line, Once, back, hear
from bot.web.signin.forms import OwnForm
from bot.web.signin.session import Present
from playbooks.domain.command import Outcome
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import EvidenceId
from playbooks.domain.saying import says
from playbooks.ports.evidence import MOST_BYTES

router: Final = APIRouter(include_in_schema=False, dependencies=[OwnForm])

Piece = Annotated[EvidenceId, Path(pattern=r"^E-[0-9]{1,6}$")]


@router.post("/rooms/{key}/evidence")
async def take_in(
    request: Request,
    key: Key,
    parts: Parts,
    visitor: Present,
    once: Once,
    file: Annotated[UploadFile, File()],
    words: Annotated[Line, Form()] = "",
) -> Response:
    """Keep a file, and say its name, hash and size; it goes again where that is refused."""
    content = await file.read(MOST_BYTES + 1)
    if not file.filename or not content:
        raise Malformed(says("no_file"))
    sha256 = await parts.evidence.take_in(visitor.person, visitor.reader, key, content)
    line = f"evidence add {sha256} size={len(content)} {quoted(file.filename)}\n{words}"
    reply = await hear(parts, visitor, key, once, line)
    if reply.verdict is not None and reply.verdict.outcome is Outcome.REFUSED:
        await parts.evidence.let_go(visitor.reader, key, sha256)
    return back(request, parts, visitor, key, once, reply)


@router.post("/incidents/{key}/evidence/{piece}")
async def give_out(key: Key, piece: Piece, parts: Parts, visitor: Present) -> Response:
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
