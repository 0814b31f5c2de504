"""`status`: an incident at a glance and what is owed next; `who`: roles and parties; `tasks`: open ones."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.owed import owed, task_line
from playbooks.domain.case import Case
from playbooks.domain.circle.mandate import held_of
from playbooks.domain.document import (
    Banner,
    Block,
    Bullets,
    Document,
    Fields,
    Heading,
    Inline,
    Labelled,
    paragraph,
)
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState, Standing
from playbooks.domain.roles import Role
from playbooks.domain.rooms import WEB
from playbooks.texts import Texts
from playbooks.texts.wording import label, sentence, worded


async def _status(inquiry: Inquiry) -> Document:
    case, texts = await inquiry.case(), inquiry.texts
    return Document(blocks=(*_heading(texts, case), _glance(texts, case), *_owed(texts, case)))


def _heading(texts: Texts, case: Case) -> tuple[Block, ...]:
    heading = texts.say("status.heading", incident=case.state.key, title=case.title)
    return Banner(marking=case.state.marking), Heading(text=heading)


def _glance(texts: Texts, case: Case) -> Block:
    state = case.state
    values = {
        "severity": state.severity.value,
        "phase": state.phase.value,
        "class": state.incident_class,
        "restricted": "yes" if state.restricted else None,
        "commander": _commander(texts, state),
        "parties": state.active_parties,
        "declared_at": state.declared_at,
        "closed_at": state.closed_at,
        "merged_into": state.merged_into,
        "alerts": str(state.alerts) if state.alerts else None,
        "update_due_at": state.update_due_at,
        "rooms": _rooms(texts, state),
        "distrusted": ", ".join(state.distrusted),
    }
    return _worded(texts, values)


def _rooms(texts: Texts, state: IncidentState) -> str:
    """Where people are to go, of those whose room was moved."""
    moved = state.rooms_moved.items()
    return "; ".join(f"{code}: {label(texts, 'moved_to', room.connection or WEB)}" for code, room in moved)


def card(texts: Texts, case: Case) -> Document:
    """An incident in its marking and four codes, without anybody's prose: what stands below a link to it."""
    state = case.state
    values = {
        "severity": state.severity.value,
        "phase": state.phase.value,
        "lead": state.lead,
        "commander": _commander(texts, state),
    }
    return Document(blocks=(Banner(marking=state.marking), _worded(texts, values)))


def _commander(texts: Texts, state: IncidentState) -> str | None:
    """Nobody is said to whoever may know who takes part; of others who commands is withheld, and so no claim made."""
    return state.roles.get(Role.INCIDENT_COMMANDER) or (texts.say("nobody") if state.active_parties else None)


def _worded(texts: Texts, values: Mapping[str, object]) -> Block:
    return labelled(texts, {name: worded(texts, name, value) for name, value in values.items() if value})


def labelled(texts: Texts, values: dict[str, Inline]) -> Block:
    """Values under the labels that the catalogue has for them."""
    return Fields(
        items=tuple(
            Labelled(label=texts.say(f"label.{name}"), value=(value,)) for name, value in values.items()
        )
    )


def _owed(texts: Texts, case: Case) -> Iterator[Block]:
    items = tuple(owed(texts, case))
    if not items:
        yield paragraph(*texts.parts("owed.nothing"))
        return
    yield paragraph(*texts.parts("owed.next"))
    yield Bullets(items=items)


def _roles(texts: Texts, case: Case) -> tuple[tuple[Inline, ...], ...]:
    state = case.state
    return tuple(
        sentence(
            texts,
            "who.role",
            {"role": role.value, "person": person, "organization": state.role_organizations.get(role)},
        )
        for role, person in state.roles.items()
    )


async def _who(inquiry: Inquiry) -> Document:
    case, texts = await inquiry.case(), inquiry.texts
    state = case.state
    parties = (
        sentence(texts, "who.party", _party(state, code, standing))
        for code, standing in state.parties.items()
    )
    lists = tuple(Bullets(items=items) for items in (_roles(texts, case), tuple(parties)) if items)
    return Document(blocks=(*_heading(texts, case), *lists))


def _party(state: IncidentState, code: OrganizationCode, standing: Standing) -> dict[str, str | None]:
    held = held_of(state.mandates, code)
    return {"organization": code, "standing": standing.value, "held_by": held.to if held else None}


def briefing(texts: Texts, case: Case) -> Document:
    """How things stand, who holds which role, and what is to be done: all that a newcomer needs at once."""
    roles = _roles(texts, case)
    who = (paragraph(*texts.parts("briefing.roles")), Bullets(items=roles)) if roles else ()
    return Document(blocks=(*_heading(texts, case), _glance(texts, case), *who, *_owed(texts, case)))


async def _tasks(inquiry: Inquiry) -> Document:
    case, texts = await inquiry.case(), inquiry.texts
    heading = texts.say("tasks.heading", incident=case.state.key, count=len(case.open_tasks))
    lines = tuple(task_line(texts, case, task) for task in case.open_tasks)
    return Document(blocks=(Heading(text=heading), *((Bullets(items=lines),) if lines else ())))


STATUS: Final = (
    ChatCommand(words=("status",), verb="status", target=Target.QUERY, answer=_status),
    ChatCommand(words=("who",), verb="who", target=Target.QUERY, answer=_who),
    ChatCommand(
        words=("tasks",), verb="tasks", target=Target.QUERY, answer=_tasks, aliases=(("task", "list"),)
    ),
)
