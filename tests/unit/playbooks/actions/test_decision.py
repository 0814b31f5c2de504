from datetime import timedelta

import pytest

from playbooks.actions.action import Level
from playbooks.actions.decision import Ending, Step, ending, first_step, may_repeat, second_go
from playbooks.actions.effect import effect_id
from playbooks.actions.means import BLIND, KEYED, How, findable
from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.ids import ConnectionId, IncidentKey
from playbooks.ports.effects import Claim, ClaimState

FINDABLE = findable(after=timedelta(seconds=3))
LOST = (ClaimState.UNRESOLVED, ClaimState.MINE)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("how", [KEYED, FINDABLE, BLIND])
@pytest.mark.parametrize(
    ("state", "step"),
    [
        (ClaimState.NEW, Step.ACT),
        (ClaimState.CONCLUDED, Step.REST),
        (ClaimState.BUSY, Step.COME_BACK),
    ],
)
def test_where_nobody_can_have_acted_unseen_the_means_do_not_matter(
    state: ClaimState, step: Step, how: How, level: Level
) -> None:
    assert first_step(Claim(state=state, attempt=1), how, level) is step


@pytest.mark.parametrize("state", LOST)
@pytest.mark.parametrize(
    ("how", "level", "step"),
    [
        (KEYED, Level.ROUTINE, Step.ACT_AGAIN),
        (KEYED, Level.CONTAINMENT, Step.ACT_AGAIN),
        (FINDABLE, Level.ROUTINE, Step.LOOK),
        (FINDABLE, Level.CONTAINMENT, Step.LOOK),
        (BLIND, Level.ROUTINE, Step.ACT_AGAIN),
        (BLIND, Level.PAGING, Step.ACT_AGAIN),
        (BLIND, Level.CONTAINMENT, Step.ASK),
    ],
)
def test_after_a_lost_attempt_the_means_and_the_level_decide(
    state: ClaimState, how: How, level: Level, step: Step
) -> None:
    assert first_step(Claim(state=state, attempt=2), how, level) is step


@pytest.mark.parametrize(
    ("error", "clean", "repeatable", "patient", "expected"),
    [
        (Transient("busy"), True, True, True, Ending.RELEASE),
        (Transient("busy"), False, True, True, Ending.HOLD),
        (Transient("busy"), True, True, False, Ending.FAILED),
        (Transient("busy"), False, True, False, Ending.UNKNOWN),
        (Unknown("silence"), True, True, True, Ending.HOLD),
        (Unknown("silence"), True, True, False, Ending.UNKNOWN),
        (Unknown("silence"), True, False, True, Ending.UNKNOWN),
        (Permanent("no"), True, True, True, Ending.FAILED),
        (Permanent("no"), False, True, True, Ending.UNKNOWN),
        (Denied("who?"), True, True, True, Ending.FAILED),
        (Denied("who?"), False, True, True, Ending.UNKNOWN),
    ],
)
def test_only_what_certainly_did_not_happen_has_failed(
    error: ProviderError, *, clean: bool, repeatable: bool, patient: bool, expected: Ending
) -> None:
    assert ending(error, clean=clean, repeatable=repeatable, patient=patient) is expected


def test_only_what_may_do_harm_and_cannot_be_told_apart_is_never_repeated() -> None:
    never = [
        (how, level) for how in (KEYED, FINDABLE, BLIND) for level in Level if not may_repeat(how, level, 2)
    ]
    assert never == [(BLIND, Level.CONTAINMENT), (BLIND, Level.DESTRUCTIVE)]


def test_a_blind_effect_is_not_repeated_for_ever() -> None:
    assert [may_repeat(BLIND, Level.ROUTINE, attempt) for attempt in (3, 4)] == [True, False]
    assert may_repeat(KEYED, Level.ROUTINE, 1000)
    lost = Claim(state=ClaimState.UNRESOLVED, attempt=4)
    assert first_step(lost, BLIND, Level.PAGING) is Step.ASK


def test_an_attempt_that_lost_its_answer_goes_on_only_where_that_is_safe() -> None:
    assert [second_go(how) for how in (KEYED, FINDABLE, BLIND)] == [Step.ACT_AGAIN, Step.LOOK, None]


def test_an_effect_has_one_id_for_ever() -> None:
    ids = {effect_id(ConnectionId("unhcr/jira"), IncidentKey("INC-2026-0042"), "ticket.create", "R-1.3")}
    assert ids == {"unhcr/jira/INC-2026-0042/ticket.create/R-1.3"}


@pytest.mark.parametrize("occasion", ["", "a b", "a/b", "x" * 101, "é", "a\n"])
def test_an_occasion_that_a_vendor_would_choke_on_is_refused(occasion: str) -> None:
    with pytest.raises(ValueError, match="cannot name an effect"):
        effect_id(ConnectionId("unhcr/jira"), IncidentKey("INC-2026-0042"), "ticket.create", occasion)
