"""The app's manifest asks for what the code uses and no more, and says of each scope why."""

import re
from importlib.resources import files

from ruamel.yaml import YAML

from bot.slack.app import COMMAND
from integrations.slack.chat import SCOPES

TEXT = (files("integrations.slack") / "manifest.yaml").read_text("utf-8")
MANIFEST = YAML(typ="safe", pure=True).load(TEXT)
CHAT = (files("integrations.slack") / "chat.py").read_text("utf-8")
NEEDS = {
    "chat_postMessage": "chat:write",
    "chat_update": "chat:write",
    "conversations_archive": "groups:write",
    "conversations_create": "groups:write",
    "conversations_history": "groups:history",
    "conversations_info": "groups:read",
    "conversations_invite": "groups:write",
    "conversations_list": "groups:read",
    "conversations_replies": "groups:history",
    "conversations_setPurpose": "groups:write",
    "conversations_setTopic": "groups:write",
}
"""What each method wants of a bot in private channels (Slack's reference)."""


def test_it_asks_for_exactly_what_the_code_calls() -> None:
    called = set(re.findall(r"_web\.(\w+)\(", CHAT)) - {"auth_test"}
    assert called == set(NEEDS), "a new call needs a line above, and perhaps a scope in the manifest"
    scopes = MANIFEST["oauth_config"]["scopes"]
    assert set(scopes) == {"bot"}, "no person's token"
    assert set(scopes["bot"]) == {"commands", *NEEDS.values()}
    assert set(NEEDS.values()) == SCOPES, "the doctor asks for the same"


def test_every_scope_is_explained() -> None:
    for scope in MANIFEST["oauth_config"]["scopes"]["bot"]:
        assert re.search(rf"# .*[.,]\n\s+- {scope}$", TEXT, re.MULTILINE), scope


def test_it_makes_the_command_that_the_app_takes() -> None:
    commands = MANIFEST["features"]["slash_commands"]
    assert [command["command"] for command in commands] == [COMMAND]
    assert commands[0]["should_escape"] is True
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True
