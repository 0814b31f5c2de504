"""What people do in Slack, told to the desk: `/incident ...`, buttons, forms, signs on messages, the app's home, links.

Slack waits three seconds; it is told at once that something came in, and the answer follows, to the person alone.
"""

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.carrying import Carrying
from bot.commands.chat_command import ChatCommand
from bot.commands.declare import DECLARE
from bot.commands.forms import Begun, line_of
from bot.commands.pinning import PIN
from bot.identities import person_of
from bot.slack import modal
from bot.slack.front import Act, SlackFront, Words
from bot.slack.heard import line_in, pressed_by, typed_by
from bot.slack.home import home
from bot.slack.pinning import SIGNS, message_at, message_of
from bot.slack.pressing import read_by_a_room, with_press
from bot.slack.spoken import spoken
from bot.slack.talk import SAID, Talk
from bot.slack.unfurling import unfurls
from playbooks.domain.errors import ProviderError
from playbooks.domain.tongue import speak, speaking

COMMAND: Final = "/incident"
PRESSED: Final = re.compile("^command:")
"""The `action_id` of the buttons that `integrations/slack/render.py` makes; their value is a command line."""
DECLARING: Final = "form:declare"
PINNING: Final = "form:pin"
"""The shortcuts of the manifest."""
ENDS: Final = ("app_uninstalled", "tokens_revoked")
"""Muster is shut out of the workspace."""
LEFT_OUT: Final = "app_rate_limited"
"""Slack left events out: it tells an app of 30,000 an hour."""
_log = logging.getLogger(__name__)
Json = dict[str, Any]


def slack_app(
    front: SlackFront,
    web: AsyncWebClient,
    carrying: Callable[[str], Carrying] | None = None,
) -> AsyncApp:
    """The app. What reaches it was proven to come from Slack (`bot/slack/serving.py`)."""
    authorizing = _authorizing(web)
    app = AsyncApp(
        request_verification_enabled=False,
        before_authorize=_later(authorizing),
        authorize=authorizing,  # type: ignore[arg-type]  # bolt asks for None where there is nobody, and left it out
        user_facing_authorize_error_message=_unreachable(front),
    )
    _in_her_language(app, front)
    talk = Talk(front, web, carrying) if carrying else None
    _guard(app, front, talk)
    _commands(app, front, web)
    _forms(app, front, web)
    _events(app, front, web, talk)
    _links(app, front, web)
    _standing(app, front)
    return app


def _authorizing(web: AsyncWebClient) -> Callable[[], Awaitable[AuthorizeResult | None]]:
    """Who Muster is in the workspace, asked once; None where Slack does not say, or gives no token for asking."""
    known: list[AsyncSlackResponse] = []

    async def authorize() -> AuthorizeResult | None:
        async with _tried("it is not known who Muster is"):
            known[:] = known or [await web.auth_test()]
        if not known:
            return None
        return AuthorizeResult.from_auth_test_response(auth_test_response=known[0], bot_token=web.token)

    return authorize


def _later(
    authorizing: Callable[[], Awaitable[AuthorizeResult | None]],
) -> Callable[..., Awaitable[BoltResponse]]:
    """Slack says again what was not acknowledged; an event that was, while nobody could hear it, would be lost."""

    async def heard_or_later(body: Json, next: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        event = body.get("event", {}).get("type") if body.get("type") == "event_callback" else None
        if event is None or event in ENDS or await authorizing() is not None:
            return await next()
        return BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)

    return heard_or_later


def _unreachable(front: SlackFront) -> str:
    """What is said where it is not known who Muster is: not yet, too, in whose language."""
    with speaking(front.connection.tongue):
        return front.texts.say("chat.not_known_here", page=f"{front.origin}/rooms")


def _in_her_language(app: AsyncApp, front: SlackFront) -> None:
    """Bolt's listeners run after its middleware and in the same context, so it is said here once for each."""

    @app.middleware
    async def spoken_to(context: AsyncBoltContext, next: Callable[[], Awaitable[None]]) -> None:
        speak(front.tongue(context.user_id or ""))
        await next()


def _guard(app: AsyncApp, front: SlackFront, talk: Talk | None) -> None:
    """What comes from a workspace that was declared compromised is noted, refused by rule, and answered by nothing."""

    @app.middleware
    async def trusted(
        body: Json, context: AsyncBoltContext, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        if await front.is_trusted():
            return await next()
        given = line_in(body)
        if given is not None:
            await front.answer(given.act, _workspace(context), given.line)
        elif talk is not None and body.get("event", {}).get("type") in SAID:
            async with _tried("it was not noted what was said"):
                await talk.hear(body["event"], body["team_id"], _workspace(context))
        return BoltResponse(status=HTTPStatus.OK)


def _commands(app: AsyncApp, front: SlackFront, web: AsyncWebClient) -> None:
    @app.command(COMMAND)
    async def typed(body: Json, ack: AsyncAck, respond: AsyncRespond, context: AsyncBoltContext) -> None:
        await ack()
        act, line, workspace = typed_by(body), spoken(body.get("text") or ""), _workspace(context)
        if await _asked(front, web, body, act, line, workspace):
            return
        answer = await front.taken(act, workspace, line)
        if not await _helped(front, web, body, act, workspace, answer.begun):
            await _respond(respond, await front.fitting(act, answer.words))

    @app.action(PRESSED)
    async def pressed(body: Json, ack: AsyncAck, respond: AsyncRespond, context: AsyncBoltContext) -> None:
        await ack()
        act, line, workspace = pressed_by(body), body["actions"][0]["value"], _workspace(context)
        if await _asked(front, web, body, act, line, workspace):
            return
        if body.get("response_url"):
            answer = await front.taken(act, workspace, line)
            if await _helped(front, web, body, act, workspace, answer.begun):
                return
            await _respond(respond, await front.fitting(act, answer.words))
            person = front.person(act, workspace)
            if answer.went_well and person and read_by_a_room(body):
                await _noted(web, body, with_press(front, body, person))
            return
        view = await _opened(web, body, modal.working(front.texts.say("form.answer"), front.texts))
        words = await front.answer(act, workspace, line)
        if view:
            said = modal.answer(words, front.texts.say("form.answer"), front.texts)
            async with _tried("an answer was not shown"):
                await web.views_update(view_id=view, view=said)
        async with _tried("a home was not shown"):
            await web.views_publish(user_id=act.account, view=await home(front, act, workspace))


def _forms(app: AsyncApp, front: SlackFront, web: AsyncWebClient) -> None:
    async def open_form(
        body: Json, context: AsyncBoltContext, command: ChatCommand, values: Mapping[str, str]
    ) -> None:
        act = pressed_by(body)
        if front.person(act, _workspace(context)):
            await _opened(web, body, await _form(front, act, _workspace(context), command, values))
            return
        told = modal.answer(front.stranger(act), front.texts.say("form.answer"), front.texts)
        await _opened(web, body, told)

    @app.shortcut(DECLARING)
    async def declaring(body: Json, ack: AsyncAck, context: AsyncBoltContext) -> None:
        await ack()
        await open_form(body, context, DECLARE, {})

    @app.shortcut(PINNING)
    async def pinning(body: Json, ack: AsyncAck, context: AsyncBoltContext) -> None:
        await ack()
        async with _tried("a message was not pinned"):
            message = await message_of(web, body["channel"]["id"], body["message"])
            await open_form(body, context, PIN, message.values(_author(front)))

    @app.view(modal.CALLBACK)
    async def sent(body: Json, ack: AsyncAck, context: AsyncBoltContext) -> None:
        form, workspace = modal.filled(body), _workspace(context)
        person = front.person(form.act, workspace) if form else None
        if form is None or person is None:
            await ack(response_action="clear")
            return
        command = await front.asking(form.act, person, form.command, form.first)
        if wrong := await front.faults(form.act, person, command, form.values):
            if wrong.keys() <= modal.shown(body["view"]):
                await ack(response_action="errors", errors=wrong)
            else:  # it asks for what the form does not show yet
                asked = await _form(front, form.act, workspace, command, form.values)
                await ack(response_action="update", view=asked)
            return
        await ack(response_action="update", view=modal.working(form.command.spelled, front.texts))
        words = await front.answer(form.act, workspace, line_of(command, form.values))
        async with _tried("the answer to a form was not shown"):
            said = modal.answer(words, form.command.spelled, front.texts)
            await web.views_update(view_id=form.view, view=said)


def _events(app: AsyncApp, front: SlackFront, web: AsyncWebClient, talk: Talk | None) -> None:
    async def heard(event: Json, body: Json, context: AsyncBoltContext) -> None:
        if talk is not None:
            async with _tried("it was not told that words are not carried"):
                await talk.hear(event, body["team_id"], _workspace(context))

    app.event("reaction_removed")(heard)
    app.event("message")(heard)

    @app.event("app_home_opened")
    async def opened(event: Json, body: Json, context: AsyncBoltContext) -> None:
        if event.get("tab") != "home":
            return
        act = Act(event["user"], body["team_id"], "", body["event_id"])
        async with _tried("a home was not shown"):
            await web.views_publish(user_id=act.account, view=await home(front, act, _workspace(context)))

    @app.event("reaction_added")
    async def signed(event: Json, body: Json, context: AsyncBoltContext) -> None:
        item = event["item"]
        if event["reaction"] not in SIGNS or item["type"] != "message":
            await heard(event, body, context)
            return
        act = Act(event["user"], body["team_id"], item["channel"], body["event_id"])
        if await front.rooms.incident(act.room) is None:
            return
        async with _tried("a message was not pinned"):
            message = await message_at(web, item["channel"], item["ts"])
            if message is None:
                return
            for words in await front.answer(act, _workspace(context), message.line(_author(front))):
                await web.chat_postEphemeral(
                    channel=act.room, user=act.account, text=words.text, blocks=words.blocks
                )


def _links(app: AsyncApp, front: SlackFront, web: AsyncWebClient) -> None:
    @app.event("link_shared")
    async def shared(event: Json) -> None:
        said = await unfurls(front, event["channel"], [link["url"] for link in event["links"]])
        if said:
            async with _tried("a link was not unfurled"):
                await web.chat_unfurl(channel=event["channel"], ts=event["message_ts"], unfurls=dict(said))


def _standing(app: AsyncApp, front: SlackFront) -> None:
    async def shut_out(event: Json) -> None:
        await front.shut_out(event)

    @app.event("user_change")
    async def changed(event: Json) -> None:
        await front.heard_of(event["user"])

    @app.event("subteam_members_changed")
    async def regrouped(event: Json) -> None:
        front.members.group_changed(str(event["subteam_id"]))

    @app.event("subteam_updated")
    async def group_changed(event: Json) -> None:
        front.members.group_changed(str(event["subteam"]["id"]))

    app.event("app_uninstalled")(shut_out)
    app.event("tokens_revoked")(shut_out)

    @app.middleware
    async def left_out(body: Json, next: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        if body.get("type") != LEFT_OUT:
            return await next()
        _log.warning("%s: more happened in Slack within a minute than it tells", front.connection.id)
        return BoltResponse(status=HTTPStatus.OK)

    @app.event(re.compile(""))
    async def not_asked_for() -> None:
        """Slack sends again what is not acknowledged, and ends by sending nothing."""


async def _asked(
    front: SlackFront, web: AsyncWebClient, body: Json, act: Act, line: str, workspace: str | None
) -> bool:
    """Open the form of a task that asks several things; whether it stands there."""
    form = await front.form_of(act, workspace, line)
    if form is None:
        return False
    command, about, values = form
    return bool(await _opened(web, body, await _form(front, about, workspace, command, values)))


async def _helped(
    front: SlackFront, web: AsyncWebClient, body: Json, act: Act, workspace: str | None, begun: Begun | None
) -> bool:
    """Open the form of what was begun, with what was said already; whether it stands there."""
    if begun is None:
        return False
    about = replace(act, incident=begun.incident or act.incident)
    return bool(await _opened(web, body, await _form(front, about, workspace, begun.command, begun.values)))


async def _form(
    front: SlackFront, act: Act, workspace: str | None, command: ChatCommand, values: Mapping[str, str]
) -> Json:
    incidents = await front.incidents_for(act, workspace, command)
    if incidents is not None and not incidents:
        return modal.answer(front.nowhere(), command.spelled, front.texts)
    return modal.form(command, act, front.known_to(act), front.texts, values, incidents or ())


async def _noted(web: AsyncWebClient, body: Json, blocks: list[Json] | None) -> None:
    """The message that the button stands in, with these blocks; its metadata stay, and with them whose it is."""
    if blocks is None:
        return
    message = body["message"]
    async with _tried("a message does not say who pressed"):
        await web.chat_update(
            channel=body["channel"]["id"], ts=message["ts"], blocks=blocks, text=message.get("text", "")
        )


def _author(front: SlackFront) -> Callable[[str], Any]:
    return lambda account: person_of(front.directory, front.connection, account)


def _workspace(context: AsyncBoltContext) -> str | None:
    return context.authorize_result.team_id if context.authorize_result else None


async def _opened(web: AsyncWebClient, body: Mapping[str, Any], view: Json) -> str | None:
    """The id of a view that was opened; None where Slack did not open it, a trigger lives for three seconds."""
    async with _tried("a form was not opened"):
        return str((await web.views_open(trigger_id=body["trigger_id"], view=view))["view"]["id"])
    return None


@asynccontextmanager
async def _tried(what: str) -> AsyncIterator[None]:
    """What is shown is a courtesy: that it failed is told to the operator, and what was decided stands."""
    try:
        yield
    except (SlackApiError, ProviderError, ClientError, OSError, TimeoutError) as error:
        code = error.response.get("error") if isinstance(error, SlackApiError) else type(error).__name__
        _log.warning("%s in Slack: %s", what, code)


async def _respond(respond: AsyncRespond, words: Sequence[Words]) -> None:
    """To the person alone, below what is there; an answer that gets lost stands in the ledger all the same."""
    for message in words:
        said = await respond(
            text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False
        )
        if said.status_code != HTTPStatus.OK:
            _log.warning("an answer was not taken by Slack: %s", said.status_code)
