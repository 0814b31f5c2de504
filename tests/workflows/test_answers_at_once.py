"""A question to 52 organizations that answer within the same second: some twice, some otherwise, some not at all."""

import asyncio
from datetime import timedelta

import pytest

from bot.composition.installation import utc_now
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Outcome, Verdict
from playbooks.domain.consultation import Tally
from playbooks.domain.entry import Entry, entry_id, in_milliseconds
from playbooks.domain.ids import ConsultationId, IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Duty
from tests.workflows.house import House, until
from workflows.names import consult_id
from workflows.rebuild import account_of, consult_input

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEY, QUESTION = IncidentKey("INC-2026-9052"), ConsultationId("C-1")
CIRCLE = tuple(OrganizationCode(f"ORG{number:02}") for number in range(52))
SILENT, TWICE, OTHERWISE = CIRCLE[:5], CIRCLE[5:15], CIRCLE[15:25]


def _ciso(organization: OrganizationCode) -> Actor:
    return Actor(
        id=f"{organization.casefold()}-ciso",
        kind=ActorKind.PERSON,
        organization=organization,
        duties=(Duty.CISO,),
    )


def _entry(kind: Kind, subject: str, who: OrganizationCode, **data: object) -> Entry:
    return Entry(
        id=entry_id(f"{KEY}/{kind}/{who}"),
        incident=KEY,
        kind=kind,
        at=in_milliseconds(utc_now()),
        actor=_ciso(who),
        subject=subject,
        data=data,
        audience=("parties",),
    )


def _told() -> list[Entry]:
    """An incident in which all take part, and a question to all of them."""
    lead = CIRCLE[0]
    said = {"lead": lead, "severity": "high", "class": "other", "marking": "TLP:AMBER", "restricted": False}
    joined = (_entry(Kind.PARTY_JOIN, f"part/{code}", code, organization=code) for code in CIRCLE[1:])
    asked = _entry(
        Kind.QUESTION_OPEN,
        f"consultation/{QUESTION}",
        lead,
        consultation=QUESTION,
        purpose="status_call",
        asked=list(CIRCLE),
        asked_by=_ciso(lead).id,
        deadline_at=(utc_now() + timedelta(hours=1)).isoformat(),
    )
    return [_entry(Kind.DECLARE, "incident", lead, **said), *joined, asked]


async def _answer(house: House, organization: OrganizationCode, *options: str) -> list[Verdict]:
    """One organization's answers, one after the other."""
    said = []
    for option in options:
        given = house.command("unhcr-ciso", "answer", KEY, consultation=QUESTION, option=option)
        said.append(await house.gateway.submit(given.model_copy(update={"actor": _ciso(organization)})))
    return said


def _options(organization: OrganizationCode) -> tuple[str, ...]:
    if organization in TWICE:
        return ("not_affected", "not_affected")
    return ("unknown", "affected") if organization in OTHERWISE else ("not_affected",)


async def test_each_counts_once_by_its_last_word_and_who_is_silent_is_named(house: House) -> None:
    await house.muster.record.append(_told())
    await house.muster.judges.ensure_consultation(
        KEY, consult_input(await account_of(house.muster.record, KEY), QUESTION)
    )
    speaking = [code for code in CIRCLE if code not in SILENT]
    verdicts = await asyncio.gather(*(_answer(house, code, *_options(code)) for code in speaking))
    assert {each.outcome for said in verdicts for each in said} == {Outcome.DONE}
    standing = await _settled(house)
    assert standing.counts == {"affected": 10, "not_affected": 37, "unknown": 0}
    assert standing.missing == SILENT
    given = [e async for _at, e in house.muster.record.entries(KEY) if e.kind == Kind.ANSWER_GIVE]
    assert len(given) == 47 + len(TWICE) + len(OTHERWISE), "every word stands, whichever counts"
    await asyncio.gather(*(_answer(house, code, "unknown") for code in SILENT))
    await house.ended(consult_id(KEY, QUESTION))
    closed = (await house.case(KEY)).consultations[QUESTION].closed
    assert closed is not None
    assert (closed.outcome, closed.missing, sum(closed.counts.values())) == ("answered", (), 52)


async def _settled(house: House) -> Tally:
    """How the answers stand when the last of them reached the consultation."""

    async def look() -> Tally | None:
        raw = await house.handle(consult_id(KEY, QUESTION)).query("standing", result_type=Tally)
        standing = Tally.model_validate(raw)
        is_whole = len(standing.missing) == len(SILENT) and not standing.counts["unknown"]
        return standing if is_whole else None

    return await until(look, "47 organizations are heard, ten of them by their second word")
