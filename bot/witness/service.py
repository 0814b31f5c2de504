"""A witness over HTTP (c2sp.org/tlog-witness): `POST /add-checkpoint`, and what it holds at `/checkpoints`."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse

from bot.witness.keeping import Keeping
from playbooks.domain.errors import Malformed
from playbooks.domain.proof.checkpoint import Checkpoint
from playbooks.domain.proof.notes import Note
from playbooks.domain.proof.witnessing import Ruled, Ruling, Submission

_MOST_BYTES = 64 * 1024
_STATUS = {
    Ruling.UNKNOWN_LOG: HTTPStatus.NOT_FOUND,
    Ruling.UNKNOWN_KEY: HTTPStatus.FORBIDDEN,
    Ruling.OTHER_SIZE: HTTPStatus.CONFLICT,
    Ruling.FORK: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def witness_app(keeping: Keeping, now: Callable[[], datetime]) -> FastAPI:
    """The witness's own small service; it has no other route."""
    app = FastAPI(title="Muster witness", openapi_url=None)

    @app.post("/add-checkpoint")
    async def add_checkpoint(request: Request) -> Response:
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > _MOST_BYTES:
                return PlainTextResponse("too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            submission = Submission.read(body.decode())
        except (Malformed, UnicodeDecodeError) as error:
            return PlainTextResponse(f"{getattr(error, 'sentence', 'not UTF-8')}\n", HTTPStatus.BAD_REQUEST)
        ruled, newest = keeping.judge(submission, int(now().timestamp()))
        return _answer(keeping, submission, ruled, newest)

    @app.get("/checkpoints", response_class=PlainTextResponse)
    async def checkpoints() -> str:
        return keeping.held

    @app.get("/vkey", response_class=PlainTextResponse)
    async def vkey() -> str:
        return f"{keeping.key}\n"

    return app


def _answer(keeping: Keeping, submission: Submission, ruled: Ruled, note: Note | None) -> Response:
    if ruled.ruling is Ruling.COSIGNED and note is not None:
        made = [line for line in note.signatures if line.key == keeping.key.id]
        return PlainTextResponse("".join(map(str, made)))
    if ruled.ruling is Ruling.OTHER_SIZE:
        size = Checkpoint.read(note.text).size if note else 0
        return Response(f"{size}\n", HTTPStatus.CONFLICT, media_type="text/x.tlog.size")
    if ruled.ruling is Ruling.FORK and submission.old == submission.checkpoint.size:
        return PlainTextResponse(f"{ruled.sentence}\n", HTTPStatus.CONFLICT)
    return PlainTextResponse(f"{ruled.sentence}\n", _STATUS[ruled.ruling])
