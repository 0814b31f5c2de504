"""A Slack of our own: its Web API with a memory, its real error codes, and its faults on demand.

As the real one it takes arguments from query, form and JSON alike, shows in a channel's history what was posted
only after a while, and lets nobody in without a token.
"""

import asyncio
import json
from base64 import b64encode
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.contract.fakes.slack_blocks import faults, view_faults

BOT = "U0MUSTER"
TOKEN = "xoxb-of-the-workspace"
REFRESH = "xoxe-1-of-the-installation"
CLIENT = ("1234567890.9876543210", "secret of the app")
APP_TOKEN = "xapp-of-the-app"
Args = dict[str, Any]


class SlackError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.answer = {"ok": False, "error": code, **more}


class Dropped(Exception):
    """The connection went away without an answer."""


class Unreachable(Exception):
    """There was no connection."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str
    content_type: str


@dataclass
class Channel:
    id: str
    name: str
    creator: str
    topic: str = ""
    topic_set: int = 0
    purpose: str = ""
    archived: bool = False
    bookmarks: list[dict[str, str]] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "creator": self.creator,
            "is_private": True,
            "is_archived": self.archived,
            "topic": {"value": self.topic, "last_set": self.topic_set},
            "purpose": {"value": self.purpose},
        }


@dataclass
class Fault:
    """What Slack does with the next `times` calls of a method instead of answering well."""

    method: str
    kind: str
    """`unreachable`; `dropped` before it acts; `answer_lost`, `hangs` after; `ratelimited`; `http_500`; an error."""
    times: int = 1
    skip: int = 0
    """So many calls go well before it strikes."""


class FakeSlack:
    """One workspace. `lag` is the seconds until a message is in the history; `users` are who can be invited."""

    def __init__(self, *users: str, lag: float = 0.0) -> None:
        self.users = set(users)
        self.deactivated: set[str] = set()
        self.token, self.refresh = TOKEN, REFRESH
        """What is good now; a refresh token is taken once."""
        self.groups: dict[str, list[str]] = {}
        """The members of user groups, by the group's id."""
        self.lag = lag
        self.channels: dict[str, Channel] = {}
        self.calls: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self.answers: list[dict[str, Any]] = []
        """What was sent to response URLs."""
        self.views: dict[str, Args] = {}
        """What stands in each view, a home under its person's account."""
        self.whispered: list[Args] = []
        """What one person alone was told in a channel."""
        self.url = ""
        self.acknowledged: list[str] = []
        """Envelopes that came back over a socket."""
        self.scopes = (
            "bookmarks:read,bookmarks:write,commands,chat:write,groups:history,groups:read,groups:write,"
            "links:read,links:write,reactions:read,usergroups:read,users:read"
        )
        self._sockets: list[web.WebSocketResponse] = []
        self._connected = asyncio.Event()
        self._ts = 1_764_000_000_000_000
        self._methods: dict[str, Callable[[Args], Args]] = {
            "apps.connections.open": lambda _args: {"url": f"{self.url.replace('http', 'ws')}socket"},
            "auth.test": self._auth_test,
            "bookmarks.add": self._bookmark,
            "bookmarks.list": lambda args: {
                "bookmarks": self._channel({**args, "channel": args["channel_id"]}).bookmarks
            },
            "conversations.archive": self._archive,
            "conversations.create": self._create,
            "conversations.history": self._history,
            "conversations.info": lambda args: {"channel": self._channel(args).shown()},
            "conversations.invite": self._invite,
            "conversations.kick": self._kick,
            "conversations.list": self._list,
            "conversations.replies": self._replies,
            "conversations.setPurpose": self._set_purpose,
            "conversations.setTopic": self._set_topic,
            "chat.getPermalink": self._permalink,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.postMessage": self._post,
            "chat.unfurl": self._unfurl,
            "chat.update": self._update,
            "usergroups.users.list": self._group,
            "users.info": self._user,
            "views.open": self._open_view,
            "views.publish": self._publish_view,
            "views.update": self._update_view,
        }

    @asynccontextmanager
    async def served(self) -> AsyncIterator["FakeSlack"]:
        """On a port of this machine for as long as the block runs."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._take)
        app.router.add_post("/response/{id}", self._respond)
        app.router.add_get("/socket", self._socket)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            port = runner.addresses[0][1]
            self.url = f"http://127.0.0.1:{port}/"
            yield self
        finally:
            for socket in tuple(self._sockets):
                await socket.close()
            await runner.cleanup()

    async def deliver(self, kind: str, payload: Args, envelope: str) -> None:
        """Send an envelope over the socket that the app has opened, as Socket Mode does."""
        await self._connected.wait()
        said = {"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": True}
        await self._sockets[-1].send_json(said)

    @property
    def api(self) -> str:
        return f"{self.url}api/"

    def fail(self, method: str, kind: str, times: int = 1, skip: int = 0) -> None:
        self.faults.append(Fault(method, kind, times, skip))

    def channel(self, name: str) -> Channel:
        return next(channel for channel in self.channels.values() if channel.name == name)

    def effects(self, channel: Channel) -> list[str]:
        """The effect id of every message, its duplicates included."""
        return [
            message["metadata"]["event_payload"]["effect"]
            for message in channel.messages
            if "metadata" in message
        ]

    async def _take(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization", "")
        try:
            said = await self.answer(request.match_info["method"], await _merged(request), token)
        except Dropped:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        return web.Response(
            status=said.status, text=said.body, content_type=said.content_type, headers=said.headers
        )

    async def answer(self, method: str, args: Args, authorization: str) -> Answer:
        """What Slack answers to a call. Raises Dropped or Unreachable when it does not."""
        self.calls[method] += 1
        fault = self._struck(method)
        match fault:
            case "unreachable":
                raise Unreachable
            case "dropped":
                raise Dropped
            case "ratelimited":
                return _json({"ok": False, "error": fault}, status=429, Retry_After="7")
            case "http_500":
                return Answer(500, {}, "<html>something went wrong</html>", "text/html")
            case "answer_lost" | "hangs" | None:
                said = self._answer(method, args, authorization)
            case code:
                said = {"ok": False, "error": code}
        if fault == "hangs":
            await asyncio.sleep(300)
        if fault == "answer_lost":
            raise Dropped
        return _json(said, X_OAuth_Scopes=self.scopes)

    def _struck(self, method: str) -> str | None:
        for fault in self.faults:
            if fault.method == method and fault.skip:
                fault.skip -= 1
            elif fault.method == method and fault.times:
                fault.times -= 1
                return fault.kind
        return None

    def _answer(self, method: str, args: Args, authorization: str) -> Args:
        if method == "oauth.v2.access":
            return self._rotate(args, authorization)
        if authorization != f"Bearer {APP_TOKEN if method == 'apps.connections.open' else self.token}":
            return {"ok": False, "error": "invalid_auth"}
        if method not in self._methods:
            return {"ok": False, "error": "unknown_method", "req_method": method}
        try:
            return {"ok": True, **self._methods[method](args)}
        except SlackError as error:
            return error.answer

    def _rotate(self, args: Args, authorization: str) -> Args:
        if authorization != f"Basic {b64encode(':'.join(CLIENT).encode()).decode()}":
            return {"ok": False, "error": "bad_client_secret"}
        if args.get("grant_type") != "refresh_token" or args.get("refresh_token") != self.refresh:
            return {"ok": False, "error": "invalid_refresh_token"}
        number = self.calls["oauth.v2.access"]
        self.token, self.refresh = f"xoxe.xoxb-{number}", f"xoxe-1-{number}"
        return {
            "ok": True,
            "token_type": "bot",
            "access_token": self.token,
            "refresh_token": self.refresh,
            "expires_in": 43200,
        }

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._sockets.append(socket)
        self._connected.set()
        async for message in socket:
            said = json.loads(message.data)
            self.acknowledged += [said["envelope_id"]] if "envelope_id" in said else []
        self._sockets.remove(socket)
        if not self._sockets:
            self._connected.clear()
        return socket

    async def _respond(self, request: web.Request) -> web.Response:
        said = await request.json()
        if wrong := faults(said.get("blocks") or []):
            return web.Response(status=400, text=f"invalid_blocks: {wrong}")
        self.answers.append({"id": request.match_info["id"], **said})
        return web.Response(text="ok")

    def _auth_test(self, _args: Args) -> Args:
        return {
            "url": "https://circle.slack.example/",
            "team": "circle",
            "team_id": "T0CIRCLE",
            "user_id": BOT,
            "bot_id": "B0MUSTER",
        }

    def _create(self, args: Args) -> Args:
        name = args["name"]
        if not name or len(name) > 80 or name != name.lower() or set(name) & set(" .,;:!?#@/"):
            raise SlackError("invalid_name_specials")
        if any(channel.name == name for channel in self.channels.values()):
            raise SlackError("name_taken")
        if args.get("is_private") not in {"1", "true", True}:
            raise SlackError("not_private_in_this_test")
        channel = Channel(id=f"C{len(self.channels) + 1:04}", name=name, creator=BOT, members=[BOT])
        self.channels[channel.id] = channel
        return {"channel": channel.shown()}

    def _list(self, args: Args) -> Args:
        shown = [
            c.shown() for c in self.channels.values() if not (_true(args, "exclude_archived") and c.archived)
        ]
        return _page(args, shown, "channels")

    def _set_topic(self, args: Args) -> Args:
        channel = self._open_channel(args)
        channel.topic, channel.topic_set = args.get("topic") or "", 1_763_888_400
        return {"channel": channel.shown()}

    def _set_purpose(self, args: Args) -> Args:
        channel = self._open_channel(args)
        channel.purpose = args["purpose"]
        return {"purpose": channel.purpose}

    def _bookmark(self, args: Args) -> Args:
        """Only links, and each must be one (Slack's reference: `invalid_link`)."""
        channel = self._open_channel({**args, "channel": args["channel_id"]})
        if args["type"] != "link" or not str(args["link"]).startswith(("http://", "https://")):
            raise SlackError("invalid_link")
        channel.bookmarks.append({"title": args["title"], "link": args["link"], "type": "link"})
        return {"bookmark": channel.bookmarks[-1]}

    def _archive(self, args: Args) -> Args:
        channel = self._channel(args)
        if channel.archived:
            raise SlackError("already_archived")
        channel.archived = True
        return {}

    def _invite(self, args: Args) -> Args:
        """With `force` those who can come do, and the others are named in `errors`; without, nobody comes."""
        channel = self._open_channel(args)
        asked = args["users"].split(",")
        errors = [
            {"user": user, "ok": False, "error": code}
            for user in asked
            if (code := self._bars(channel, user))
        ]
        if errors and not (_true(args, "force") and len(errors) < len(asked)):
            raise SlackError(errors[0]["error"], errors=errors)
        channel.members += [user for user in asked if user not in {error["user"] for error in errors}]
        return {"channel": channel.shown(), **({"errors": errors} if errors else {})}

    def _kick(self, args: Args) -> Args:
        channel = self._channel(args)
        if args["user"] not in channel.members:
            raise SlackError("not_in_channel")
        channel.members.remove(args["user"])
        return {}

    def _bars(self, channel: Channel, user: str) -> str:
        if user in channel.members:
            return "cant_invite_self" if user == BOT else "already_in_channel"
        return "" if user in self.users - self.deactivated else "user_not_found"

    def _user(self, args: Args) -> Args:
        if args["user"] not in self.users:
            raise SlackError("user_not_found")
        return {"user": {"id": args["user"], "deleted": args["user"] in self.deactivated}}

    def _group(self, args: Args) -> Args:
        if args["usergroup"] not in self.groups:
            raise SlackError("no_such_subteam")
        return {"users": self.groups[args["usergroup"]]}

    def _post(self, args: Args) -> Args:
        channel = self._open_channel(args)
        if not args.get("text") and not args.get("blocks"):
            raise SlackError("no_text")
        message = {"type": "message", "user": BOT, "bot_id": "B0MUSTER", "ts": self._now(), **_content(args)}
        if args.get("thread_ts"):
            message["thread_ts"] = args["thread_ts"]
        message["shown_at"] = asyncio.get_running_loop().time() + self.lag
        channel.messages.append(message)
        return {"channel": channel.id, "ts": message["ts"], "message": _shown(message)}

    def _update(self, args: Args) -> Args:
        channel = self._open_channel(args)
        message = self._message(channel, args["ts"], "message_not_found")
        message.update(_content(args))
        return {"channel": channel.id, "ts": message["ts"], "text": message["text"]}

    def _unfurl(self, args: Args) -> Args:
        """Only what stands in the message, and no `rich_text`, which Slack has refused here."""
        message = self._message(self._channel(args), args["ts"], "cannot_find_message")
        for link, said in args["unfurls"].items():
            if link not in message["text"]:
                raise SlackError("cannot_unfurl_url")
            if faults(said["blocks"]) or any(block["type"] == "rich_text" for block in said["blocks"]):
                raise SlackError("invalid_blocks")
        message["unfurled"] = args["unfurls"]
        return {}

    def _post_ephemeral(self, args: Args) -> Args:
        channel = self._open_channel(args)
        if args["user"] not in channel.members:
            raise SlackError("user_not_in_channel")
        below = {"thread_ts": args["thread_ts"]} if args.get("thread_ts") else {}
        self.whispered.append({"channel": channel.id, "user": args["user"], **below, **_content(args)})
        return {"message_ts": self._now()}

    def _permalink(self, args: Args) -> Args:
        message = self._message(self._channel(args), args["message_ts"], "message_not_found")
        ts = message["ts"].replace(".", "")
        return {"permalink": f"https://circle.slack.example/archives/{args['channel']}/p{ts}"}

    def _open_view(self, args: Args) -> Args:
        view = checked_view(args["view"], "modal")
        id = f"V{len(self.views) + 1:04}"
        self.views[id] = view
        return {"view": {"id": id, **view}}

    def _update_view(self, args: Args) -> Args:
        if args["view_id"] not in self.views:
            raise SlackError("not_found")
        self.views[args["view_id"]] = checked_view(args["view"], "modal")
        return {"view": {"id": args["view_id"]}}

    def _publish_view(self, args: Args) -> Args:
        self.views[args["user_id"]] = checked_view(args["view"], "home")
        return {"view": {"id": "V0HOME"}}

    def _history(self, args: Args) -> Args:
        channel = self._channel(args)
        return _page(args, [m for m in self._seen(channel, args) if "thread_ts" not in m][::-1], "messages")

    def _replies(self, args: Args) -> Args:
        channel = self._channel(args)
        parent = self._message(channel, args["ts"], "thread_not_found")
        if args.get("oldest") == args.get("latest") == args["ts"]:
            return _page(args, [_shown(parent)], "messages")
        replies = [m for m in self._seen(channel, args) if m.get("thread_ts") == parent["ts"]]
        return _page(args, [_shown(parent), *replies], "messages")

    def _seen(self, channel: Channel, args: Args) -> list[dict[str, Any]]:
        now = asyncio.get_running_loop().time()
        hidden = set() if _true(args, "include_all_metadata") else {"metadata"}
        return [_shown(message, hidden) for message in channel.messages if message["shown_at"] <= now]

    def _channel(self, args: Args) -> Channel:
        channel = self.channels.get(args["channel"])
        if channel is None:
            raise SlackError("channel_not_found")
        return channel

    def _open_channel(self, args: Args) -> Channel:
        channel = self._channel(args)
        if channel.archived:
            raise SlackError("is_archived")
        return channel

    def _message(self, channel: Channel, ts: str, code: str) -> dict[str, Any]:
        found = next((message for message in channel.messages if message["ts"] == ts), None)
        if found is None:
            raise SlackError(code)
        return found

    def _now(self) -> str:
        self._ts += 1_000_001
        return f"{self._ts // 1_000_000}.{self._ts % 1_000_000:06}"


async def _merged(request: web.Request) -> Args:
    """Slack takes arguments wherever they stand, and so does every client of it somewhere else."""
    body: Args = {}
    if request.content_type == "application/json":
        body = await request.json()
    elif request.method == "POST":
        body = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    args = {**request.query, **body}
    for name in ("blocks", "metadata", "view"):
        if isinstance(args.get(name), str):
            args[name] = json.loads(args[name])
    return args


def checked_view(view: Args, kind: str) -> Args:
    """A view as Slack takes it, by the limits of its reference; raises SlackError for others."""
    if wrong := view_faults(view, kind):
        raise SlackError("invalid_arguments", wrong=wrong)
    return view


def _json(said: Args, status: int = 200, **headers: str) -> Answer:
    return Answer(
        status,
        {name.replace("_", "-"): value for name, value in headers.items()},
        json.dumps(said),
        "application/json",
    )


def _content(args: Args) -> Args:
    """What a message says; Slack refuses blocks that are too many or too long."""
    blocks = args.get("blocks") or []
    if len(blocks) > 50 or (wrong := faults(blocks)):
        raise SlackError("invalid_blocks", wrong=wrong if len(blocks) <= 50 else ["too many"])
    if len(json.dumps(blocks, ensure_ascii=False)) > 13_000:
        raise SlackError("msg_blocks_too_long")
    named = {"metadata": args["metadata"]} if args.get("metadata") else {}
    return {"text": args.get("text") or "", "blocks": blocks, **named}


def _shown(message: dict[str, Any], hidden: set[str] | None = None) -> dict[str, Any]:
    return {key: value for key, value in message.items() if key not in {"shown_at", *(hidden or ())}}


def _page(args: Args, items: list[dict[str, Any]], name: str) -> Args:
    start, limit = int(args.get("cursor") or 0), int(args.get("limit") or 100)
    following = str(start + limit) if start + limit < len(items) else ""
    return {name: items[start : start + limit], "response_metadata": {"next_cursor": following}}


def _true(args: Args, name: str) -> bool:
    return args.get(name) in {"1", "true", True}
