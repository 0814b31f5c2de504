"""The web application: its routes, its headers, and how it tells what goes wrong."""

from fastapi import APIRouter, FastAPI

from bot.web.failures import tell_failures
from bot.web.headers import SecurityHeaders
from bot.web.language import BrowserLanguage
from bot.web.metrics import Counted, Metrics
from bot.web.pages import Pages
from bot.web.parts import WebParts
from bot.web.room.answers import Answers
from bot.web.room.live import Live
from bot.web.routes import (
    adding,
    answer,
    costs,
    enrol,
    events,
    figures,
    forms,
    guests,
    health,
    incident,
    incidents,
    oncall,
    openid,
    review,
    reviews,
    room,
    signin,
    static,
    timeline,
    triage,
    work_plan,
)
from bot.web.sizes import BodyLimit


def create_app(parts: WebParts, *machines: APIRouter) -> FastAPI:
    """The app over these parts and over the routes of machines (intake, webhooks); failures are told alike.

    Machines' routes are looked up first: a storm of alerts does not go past every page.
    """
    app = FastAPI(
        title="Muster",
        summary="Incident response in concert, across organizations.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.parts = parts
    app.state.pages = Pages(parts)
    app.state.answers = Answers()
    app.state.live = Live(parts.views)
    app.state.metrics = Metrics()
    tell_failures(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, secure=parts.settings.secure)
    app.add_middleware(BrowserLanguage, languages=parts.texts.languages)
    app.add_middleware(Counted, metrics=app.state.metrics)
    for router in machines:
        app.include_router(router)
    app.mount("/static", static.files(), name="static")
    for group in (
        health,
        signin,
        openid,
        enrol,
        answer,
        incidents,
        timeline,
        events,
        incident,
        room,
        guests,
        forms,
        adding,
        triage,
        figures,
        costs,
        oncall,
        review,
        reviews,
        work_plan,
    ):
        app.include_router(group.router)
    return app
