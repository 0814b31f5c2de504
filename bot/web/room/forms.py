"""Every command of the registry as a form on a page: its fields, what each may be, and what was wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.commands.chat_command import Asks, ChatCommand, Target
from bot.commands.completion import Surroundings, known_values
from bot.commands.forms import Field, fields
from bot.commands.guest import is_open_to
from bot.commands.parameter import Parameter, Takes
from bot.commands.registry import COMMANDS
from playbooks.domain.actor import Actor
from playbooks.domain.case import Case
from playbooks.domain.ids import TaskId
from playbooks.domain.incident import IncidentState
from playbooks.domain.organization import Person
from playbooks.domain.policy import may
from playbooks.domain.words import words_of
from playbooks.texts import Texts

FORMS: Final[dict[str, ChatCommand]] = {
    "-".join(command.words): command
    for command in COMMANDS
    if command.parameters and command.target not in (Target.QUERY, Target.KEPT)
}
"""By the name in the form's address."""

_FIRST: Final = (
    *("update", "ask-status", "ask-approval", "task-add", "invite"),
    *("retainer-activate", "hybrid-activate"),
)
"""Those that a room offers by themselves, to whom they are for; all others stand beside their command."""


def first_forms(actor: Actor, state: IncidentState, texts: Texts) -> tuple[tuple[str, str], ...]:
    """The forms that a room offers to somebody, by name and title: none that she would be refused for who she is."""
    return tuple((name, title_of(name, texts)) for name in _FIRST if may(actor, FORMS[name].verb, state))


def forms_of(person: Person) -> dict[str, ChatCommand]:
    """Those that are open to somebody."""
    return {name: command for name, command in FORMS.items() if is_open_to(command, person)}


@dataclass(frozen=True, slots=True)
class FormField:
    """One field as the page shows it."""

    field: Field
    words: str
    known: tuple[tuple[str, str], ...]
    """What it may be, each with what it means; empty where anything may stand."""
    value: str
    fault: str
    """What was wrong with what stood there, in a sentence; else empty."""

    @property
    def shape(self) -> str:
        """What it is filled in with."""
        takes = self.field.takes
        if takes == Takes.CHOICE and not self.known:
            return "tick"
        if self.known and takes != Takes.PERSON:
            return "several" if self.field.many else "one"
        if self.field.lines:
            return "lines"
        return takes if takes in (Takes.MOMENT, Takes.ENTRY) else "text"

    @property
    def chosen(self) -> tuple[str, ...]:
        """The values that stand in it."""
        return tuple(one.strip() for one in self.value.split(",")) if self.field.many else (self.value,)


@dataclass(frozen=True, slots=True)
class WebForm:
    """A form, filled in as far as it is."""

    name: str
    spelled: str
    """The command that it is, as people type it."""
    title: str
    """What it does, in a few words; empty where the command says it."""
    summary: str
    about: str
    """What it asks, in the words of whoever asked; empty where the summary says all."""
    fields: tuple[FormField, ...]


def web_form(
    name: str,
    texts: Texts,
    around: Surroundings,
    values: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> WebForm:
    """The form of a command, with what it needs first; `values` and `faults` by label, from when it was sent."""
    given, wrong = values or {}, faults or {}
    command = FORMS[name].asking(first_of(name, given), around.case, around.playbooks)
    return WebForm(
        name=name,
        spelled=command.spelled,
        title=title_of(name, texts) if name in _FIRST else "",
        summary=command.summary(texts),
        about=_about(command, given, around.case),
        fields=tuple(
            FormField(
                field=field,
                words=field.words(texts, command),
                known=_known(parameter, around, texts),
                value=given.get(field.label, ""),
                fault=wrong.get(field.label, ""),
            )
            for field, parameter in sorted(_both(command), key=lambda each: not each[0].required)
        ),
    )


def title_of(name: str, texts: Texts) -> str:
    """What one of the first forms does, in a few words of the reader's language."""
    return texts.say(f"form.{name.replace('-', '.')}.title")


def first_of(name: str, values: Mapping[str, str]) -> str:
    """What stands in the first field of a form."""
    return values.get(FORMS[name].parameters[0].label, "").strip()


def _about(command: ChatCommand, given: Mapping[str, str], case: Case | None) -> str:
    task = case.tasks.get(TaskId(given.get("task", ""))) if case and command.asks is Asks.TASK else None
    return words_of(case, task.entry, "text") if case and task else ""


def _both(command: ChatCommand) -> Iterator[tuple[Field, Parameter]]:
    return zip(fields(command), command.parameters, strict=True)


def _known(parameter: Parameter, around: Surroundings, texts: Texts) -> tuple[tuple[str, str], ...]:
    """Of organizations those first that take part."""
    known = [(value.strip('"'), meaning) for value, meaning in known_values(parameter, around)]
    if parameter.takes is not Takes.ORGANIZATION:
        return tuple(known)
    parties = around.case.state.parties if around.case else {}
    known.sort(key=lambda each: each[0] not in (*parameter.choices, *parties))
    return tuple(
        (value, texts.say("form.every_other_party") if value in parameter.choices else meaning)
        for value, meaning in known
    )
