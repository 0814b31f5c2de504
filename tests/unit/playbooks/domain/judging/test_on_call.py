"""Putting somebody in for another: who may, for whom, when, and at which level."""

from datetime import date, timedelta

import pytest

from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, IncidentError, Malformed, Refused
from playbooks.domain.ids import CommandId
from playbooks.domain.judging.on_call import judge_turn
from playbooks.domain.kinds import Kind
from playbooks.domain.rota.rota import Layer, Level, Rota
from tests.casts import NOON, UNHCR, actor

ROTA = Rota(
    organization=UNHCR,
    levels=(
        Level(layers=(Layer.model_validate({"people": ["unhcr-duty"], "starts_on": date(2026, 1, 5)}),)),
    ),
)


def asked(by: str, person: str = "unhcr-duty", /, **said: object) -> Command:
    args = {
        "person": person,
        "person_organization": "UNHCR",
        "end_at": (NOON + timedelta(hours=8)).isoformat(),
    }
    return Command(
        id=CommandId("c"), verb="oncall.override", actor=actor(by), args=args | said, received_at=NOON
    )


def test_whoever_answers_for_an_organization_puts_anybody_of_it_in_from_now_on() -> None:
    entry, verdict = judge_turn(asked("unhcr-ciso"), NOON, ROTA)
    assert (entry.kind, entry.incident, entry.audience) == (Kind.TURN_OVERRIDE, None, ("UNHCR",))
    assert verdict.args["start_at"] == entry.data["start_at"] == NOON.isoformat().replace("+00:00", "Z")
    assert verdict.code == "oncall.override.done"


def test_who_was_on_call_is_not_told_otherwise_afterwards() -> None:
    entry, _ = judge_turn(asked("unhcr-ciso", start_at=(NOON - timedelta(days=1)).isoformat()), NOON, ROTA)
    assert entry.data["start_at"] == NOON.isoformat().replace("+00:00", "Z")


def test_anybody_puts_herself_in_and_nobody_else() -> None:
    judge_turn(asked("unhcr-responder", "unhcr-responder"), NOON, ROTA)
    with pytest.raises(Refused, match="name your own handle"):
        judge_turn(asked("unhcr-responder"), NOON, ROTA)


def test_nobody_of_physical_security_is_put_in_where_cyber_incidents_call() -> None:
    """Neither by who answers for the Secretariat nor by herself (document 002, §15-16)."""
    for by in ("oict-ciso", "dss-duty"):
        of_dss = {"person_organization": "UN", "person_office": "DSS"}
        with pytest.raises(Refused) as refused:
            judge_turn(asked(by, "dss-duty", **of_dss), NOON, ROTA)
        assert (refused.value.code, refused.value.source) == ("dss_physical_security_only", "002 §15-16")
    judge_turn(asked("oict-ciso", "oict-duty", person_organization="UN", person_office="OICT"), NOON, ROTA)


@pytest.mark.parametrize(
    ("said", "error", "code"),
    [
        ({"person_organization": "WFP"}, Refused, "not_of_the_organization"),
        ({"end_at": NOON.isoformat()}, Malformed, "bad_span"),
        ({"end_at": (NOON + timedelta(days=800)).isoformat()}, Malformed, "bad_span"),
        ({"level": 2}, Malformed, "no_such_level"),
    ],
)
def test_a_turn_that_cannot_be_is_refused_with_its_reason(
    said: dict[str, object], error: type[IncidentError], code: str
) -> None:
    with pytest.raises(error) as raised:
        judge_turn(asked("unhcr-ciso", **said), NOON, ROTA)
    assert raised.value.code == code


def test_without_a_rota_here_there_is_nothing_to_change() -> None:
    with pytest.raises(Conflict, match="no rota here"):
        judge_turn(asked("unhcr-ciso"), NOON, None)
