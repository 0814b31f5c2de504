"""The pages, the web room, and what answers on the same port."""

import asyncio
from collections.abc import Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from temporalio.service import RPCError

from bot.composition.alerts import formats_of, routing_of, sources_of
from bot.composition.chat import ChatFronts
from bot.composition.hooks import hooks
from bot.composition.installation import Installation, utc_now
from bot.composition.speaking import speaking
from bot.connections_file import read_connections
from bot.intake.router import intake_router
from bot.openid_file import read_providers, secret_of
from bot.operator_log import OperatorLog
from bot.reading.courses import CourseReading
from bot.reading.duty import on_call_in
from bot.reading.evidence import Locker
from bot.reading.publications import Publications
from bot.reading.reviews import ReviewReading
from bot.settings import Settings
from bot.slack.serving import slack_router
from bot.web.app import create_app
from bot.web.parts import WebParts, WebSettings
from bot.web.signin.enrolment import invite_all
from integrations.openid.provider import OpenIdProvider, Registration
from integrations.postgres.backlog import waiting
from integrations.postgres.evidence import PostgresEvidence
from playbooks.domain.errors import IncidentError
from playbooks.domain.ids import IncidentKey
from playbooks.domain.organization import Directory

_ANSWER_WITHIN = 3


def chat_fronts(muster: Installation) -> ChatFronts:
    """Who listens for people in chat systems."""
    configured = read_connections(muster.settings.connections, muster.directory)
    return ChatFronts(
        configured=tuple(configured.values()),
        connections=muster.connections,
        desk=muster.desk,
        directory=muster.directory,
        texts=muster.texts,
        now=utc_now,
        trust=muster.trust_at_once,
        gateway=muster.gateway,
        made=muster.effects.made,
        views=muster.views,
        communities=muster.communities,
        operator=OperatorLog(),
        origin=muster.settings.page_origin,
        unattributed=partial(_unattributed, muster),
        speaking=partial(speaking, muster),
    )


async def _unattributed(muster: Installation, key: IncidentKey, joint: str) -> bool:
    """Where nothing is known of the room, nobody is named."""
    room = (await muster.cases.case(key)).state.joint.get(joint)
    return room is None or room.unattributed


def web_app(muster: Installation) -> FastAPI:
    """The pages, the web room, and the intake of alerts."""
    settings = muster.settings
    alerts = intake_router(
        muster.intake,
        sources_of(settings),
        routing_of(settings),
        utc_now,
        formats=formats_of(settings),
    )
    heard = hooks(
        settings.connections,
        muster.directory,
        muster.effects,
        muster.gateway,
        muster.connections.port,
        PostgresEvidence(muster.pool),
        utc_now,
    )
    return create_app(web_parts(muster), alerts, heard, slack_router(chat_fronts(muster).slack_apps()))


def web_parts(muster: Installation) -> WebParts:
    """What the pages are made of."""
    return WebParts(
        views=muster.views,
        desk=muster.desk,
        directory=muster.directory,
        texts=muster.texts,
        signin=muster.signin,
        figures=muster.figures,
        costs=muster.costs,
        reviews=ReviewReading(muster.views, muster.texts),
        publications=Publications(muster.reading),
        gateway=muster.gateway,
        runs=CourseReading(muster.library.shown),
        exports=muster.exports,
        record=muster.record,
        viewings=muster.viewings,
        on_call=on_call_in(muster.directory, muster.connections, muster.rotas, utc_now),
        rotas=muster.rotas,
        communities=muster.communities,
        links=muster.links,
        evidence=Locker(PostgresEvidence(muster.pool), muster.views, muster.record, utc_now),
        settings=WebSettings(origin=muster.settings.page_origin),
        ready=lambda: readiness(muster),
        waiting=lambda: waiting(muster.pool),
        now=utc_now,
        providers=identity_providers(muster.settings, muster.directory),
    )


def identity_providers(settings: Settings, directory: Directory) -> tuple[OpenIdProvider, ...]:
    """Where organizations' people may sign in at home. Raises Malformed."""
    folder = settings.identity_providers.parent if settings.identity_providers else Path()
    return tuple(
        OpenIdProvider(
            Registration.model_validate(entry.model_dump(exclude={"client_secret"})),
            partial(secret_of, entry, folder),
            utc_now,
        )
        for entry in read_providers(settings.identity_providers, directory)
    )


async def invitations(muster: Installation) -> list[tuple[str, str]]:
    """A new enrolment link for everybody who has not enrolled: person and link."""
    invited = await invite_all(
        muster.signin, muster.directory.community, muster.settings.page_origin, utc_now()
    )
    return [(invitation.person, invitation.link) for invitation in invited]


async def readiness(muster: Installation) -> Mapping[str, bool]:
    """Whether the database and the engine answer now."""
    return {"postgresql": await _answers(_select(muster)), "temporal": await _answers(_describe(muster))}


async def _select(muster: Installation) -> None:
    await muster.leases.listing()


async def _describe(muster: Installation) -> None:
    await muster.client.service_client.check_health()


async def _answers(question: Coroutine[Any, Any, object]) -> bool:
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            await question
    except (TimeoutError, IncidentError, RPCError):
        return False
    return True
