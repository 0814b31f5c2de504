"""The forms that stand in the room itself, by which people add to the record; each is a command of the registry."""

from dataclasses import dataclass
from typing import Final

from bot.commands.adding import ADDING
from bot.commands.chat_command import ChatCommand, Target
from bot.commands.forms import Field, fields
from bot.commands.updates import NOTE
from bot.web.signin.secret import new_secret
from playbooks.domain.actor import Actor
from playbooks.domain.incident import IncidentState
from playbooks.domain.policy import may
from playbooks.texts import Texts

_FILES: Final = "evidence.add"
"""Has a form of its own, since it takes the file."""

ADDED: Final[dict[str, ChatCommand]] = {
    "-".join(command.words): command
    for command in (NOTE, *ADDING)
    if command.target is not Target.QUERY and command.verb != _FILES
}
"""By the name in the form's address."""


@dataclass(frozen=True, slots=True)
class AddingForm:
    """One form, with its words and an id of its own for the command that it will be."""

    name: str
    title: str
    summary: str
    fields: tuple[tuple[Field, str], ...]
    """Each field with its label in words."""
    once: str


def adding_forms(texts: Texts, actor: Actor, state: IncidentState) -> tuple[AddingForm, ...]:
    """The forms, made anew for each page; none that this actor would be refused for who she is."""
    return tuple(
        AddingForm(
            name=name,
            title=texts.say(f"form.{command.verb}"),
            summary=command.summary(texts),
            fields=tuple((field, field.words(texts, command)) for field in fields(command)),
            once=new_secret(),
        )
        for name, command in ADDED.items()
        if may(actor, command.verb, state)
    )
