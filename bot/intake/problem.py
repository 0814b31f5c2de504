"""Refusals over HTTP as RFC 9457 problem details: one sentence that says what was wrong and what to do."""

import math
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

PROBLEM_JSON = "application/problem+json"


class Problem(BaseModel):
    """Problem details (RFC 9457, section 3.1)."""

    type: str = Field(examples=["urn:muster:problem:too_large"])
    title: str
    status: int
    detail: str


class Refusal(Exception):
    """A request that is refused; nothing of it was taken, unless the sentence says so."""

    def __init__(
        self, status: HTTPStatus, code: str, sentence: str, *, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence
        self.retry_after = retry_after

    def response(self) -> JSONResponse:
        """The refusal as it goes over the wire."""
        body = Problem(
            type=f"urn:muster:problem:{self.code}",
            title=self.status.phrase,
            status=self.status,
            detail=self.sentence,
        )
        return JSONResponse(body.model_dump(), self.status, self._headers(), PROBLEM_JSON)

    def _headers(self) -> dict[str, str]:
        headers = {}
        if self.status is HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = 'Bearer realm="alerts"'
        if self.retry_after is not None:
            headers["Retry-After"] = str(max(1, math.ceil(self.retry_after.total_seconds())))
        return headers


def described(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """The refusals of a route for its OpenAPI description."""
    schema = Problem.model_json_schema()
    return {
        status.value: {"description": status.phrase, "content": {PROBLEM_JSON: {"schema": schema}}}
        for status in statuses
    }
