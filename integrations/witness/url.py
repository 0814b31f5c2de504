"""A witness that answers over HTTP, after c2sp.org/tlog-witness."""

from datetime import timedelta
from http import HTTPStatus

import httpx

from playbooks.domain.errors import Malformed, Transient
from playbooks.domain.proof.notes import signature_lines
from playbooks.domain.proof.witnessing import Ruling, Submission
from playbooks.domain.saying import saying
from playbooks.ports.witness import Answer

_REFUSALS = {
    HTTPStatus.FORBIDDEN: Ruling.UNKNOWN_KEY,
    HTTPStatus.NOT_FOUND: Ruling.UNKNOWN_LOG,
    HTTPStatus.UNPROCESSABLE_ENTITY: Ruling.FORK,
    HTTPStatus.BAD_REQUEST: Ruling.MALFORMED,
}
_MOST = 1000


class UrlWitness:
    """A witness at a submission prefix."""

    def __init__(self, url: str, *, within: timedelta = timedelta(seconds=10)) -> None:
        self._url = f"{url.rstrip('/')}/add-checkpoint"
        self._within = within.total_seconds()

    async def submit(self, submission: Submission) -> Answer:
        """See the port."""
        try:
            async with httpx.AsyncClient(timeout=self._within) as client:
                answer = await client.post(self._url, content=str(submission).encode())
        except httpx.HTTPError as error:
            raise Transient(
                saying("vendor.witness_away", url=self._url, fault=type(error).__name__)
            ) from error
        return _read(answer, submission)


def _read(answer: httpx.Response, submission: Submission) -> Answer:
    said = answer.text[:_MOST].strip()
    if answer.status_code == HTTPStatus.OK:
        try:
            return Answer(Ruling.COSIGNED, submission.note.joined(signature_lines(answer.text)))
        except Malformed as error:
            raise Transient(saying("vendor.no_cosignature", said=error.wording)) from error
    if answer.status_code == HTTPStatus.CONFLICT and said.isdecimal() and int(said) != submission.old:
        return Answer(Ruling.OTHER_SIZE, stands=int(said))
    if answer.status_code == HTTPStatus.CONFLICT:
        return Answer(Ruling.FORK, sentence=said)
    if (ruling := _REFUSALS.get(HTTPStatus(answer.status_code))) is not None:
        return Answer(ruling, sentence=said)
    raise Transient(saying("vendor.witness_answered", status=answer.status_code))
