"""`/incidents/{key}/review`: written by several, signed, published; every act is a command through the gateway."""

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from bot.reading.reviews import Reviewed
from bot.web.command_id import command_id
from bot.web.pages import pages_of
from bot.web.parts import Parts, WebParts
from bot.web.routes.keys import Key
from bot.web.routes.room import Once
from bot.web.signin.forms import OwnForm
from bot.web.signin.secret import new_secret
from bot.web.signin.session import SignedIn, Visitor
from playbooks.actions.asking import TICKETS
from playbooks.actions.effect import effect_id
from playbooks.domain.actor import Actor
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.connection import connection_id
from playbooks.domain.function import Function
from playbooks.domain.ids import IncidentKey
from playbooks.domain.judging.review import Signs, may_sign, missing_signatures
from playbooks.domain.marking import Marking
from playbooks.domain.policy import may
from playbooks.domain.review import SECTIONS, Item
from playbooks.review.words import LONGEST, digest, sections_of

router: Final = APIRouter(include_in_schema=False)

Section = Annotated[str, Form(max_length=LONGEST)]


async def _sections(
    summary: Section = "",
    what_happened: Section = "",
    went_well: Section = "",
    went_badly: Section = "",
    lessons: Section = "",
) -> dict[str, str]:
    said = (summary, what_happened, went_well, went_badly, lessons)
    return sections_of(dict(zip(SECTIONS, said, strict=True)))


Sections = Annotated[dict[str, str], Depends(_sections)]


@router.get("/incidents/{key}/review")
async def review(
    request: Request,
    key: Key,
    parts: Parts,
    visitor: SignedIn,
    version: Annotated[int | None, Query(ge=1, le=100_000)] = None,
) -> Response:
    """The newest version to write on, or an older one to read."""
    return _page(request, parts, visitor, await parts.reviews.reviewed(visitor.reader, key), version=version)


@router.post("/incidents/{key}/review", dependencies=[OwnForm])
async def save(
    request: Request,
    key: Key,
    parts: Parts,
    visitor: SignedIn,
    once: Once,
    sections: Sections,
    base: Annotated[int, Form(ge=0, le=100_000)],
) -> Response:
    """Keep a version. Where somebody saved meanwhile, show both: nothing that anybody wrote is lost."""
    verdict = await _say(
        parts, visitor, key, once, "save", texts=sections, base=base, sha256=digest(sections)
    )
    if verdict.outcome is Outcome.DONE:
        return _back(key)
    found = await parts.reviews.reviewed(visitor.reader, key)
    return _page(request, parts, visitor, found, refusal=verdict, mine=sections)


@router.post("/incidents/{key}/review/action", dependencies=[OwnForm])
async def take_on(  # noqa: PLR0913, PLR0917  the fields of a form
    request: Request,
    key: Key,
    parts: Parts,
    visitor: SignedIn,
    once: Once,
    due: Annotated[date, Form()],
    text: Annotated[str, Form(min_length=1, max_length=2_000)],
    owner: Annotated[str, Form(max_length=100)] = "",
    function: Annotated[Function, Form()] = Function.CYBER,
) -> Response:
    """Take an action on, for one's own organization."""
    person = parts.directory.person(owner) if owner.strip() else visitor.person
    due_at = datetime.combine(due, time(23, 59), UTC)
    minutes = max(int((due_at - parts.now()) / timedelta(minutes=1)), 1)
    verdict = await _say(
        parts,
        visitor,
        key,
        once,
        "action",
        texts={"text": text},
        owner=person.id,
        owner_organization=person.organization,
        person_office=person.office,
        function=function.value,
        due_minutes=minutes,
    )
    return await _answered(request, parts, visitor, key, verdict)


@router.post("/incidents/{key}/review/done", dependencies=[OwnForm])
async def done(
    request: Request,
    key: Key,
    parts: Parts,
    visitor: SignedIn,
    once: Once,
    item: Annotated[str, Form(pattern=r"^A-\d{1,6}$")],
) -> Response:
    """Say that an action is done."""
    verdict = await _say(parts, visitor, key, once, "done", item=item)
    return await _answered(request, parts, visitor, key, verdict)


@router.post("/incidents/{key}/review/sign", dependencies=[OwnForm])
async def sign(
    request: Request,
    key: Key,
    parts: Parts,
    visitor: SignedIn,
    once: Once,
    role: Annotated[Signs, Form()],
    version: Annotated[int, Form(ge=0, le=100_000)],
) -> Response:
    """Stand by the version that one read."""
    verdict = await _say(parts, visitor, key, once, "sign", role=role.value, version=version)
    return await _answered(request, parts, visitor, key, verdict)


@router.post("/incidents/{key}/review/publish", dependencies=[OwnForm])
async def publish(
    request: Request,
    key: Key,
    parts: Parts,
    visitor: SignedIn,
    once: Once,
    marking: Annotated[Marking, Form()],
) -> Response:
    """Publish the version that is signed; its words stand in the entry that publishes it, at that marking."""
    found = await parts.reviews.reviewed(visitor.reader, key)
    words = found.words(found.version(None))
    verdict = await _say(
        parts,
        visitor,
        key,
        once,
        "publish",
        texts=words,
        marking=marking.value,
        version=found.review.latest,
    )
    return await _answered(request, parts, visitor, key, verdict)


async def _say(
    parts: WebParts,
    visitor: Visitor,
    key: IncidentKey,
    once: str,
    act: str,
    /,
    *,
    texts: dict[str, str] | None = None,
    **args: object,
) -> Verdict:
    return await parts.gateway.submit(
        Command(
            id=command_id(visitor.person.id, once),
            verb=f"review.{act}",
            actor=Actor.of(visitor.person),
            incident=key,
            args=args,
            texts=texts or {},
            received_at=parts.now(),
        )
    )


async def _answered(
    request: Request, parts: WebParts, visitor: Visitor, key: IncidentKey, verdict: Verdict
) -> Response:
    if verdict.outcome is Outcome.DONE:
        return _back(key)
    found = await parts.reviews.reviewed(visitor.reader, key)
    return _page(request, parts, visitor, found, refusal=verdict)


def _back(key: IncidentKey) -> Response:
    return RedirectResponse(f"/incidents/{key}/review", HTTPStatus.SEE_OTHER)


def _page(
    request: Request,
    parts: WebParts,
    visitor: Visitor,
    found: Reviewed,
    *,
    version: int | None = None,
    refusal: Verdict | None = None,
    mine: dict[str, str] | None = None,
) -> Response:
    actor, state = Actor.of(visitor.person), found.case.state
    shown = found.version(version)
    conflict = refusal is not None and refusal.code == "version_conflict" and mine is not None
    return pages_of(request).page(
        "review.html",
        visitor,
        status=HTTPStatus.CONFLICT if refusal else HTTPStatus.OK,
        found=found,
        shown=shown,
        sections=SECTIONS,
        words=mine if mine is not None and not conflict else found.words(shown),
        mine=mine if conflict else None,
        refusal=refusal,
        writes=version is None and found.review.published is None and may(actor, "review.save", state),
        functions=list(Function),
        signs=[role for role in Signs if may_sign(role, actor, state)],
        publishes=may(actor, "review.publish", state),
        missing={each: missing_signatures(found.review, state, each) for each in reversed(Marking)},
        ticket=lambda item: _ticket(found, item),
        text=parts.texts.say,
        once=new_secret,
    )


def _ticket(found: Reviewed, item: Item) -> Any:  # noqa: ANN401  an effect, for the template
    state = found.case.state
    tickets = connection_id(item.organization, TICKETS)
    return found.case.effects.get(effect_id(tickets, state.key, "ticket.create", f"item-{item.id}"))
