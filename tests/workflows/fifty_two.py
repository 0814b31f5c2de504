"""Fifty-two organizations that take part in an incident, a question to all of them, and what they answer."""

from collections.abc import Sequence
from datetime import timedelta

from bot.composition.installation import utc_now
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Verdict
from playbooks.domain.entry import Entry, entry_id, in_milliseconds
from playbooks.domain.ids import ConsultationId, IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Duty
from tests.workflows.house import House
from workflows.rebuild import account_of, consult_input

QUESTION = ConsultationId("C-1")
CIRCLE = tuple(OrganizationCode(f"ORG{number:02}") for number in range(52))


def entry(key: IncidentKey, kind: Kind, subject: str, who: OrganizationCode, **data: object) -> Entry:
    """An entry of her organization's CISO, for all who take part."""
    return Entry(
        id=entry_id(f"{key}/{kind}/{who}"),
        incident=key,
        kind=kind,
        at=in_milliseconds(utc_now()),
        actor=_ciso(who),
        subject=subject,
        data=data,
        audience=("parties",),
    )


async def asked(house: House, key: IncidentKey, lead: OrganizationCode, *before: Entry) -> None:
    """All of them take part and are asked by the lead how they are affected; the question waits for answers."""
    joined: Sequence[Entry] = [
        entry(key, Kind.PARTY_JOIN, f"part/{code}", code, organization=code)
        for code in CIRCLE
        if code != lead
    ]
    opened = entry(
        key,
        Kind.QUESTION_OPEN,
        f"consultation/{QUESTION}",
        lead,
        consultation=QUESTION,
        purpose="status_call",
        asked=list(CIRCLE),
        asked_by=_ciso(lead).id,
        deadline_at=(utc_now() + timedelta(hours=1)).isoformat(),
    )
    await house.muster.record.append([*before, *joined, opened])
    begin = consult_input(await account_of(house.muster.record, key), QUESTION)
    await house.muster.judges.ensure_consultation(key, begin)


async def answer(
    house: House, key: IncidentKey, organization: OrganizationCode, *options: str
) -> list[Verdict]:
    """One organization's answers, one after the other."""
    said = []
    for option in options:
        given = house.command("unhcr-ciso", "answer", key, consultation=QUESTION, option=option)
        said.append(await house.gateway.submit(given.model_copy(update={"actor": _ciso(organization)})))
    return said


def _ciso(organization: OrganizationCode) -> Actor:
    return Actor(
        id=f"{organization.casefold()}-ciso",
        kind=ActorKind.PERSON,
        organization=organization,
        duties=(Duty.CISO,),
    )
