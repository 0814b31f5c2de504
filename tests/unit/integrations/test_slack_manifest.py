"""The app's manifest asks for what the code uses and no more, and says of each scope why."""

import re
from importlib.resources import files

from ruamel.yaml import YAML

from bot.connection_entries import SlackEntry
from bot.slack.app import COMMAND, DECLARING, PINNING
from integrations.slack.chat import SCOPES

TEXT = (files("integrations.slack") / "manifest.yaml").read_text("utf-8")
MANIFEST = YAML(typ="safe", pure=True).load(TEXT)
CODE = "".join(
    (files(package) / name).read_text("utf-8")
    for package, name in (
        ("integrations.slack", "chat.py"),
        ("integrations.slack", "furnishing.py"),
        ("integrations.slack", "history.py"),
        ("integrations.slack", "members.py"),
        ("bot.slack", "app.py"),
        ("bot.slack", "pinning.py"),
        ("bot.slack", "unfurling.py"),
    )
)
NEEDS = {
    "bookmarks_add": "bookmarks:write",
    "bookmarks_list": "bookmarks:read",
    "chat_getPermalink": "",
    "chat_postEphemeral": "chat:write",
    "chat_postMessage": "chat:write",
    "chat_unfurl": "links:write",
    "chat_update": "chat:write",
    "conversations_archive": "groups:write",
    "conversations_create": "groups:write",
    "conversations_history": "groups:history",
    "conversations_info": "groups:read",
    "conversations_invite": "groups:write",
    "conversations_kick": "groups:write",
    "conversations_list": "groups:read",
    "conversations_replies": "groups:history",
    "conversations_setPurpose": "groups:write",
    "conversations_setTopic": "groups:write",
    "usergroups_users_list": "usergroups:read",
    "users_info": "users:read",
    "views_open": "",
    "views_publish": "",
    "views_update": "",
}
"""What each method wants of a bot in private channels (Slack's reference)."""
HEARD = {
    "app_home_opened": "",
    "app_uninstalled": "",
    "link_shared": "links:read",
    "message": "groups:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "tokens_revoked": "",
    "user_change": "users:read",
}
"""What each event wants."""


def test_it_asks_for_exactly_what_the_code_calls() -> None:
    called = set(re.findall(r"\b_?web\.(\w+)\(", CODE)) - {"auth_test"}
    assert called == set(NEEDS), "a new call needs a line above, and perhaps a scope in the manifest"
    assert set(re.findall(r'app\.event\("(\w+)"\)', CODE)) == set(HEARD)
    assert MANIFEST["settings"]["event_subscriptions"]["bot_events"] == [
        "message.groups" if event == "message" else event for event in sorted(HEARD)
    ], "of messages, those in private channels"
    needed = {*NEEDS.values(), *HEARD.values()} - {""}
    scopes = MANIFEST["oauth_config"]["scopes"]
    assert set(scopes) == {"bot"}, "no person's token"
    assert set(scopes["bot"]) == {"commands", *needed}
    assert needed == SCOPES, "the doctor asks for the same"


def test_every_scope_is_explained() -> None:
    for scope in MANIFEST["oauth_config"]["scopes"]["bot"]:
        assert re.search(rf"# .*[.,]\n\s+- {scope}$", TEXT, re.MULTILINE), scope


def test_it_makes_the_command_that_the_app_takes() -> None:
    commands = MANIFEST["features"]["slash_commands"]
    assert [command["command"] for command in commands] == [COMMAND]
    assert commands[0]["should_escape"] is True
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True


def test_its_shortcuts_are_those_that_the_app_takes() -> None:
    assert [each["callback_id"] for each in MANIFEST["features"]["shortcuts"]] == [DECLARING, PINNING]
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"] is True


def test_over_http_its_addresses_are_those_of_an_organizations_first_slack() -> None:
    entry = {
        "organization": "UNHCR",
        "vendor": "slack",
        "ceiling": "TLP:AMBER",
        "credentials": {"bot_token": "env:B"},
    }
    connection = SlackEntry.model_validate(entry).connection.id
    assert set(re.findall(r"/slack/(\S+)/events", TEXT)) == {connection}
