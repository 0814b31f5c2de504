"""Who did what, as Slack's payloads tell it, and the command line that it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.commands.forms import line_of
from bot.slack import modal
from bot.slack.front import Act
from bot.slack.spoken import spoken


@dataclass(frozen=True, slots=True)
class Given:
    """A command line and whoever gave it."""

    act: Act
    line: str


def line_in(body: Mapping[str, Any]) -> Given | None:
    """What was typed, pressed or sent as a form; None for what is no command."""
    if "command" in body:
        return Given(typed_by(body), spoken(body.get("text") or ""))
    if body.get("actions"):
        return Given(pressed_by(body), str(body["actions"][0].get("value") or ""))
    if body.get("type") == "view_submission":
        form = modal.filled(body)
        return Given(form.act, line_of(form.command, form.values)) if form else None
    return None


def typed_by(body: Mapping[str, Any]) -> Act:
    """Of a slash command."""
    return Act(body["user_id"], body["team_id"], body["channel_id"], body["trigger_id"])


def pressed_by(body: Mapping[str, Any]) -> Act:
    """A button's value is the line that Muster put there; nobody typed it, so nothing is escaped."""
    user, room = body["user"], (body.get("channel") or {}).get("id", "")
    return Act(user["id"], user["team_id"], room, body["trigger_id"])
