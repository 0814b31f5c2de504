"""What a person's message says: her own words, whatever her client put around them, and what came along as files."""

from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote

from nio import BadEvent, Event, RoomMessageEmote, RoomMessageText, RoomMessageUnknown

from integrations.matrix.render import Json
from playbooks.domain.attached import FileElsewhere, attached

_FILES: Final = frozenset({"m.file", "m.image", "m.audio", "m.video"})
_LINKS: Final = {"https://matrix.to/#/": "", "matrix:u/": "@"}
"""How a link to an account begins, and what its id lacks there (specification, "URIs")."""


def words(event: RoomMessageText | RoomMessageEmote, relation: Json) -> str:
    """Her words, with accounts in the place of the names that mentions show: names are anybody's choice.

    What somebody does (`/me`) begins with a star, so that it is never a command.
    """
    body = _without_quotation(event.body) if "m.in_reply_to" in relation else event.body
    said = _with_accounts(body, event.formatted_body or "")
    return f"* {said}" if isinstance(event, RoomMessageEmote) else said


def changed(new: Json) -> str:
    """The words that she put in the place of others, as `words` has them."""
    body, formatted = new.get("body"), new.get("formatted_body")
    said = _with_accounts(str(body or ""), formatted if isinstance(formatted, str) else "")
    return f"* {said}" if new.get("msgtype") == "m.emote" else said


def is_file(event: Event | BadEvent) -> bool:
    """Whether it is a file's message; to nio one that is forwarded from a room without encryption is none."""
    content = event.source.get("content")
    return (
        isinstance(content, dict)
        and content.get("msgtype") in _FILES
        and isinstance(content.get("body"), str)
    )


def is_place(event: RoomMessageUnknown) -> bool:
    """Whether it says where somebody is; its words say it too (specification, "m.location")."""
    return event.msgtype == "m.location" and isinstance(event.content.get("body"), str)


def file_of(content: Json) -> tuple[str, FileElsewhere]:
    """What she says with a file, and what people see of it; who wants what is in it asks whoever has it."""
    info = content.get("info")
    known = info if isinstance(info, dict) else {}
    body, name = str(content["body"]), content.get("filename")
    name = name if isinstance(name, str) and name else body
    caption = "" if name == body else body
    return caption, attached(name, known.get("mimetype"), known.get("size"))


def _without_quotation(body: str) -> str:
    """Older clients put what a reply is about before it, each line after “> ” (specification, "Rich replies")."""
    lines = body.split("\n")
    while lines and lines[0].startswith("> "):
        lines.pop(0)
    return "\n".join(lines).lstrip("\n")


def _with_accounts(body: str, formatted: str) -> str:
    mentions, begin = _Mentions(), 0
    mentions.feed(formatted)
    for account, name in mentions.found:
        at = body.find(name, begin) if name else -1
        if at >= 0:
            body = f"{body[:at]}{account}{body[at + len(name) :]}"
            begin = at + len(account)
    return body


class _Mentions(HTMLParser):
    """The accounts that a message's HTML links to, with the names shown; none of what is quoted in a reply."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._account = ""
        self._name = ""
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "mx-reply":
            self._quoted += 1
        elif tag == "a" and not self._quoted:
            self._account, self._name = _account_of(dict(attrs).get("href") or ""), ""

    def handle_data(self, data: str) -> None:
        self._name += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "mx-reply":
            self._quoted = max(self._quoted - 1, 0)
        elif tag == "a" and self._account:
            self.found.append((self._account, self._name))
            self._account = ""


def _account_of(link: str) -> str:
    """The account that a link is to; empty for a link to anything else."""
    for start, lacks in _LINKS.items():
        if link.startswith(start):
            account = lacks + unquote(link.removeprefix(start)).partition("?")[0]
            return account if account.startswith("@") and ":" in account else ""
    return ""
