"""`/answer/{token}`: where the link in a mail leads. Looking changes nothing; the one answer is a POST of our own form.

Programs that look at mail open its links: so a GET reads, and shows codes alone. No page of it is kept or sent on
(`bot/web/headers.py`), and no log of ours holds an address.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import Response

from bot.answer_links import Link
from bot.web.pages import pages_of
from bot.web.parts import Parts, WebParts
from bot.web.signin.attempts import check_attempt
from bot.web.signin.forms import OwnVisit, Visit, visit_of
from playbooks.domain.actor import Actor
from playbooks.domain.case import Consultation
from playbooks.domain.classification import check_not_classified
from playbooks.domain.command import Command, Outcome
from playbooks.domain.connection import PortName, connection_id
from playbooks.domain.consultation import OPTIONS, Purpose
from playbooks.domain.errors import Conflict, NotFound, Refused
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Person
from playbooks.domain.release import Reader
from playbooks.domain.tongue import speak

router: Final = APIRouter(include_in_schema=False)

Token = Annotated[str, Path(max_length=1000)]
_MARKING: Final = Marking.GREEN
"""Of a page that shows codes alone, as the mail with the link does."""
_SKILL: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class End(StrEnum):
    """Why a link answers nothing; the catalogue has a sentence for each, `page.answer.<end>`."""

    FORGED = "forged"
    EXPIRED = "expired"
    ENDED = "ended"
    SPENT = "spent"
    NOT_YOURS = "not_yours"
    """She is gone from the directory or her organization, may not know of the incident, or was not asked."""


class Closed(Exception):
    """A link that answers nothing; whoever it was made for signs in."""

    def __init__(self, end: End, link: Link | None = None) -> None:
        super().__init__(end)
        self.end = end
        self.link = link


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a link answers now, and who answers."""

    link: Link
    person: Person
    consultation: Consultation

    @property
    def options(self) -> tuple[str, ...]:
        """What may be answered."""
        return OPTIONS[self.consultation.question.purpose]

    @property
    def is_answered(self) -> bool:
        """Whether somebody of hers was quicker: hers would take its place."""
        return self.link.organization not in self.consultation.tally.missing

    @property
    def offers(self) -> bool:
        """Whether it takes hours and skills."""
        return self.consultation.question.purpose is Purpose.MUTUAL_AID


@router.get("/answer/{token}")
async def question(request: Request, token: Token, parts: Parts) -> Response:
    """The question as codes, with a button for each answer."""
    visit = visit_of(request, parts)
    try:
        response = _form(request, visit, await _asked(request, parts, token))
    except Closed as closed:
        return _closed(request, closed)
    visit.keep(response, parts)
    return response


@router.post("/answer/{token}")
async def answer(
    request: Request,
    token: Token,
    parts: Parts,
    visit: OwnVisit,
    option: Annotated[str, Form(max_length=40)],
    words: Annotated[str, Form(max_length=4000)] = "",
    hours: Annotated[str, Form(max_length=10)] = "",
    skills: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """The one answer: judged as every other, and taken once however often it is sent."""
    given = {"words": words, "hours": hours, "skills": skills}
    try:
        await check_attempt(request, parts)
        asked = await _asked(request, parts, token)
        try:
            command = _command(parts, asked, option, given)
        except Refused as refused:  # said before anything is sent: a slip does not use the link up
            return _form(request, visit, asked, refused.sentence, given)
        try:
            verdict = await parts.gateway.submit(command)
        except Conflict:
            raise Closed(End.SPENT, asked.link) from None
    except Closed as closed:
        return _closed(request, closed)
    failed = verdict.outcome is Outcome.REFUSED
    return pages_of(request).page(
        "answered.html",
        None,
        status=HTTPStatus.FORBIDDEN if failed else HTTPStatus.OK,
        marking=_MARKING,
        asked=asked,
        option=option,
        verdict=verdict,
        failed=failed,
    )


async def _asked(request: Request, parts: WebParts, token: str) -> Asked:
    """What the link answers. Raises Closed; a token that nobody made counts as a try, Refused when there are many."""
    link = parts.links.read(token)
    if link is None:
        await check_attempt(request, parts)
        raise Closed(End.FORGED)
    person = await _person(request, parts, link)
    if parts.now() > link.expires_at:
        raise Closed(End.EXPIRED, link)
    reader = Reader(organization=person.organization, person=person.id, ceiling=parts.settings.ceiling)
    try:
        case = await parts.views.case(reader, link.incident)
    except NotFound:
        raise Closed(End.NOT_YOURS) from None
    found = case.consultations.get(link.consultation)
    if found is None or link.organization not in found.question.asked or not found.question.is_by_link:
        raise Closed(End.NOT_YOURS)
    if any(each.by_link and each.person == person.id for each in found.answers):
        raise Closed(End.SPENT, link)
    if found.closed:
        raise Closed(End.ENDED, link)
    return Asked(link, person, found)


async def _person(request: Request, parts: WebParts, link: Link) -> Person:
    """Whom it was made for, as she stands now; she is spoken to in her own language."""
    try:
        person = parts.directory.person(link.person)
    except NotFound:
        raise Closed(End.NOT_YOURS) from None
    if person.organization != link.organization:
        raise Closed(End.NOT_YOURS)
    community = await parts.communities.lately()
    speak(community.tongue(parts.directory, person, getattr(request.state, "offered", "")))
    return community.standing(person)


def _command(parts: WebParts, asked: Asked, option: str, given: dict[str, str]) -> Command:
    """The command, of the link's own id. Raises Refused for what could not be taken as it is."""
    link, question = asked.link, asked.consultation.question
    if option not in asked.options:
        raise _amiss(parts, "option")
    args: dict[str, Any] = {"consultation": question.id, "option": option, "organization": link.organization}
    if asked.offers and option == "offer":
        if not (re.fullmatch(r"[0-9]{1,5}", given["hours"].strip()) and 0 < int(given["hours"]) <= 10_000):
            raise _amiss(parts, "hours")
        skills = given["skills"].replace(",", " ").casefold().split()
        if not all(_SKILL.fullmatch(each) for each in skills):
            raise _amiss(parts, "skills")
        args |= {"hours": int(given["hours"]), "skills": skills}
    words = given["words"].strip()
    check_not_classified(words)
    via = connection_id(link.organization, PortName.MAIL)
    return Command(
        id=parts.links.command_id(link),
        verb="answer",
        actor=Actor.of(asked.person).model_copy(update={"via": via}),
        incident=link.incident,
        args=args,
        texts={"words": words} if words else {},
        received_at=parts.now(),
    )


def _amiss(parts: WebParts, field: str) -> Refused:
    return Refused(parts.texts.say(f"page.answer.amiss.{field}"), code="not_understood", source="policy")


def _form(
    request: Request,
    visit: Visit,
    asked: Asked,
    refusal: str = "",
    given: dict[str, str] | None = None,
) -> Response:
    return pages_of(request).page(
        "answer.html",
        None,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK,
        marking=_MARKING,
        asked=asked,
        form_token=visit.form_token,
        refusal=refusal,
        given=given or {"words": "", "hours": "", "skills": ""},
    )


def _closed(request: Request, closed: Closed) -> Response:
    status = HTTPStatus.GONE if closed.link else HTTPStatus.NOT_FOUND
    return pages_of(request).page("answer_closed.html", None, status=status, end=closed.end, link=closed.link)
