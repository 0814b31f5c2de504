"""A command's form as Slack shows it, and back from what was filled in. Pure: nothing here asks Slack.

A form says nothing that could not be typed (`bot/commands/forms.py`). Slack's limits: 24 characters for a title, 100
options, 3,000 characters in a field, 100 blocks in a view.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.commands.chat_command import ChatCommand
from bot.commands.finding import named
from bot.commands.forms import LONGEST_QUOTED, Field, fields
from bot.commands.parameter import Takes
from bot.commands.registry import COMMANDS
from bot.slack.front import Act, Words
from playbooks.domain.document import plain_part
from playbooks.domain.ids import IncidentKey
from playbooks.domain.organization import Directory
from playbooks.ports.views import IncidentLine
from playbooks.texts import Texts

Json = dict[str, Any]

CALLBACK: Final = "form"
_FILLED: Final = "filled"
"""The `action_id` of every field; its block's id is the field's label."""
WHICH: Final = "which_incident"
"""The block that asks which incident is meant; no parameter is called so."""
_LONGEST_TITLE: Final = 24
_LONGEST_OPTION: Final = 75
_LONGEST_TEXT: Final = 3000
_LONGEST_LABEL: Final = 2000
_MOST_OPTIONS: Final = 100
_MOST_BLOCKS: Final = 100


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was sent."""

    act: Act
    view: str
    command: ChatCommand
    values: Mapping[str, str]

    @property
    def first(self) -> str:
        """What stands in the first field."""
        return self.values.get(self.command.parameters[0].label, "").strip()


def form(
    command: ChatCommand,
    act: Act,
    directory: Directory,
    texts: Texts,
    values: Mapping[str, str] | None = None,
    incidents: Sequence[IncidentLine] = (),
) -> Json:
    """The view to open; it remembers the room and the incident that it was asked for in.

    Where neither says which incident is meant, it asks: one of `incidents`, which are those she may know of.
    """
    where = {"command": command.spelled, "room": act.room, "incident": act.incident}
    blocks: list[Json] = [{"type": "section", "text": _plain(bare(texts, f"{command.code}.summary"))}]
    if incidents:
        blocks.append(_which(texts, incidents[:_MOST_OPTIONS]))
    for field in fields(command):
        known = tuple(_known(field, directory))
        blocks.append(_input(field, field.words(texts, command), known, (values or {}).get(field.label, "")))
    return {
        **_shell(command.spelled, texts, blocks),
        "callback_id": CALLBACK,
        "private_metadata": json.dumps(where),
        "submit": _plain(texts.say("form.send")),
    }


def filled(body: Mapping[str, Any]) -> Filled | None:
    """What was sent; None for a form that this release does not know."""
    view = body["view"]
    where = json.loads(view["private_metadata"])
    command = named(COMMANDS, where["command"])
    if command is None:
        return None
    stated = view["state"]["values"]
    values = {label: _value(block[_FILLED]) for label, block in stated.items() if _FILLED in block}
    incident = values.pop(WHICH, "") or where["incident"]
    user = body["user"]
    occasion, meant = f"view:{view['id']}", IncidentKey(incident) if incident else None
    act = Act(user["id"], user["team_id"], where["room"], occasion, meant)
    return Filled(act, view["id"], command, values)


def shown(view: Mapping[str, Any]) -> set[str]:
    """The labels of the fields that stand in a view: Slack shows what is wrong beside these alone."""
    return {block["block_id"] for block in view["blocks"] if block["type"] == "input"}


def answer(words: Sequence[Words], title: str, texts: Texts) -> Json:
    """What came of it, in the same place."""
    return _shell(title, texts, blocks_of(words))


def working(title: str, texts: Texts) -> Json:
    """Until the answer is there."""
    return _shell(title, texts, [{"type": "section", "text": _plain(texts.say("form.working"))}])


def blocks_of(words: Iterable[Words]) -> list[Json]:
    """As much as a view takes."""
    return [block for message in words for block in message.blocks][:_MOST_BLOCKS]


def _shell(title: str, texts: Texts, blocks: list[Json]) -> Json:
    said = title[:1].upper() + title[1:]
    return {
        "type": "modal",
        "title": _plain(said[:_LONGEST_TITLE]),
        "close": _plain(texts.say("form.close")),
        "blocks": blocks,
    }


def _which(texts: Texts, incidents: Sequence[IncidentLine]) -> Json:
    options = [_option(f"{line.key} {line.title or ''}".strip(), line.key) for line in incidents]
    return {
        "type": "input",
        "block_id": WHICH,
        "label": _plain(texts.say("form.which_incident")),
        "element": {"action_id": _FILLED, "type": "static_select", "options": options},
    }


def bare(texts: Texts, code: str) -> str:
    """A text for a place that shows bare characters: what one types stands in it without backquotes."""
    return "".join(plain_part(part) for part in texts.parts(code))


def _known(field: Field, directory: Directory) -> Iterator[str]:
    if field.takes == Takes.CHOICE:
        yield from field.choices
    elif field.takes == Takes.ORGANIZATION:
        yield from field.choices
        yield from (organization.code for organization in directory.organizations)
    elif field.takes == Takes.PERSON:
        yield from (person.id for person in directory.people)


def _input(field: Field, label: str, known: Sequence[str], value: str) -> Json:
    return {
        "type": "input",
        "block_id": field.label,
        "optional": not field.required,
        "label": _plain(label[:_LONGEST_LABEL]),
        "element": {"action_id": _FILLED, **_element(field, label, known, value)},
    }


def _element(field: Field, label: str, known: Sequence[str], value: str) -> Json:
    if field.takes == Takes.CHOICE and not known:
        flag = [_option(label, field.label)]
        return {"type": "checkboxes", "options": flag, **({"initial_options": flag} if value else {})}
    if known and len(known) <= _MOST_OPTIONS:
        return _select(field, known, value)
    longest = _LONGEST_TEXT if field.lines else LONGEST_QUOTED
    prefilled = {"initial_value": value[:longest]} if value else {}
    return {"type": "plain_text_input", "multiline": field.lines, "max_length": longest, **prefilled}


def _select(field: Field, known: Sequence[str], value: str) -> Json:
    """With what was chosen before, where that is still among the options."""
    options = {each: _option(field.said(each), each) for each in known}
    chosen = [options[each] for each in value.split(",") if each in options]
    if field.many:
        begun = {"initial_options": chosen} if chosen else {}
        return {"type": "multi_static_select", "options": [*options.values()], **begun}
    begun_with = {"initial_option": chosen[0]} if chosen else {}
    return {"type": "static_select", "options": [*options.values()], **begun_with}


def _value(state: Mapping[str, Any]) -> str:
    if "selected_options" in state:
        return ",".join(option["value"] for option in state["selected_options"])
    chosen = state.get("selected_option")
    return str(chosen["value"] if chosen else state.get("value") or "")


def _option(text: str, value: str) -> Json:
    return {"text": _plain(text[:_LONGEST_OPTION]), "value": value}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}
