"""Every organization answers within the same second, some twice, and the worker is killed meanwhile."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.composition.installation import Installation, installation
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.consultation import Tally
from playbooks.domain.ids import CommandId, ConsultationId, IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Duty
from tests.faults.house import Part, house, until
from tests.faults.points import Point, after, struck
from tests.faults.promises import the_record_verifies
from workflows.names import consult_id

pytestmark = [pytest.mark.faults, pytest.mark.slow]

LEAD = OrganizationCode("UNHCR")
QUESTION = ConsultationId("C-1")
STORM = tuple(Point(f"{count} have answered", after(Kind.ANSWER_GIVE, count)) for count in (0, 5, 30))


async def test_each_answer_of_a_storm_is_counted_once(fault_data: Path) -> None:
    async with house(fault_data, Part.WORKER) as home, installation(home.settings) as muster:
        asked = tuple(organization.code for organization in muster.directory.organizations)
        key = await _asked(muster, asked)
        given = [_answer(key, code, "affected", "ciso") for code in asked]
        again = given[::3]  # the very same command, from a front end that got no answer
        other_minds = [_answer(key, code, "not_affected", "duty") for code in asked[::5]]

        async with struck(muster, STORM, lambda _point: home.kill_and_restart(Part.WORKER)):
            await asyncio.gather(*(_submitted(muster, each) for each in (*given, *again, *other_minds)))
            await _closed(muster, key)
            tally = await muster.client.get_workflow_handle(consult_id(key, QUESTION)).result()

        entries = [entry async for _position, entry in muster.record.entries(key)]
        answers = Counter(entry.cause for entry in entries if entry.kind == Kind.ANSWER_GIVE)
        assert answers == Counter(each.id for each in (*given, *other_minds))
        assert sum(tally["counts"].values()) == len(asked)
        assert tally["outcome"] == "answered"
        (closed,) = [entry for entry in entries if entry.kind == Kind.QUESTION_CLOSE]
        assert Tally.model_validate(closed.data) == Tally.model_validate(tally)
        await the_record_verifies(muster)


async def _asked(muster: Installation, organizations: tuple[OrganizationCode, ...]) -> IncidentKey:
    """An incident to which all are invited, and of which all are asked."""
    declared = await _submitted(
        muster, _command(LEAD, "declare", None, texts={"title": "A suspicion"}, severity="low")
    )
    key = declared.incident
    assert key is not None
    others = [code for code in organizations if code != LEAD]
    await _submitted(muster, _command(LEAD, "invite", key, organizations=others))
    asking = _command(
        LEAD, "ask", key, purpose="status_call", asked=list(organizations), deadline_minutes=60, needed=0
    )
    await _submitted(muster, asking)
    return key


async def _submitted(muster: Installation, command: Command) -> Verdict:
    async def judged() -> Verdict:
        return await muster.gateway.submit(command)

    verdict = await until(judged, f"{command.id} is judged")
    assert verdict.outcome is Outcome.DONE, verdict
    return verdict


async def _closed(muster: Installation, key: IncidentKey) -> None:
    """Answers are taken before the consultation has started: where the worker dies first, only the next starts it."""

    async def found() -> bool:
        entries = [entry async for _position, entry in muster.record.entries(key)]
        return any(entry.kind == Kind.QUESTION_CLOSE for entry in entries)

    await until(found, f"{QUESTION} is closed")


def _answer(key: IncidentKey, code: OrganizationCode, option: str, who: str) -> Command:
    return _command(code, "answer", key, who, consultation=QUESTION, option=option)


def _command(
    code: OrganizationCode,
    verb: str,
    key: IncidentKey | None,
    who: str = "ciso",
    *,
    texts: dict[str, str] | None = None,
    **args: Any,
) -> Command:
    duty = Duty.CISO if who == "ciso" else Duty.ON_CALL
    person = f"{code.casefold()}-{who}"
    return Command(
        id=CommandId(f"test:{person}/{verb}"),
        verb=verb,
        actor=Actor(id=person, kind=ActorKind.PERSON, organization=code, duties=(duty,)),
        incident=key,
        args=args,
        texts=texts or {},
        received_at=datetime.now(UTC),
    )
