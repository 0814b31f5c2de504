"""What the OpenAPI document says of the HTTP surface is so, for whatever a sender makes of it (schemathesis)."""

import json
from datetime import UTC, datetime
from typing import Any, Final

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case, SerializationContext
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from bot.intake.router import intake_router
from bot.intake.sources import Rate
from bot.web.app import create_app
from playbooks.domain.routing import Routing
from tests.unit.bot.intake.test_router import BEARER, OneSource, RememberingIntake
from tests.web.circle import a_web


@schemathesis.serializer("application/x-ndjson")
def _lines(_context: SerializationContext, value: object) -> bytes:
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
JUDGED_BY_SCHEMA: Final[list[CheckFunction]] = [positive_data_acceptance, negative_data_rejection]
_app = create_app(a_web().parts)
_app.include_router(
    intake_router(RememberingIntake(), OneSource(Rate()), lambda: Routing(rules=()), lambda: NOW)
)
described = schemathesis.openapi.from_asgi("/openapi.json", _app)


@described.parametrize()
@FEW
def test_it_answers_as_it_is_described(case: Case[Any]) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {BEARER.decode()}"})


@described.include(path_regex="^/alerts/").parametrize()
@settings(FEW, max_examples=30)
def test_a_source_that_is_known_is_answered_as_it_is_described(case: Case[Any]) -> None:
    """Else a source is hardly ever known, and nothing is ever taken.

    Parts that are no alert are set aside and the rest is taken, so no schema says which body is refused.
    """
    case.path_parameters["source"] = "soc"
    case.call_and_validate(
        headers={"Authorization": f"Bearer {BEARER.decode()}"}, excluded_checks=JUDGED_BY_SCHEMA
    )
