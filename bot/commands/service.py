"""Shared services: the catalogue, and asking for one; it is worked as a task of the provider's part (003)."""

from collections.abc import Iterator
from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread, nearest
from bot.commands.parameter import Args, Parameter, Place, Takes, span, text
from playbooks.domain.case import Case
from playbooks.domain.catalogue import Service
from playbooks.domain.circle.retainer import plain
from playbooks.domain.circle.service import ServiceRequest
from playbooks.domain.document import Block, Bullets, Document, Heading, Inline
from playbooks.texts import Texts
from playbooks.texts.wording import sentence


def _service() -> Parameter:
    """A service of the catalogue, by its code."""

    def read(typed: str, hearing: Hearing) -> Args:
        for each in hearing.directory.services:
            if each.code == typed.casefold():
                return {"service": each.model_dump(mode="json")}
        codes = [each.code for each in hearing.directory.services]
        raise Misread("misread.no_service", typed=typed[:60], nearest=nearest(typed, codes))

    return Parameter("service", Place.WORD, Takes.NAME, read)


def _request() -> Parameter:
    """A request of the incident, by its id."""

    def read(typed: str, _hearing: Hearing) -> Args:
        return {"request": typed.upper()}

    return Parameter("request", Place.WORD, Takes.NAME, read)


def _origins() -> Parameter:
    """Where a simulation or a test comes from, joined by commas; all alerts name the circle's own domains."""

    def read(typed: str, hearing: Hearing) -> Args:
        named = [each for each in typed.split(",") if each]
        for each in named:
            host = each.casefold().rpartition("@")[2]
            if any(host == own or own.endswith(f".{host}") for own in hearing.directory.domains):
                raise Misread("misread.own_domain", typed=each[:60])
        return {"known_by": named}

    return Parameter("from", Place.OPTION, Takes.ADDRESS, read)


async def _with_standing(args: Args, hearing: Hearing) -> Args:
    own = hearing.directory.organization(hearing.speaker.organization)
    return {**args, "membership": own.membership.value}


async def _shown(inquiry: Inquiry) -> Document:
    texts = inquiry.texts
    offered = tuple(_offer(texts, each) for each in inquiry.directory.services)
    asked = tuple(_requests(texts, await inquiry.case())) if inquiry.incident else ()
    blocks: list[Block] = [Heading(text=texts.say("services.heading"))]
    blocks += [Bullets(items=offered)] if offered else []
    if asked:
        blocks += [Heading(text=texts.say("services.asked")), Bullets(items=asked)]
    return Document(blocks=tuple(blocks))


def _offer(texts: Texts, service: Service) -> tuple[Inline, ...]:
    said = {
        "service": service.code,
        "name": service.name,
        "provider": service.provider,
        "answer_minutes": service.answer_minutes,
        "rate": plain(service.rate) if service.rate is not None else None,
        "currency": service.currency,
    }
    return sentence(texts, "services.offer", said)


def _requests(texts: Texts, case: Case) -> Iterator[tuple[Inline, ...]]:
    for request in case.state.services.values():
        yield _asked(texts, case, request)


def _asked(texts: Texts, case: Case, request: ServiceRequest) -> tuple[Inline, ...]:
    task = next((each for each in case.tasks.values() if each.origin == request.origin), None)
    costs = [each.id for each in case.state.costs.values() if each.service == request.id]
    said = {
        "request": request.id,
        "service": request.service.code,
        "organization": request.organization,
        "task": task.id if task else None,
        "status": task.status.value if task else None,
        "costs": costs,
        "known_by": request.announced.known_by if request.announced else (),
        "until_at": request.announced.until if request.announced else None,
    }
    return sentence(texts, "services.request", said)


SERVICES: Final = (
    ChatCommand(words=("services",), verb="services", target=Target.QUERY, answer=_shown),
    ChatCommand(
        words=("service", "request"),
        verb="service.request",
        target=Target.INCIDENT,
        parameters=(_service(), text("text")),
        complete=_with_standing,
    ),
    ChatCommand(
        words=("service", "announce"),
        verb="service.announce",
        target=Target.INCIDENT,
        parameters=(_request(), _origins(), span("until", "until_minutes"), text("note", required=False)),
    ),
)
