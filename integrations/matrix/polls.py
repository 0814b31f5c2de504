"""Polls: what may be answered at a press is shown as people's clients show a vote (MSC3381).

An answer of a poll is a command's line, so a vote is that command, given by whoever votes; a changed vote is a further
one. The message with the same lines stands before it, for clients that show no polls. Clients use the unstable names.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeGuard

from nio import AsyncClient, Event, UnknownEvent

from integrations.matrix.failures import answered
from integrations.matrix.render import Json
from playbooks.domain.document import Button, Document
from playbooks.domain.errors import Permanent
from playbooks.ports.conversation import Said

POLL: Final = "org.matrix.msc3381.poll.start"
END: Final = "org.matrix.msc3381.poll.end"
_TEXT: Final = "org.matrix.msc1767.text"
_DISCLOSED: Final = "org.matrix.msc3381.poll.disclosed"
_RESPONSES: Final = {"org.matrix.msc3381.poll.response": "answers", "m.poll.response": "m.selections"}
"""The type of a vote, and where its content under that name has the answers."""
_LONGEST: Final = 340
"""Characters of a question; Element takes no more."""
_ANSWER: Final = "/incident answer "


def poll_of(document: Document) -> Json | None:
    """The content of the poll that offers a document's answers; None where there is no choice."""
    answers = {each.command: each.label for each in _buttons(document) if each.command.startswith(_ANSWER)}
    if len(answers) < 2:
        return None
    question = document.title[:_LONGEST]
    lines = (f"{number}. {label}" for number, label in enumerate(answers.values(), start=1))
    return {
        _TEXT: "\n".join((question, *lines)),
        POLL: {
            "question": {_TEXT: question, "body": question, "msgtype": "m.text"},
            "kind": _DISCLOSED,
            "max_selections": 1,
            "answers": [{"id": command, _TEXT: label} for command, label in answers.items()],
        },
    }


def ending(poll: str, document: Document) -> Json:
    """The content that ends a poll; clients then count what was given until then, and offer no more."""
    return {"m.relates_to": {"rel_type": "m.reference", "event_id": poll}, _TEXT: document.title, END: {}}


def asks(event: Event, consultation: str) -> bool:
    """Whether it is the poll of a consultation, whoever sent it."""
    poll = event.source["content"].get(POLL)
    answers = poll.get("answers") if isinstance(poll, dict) else None
    first = answers[0] if isinstance(answers, list) and answers else None
    line = str(first.get("id", "")) if isinstance(first, dict) else ""
    return line.startswith(f"{_ANSWER}{consultation} ")


def _buttons(document: Document) -> Iterator[Button]:
    return (block for block in document.blocks if isinstance(block, Button))


def is_vote(event: object) -> TypeGuard[UnknownEvent]:
    """Whether somebody votes with it, in whichever poll."""
    return isinstance(event, UnknownEvent) and event.type in _RESPONSES


async def voted(place: str, client: AsyncClient, room: str, event: UnknownEvent) -> Said | None:
    """The line that a vote stands for; None for one in somebody else's poll, or that chooses no answer of ours.

    Raises ProviderErrors.
    """
    content = event.source["content"]
    relation, line = content.get("m.relates_to"), _chosen(event.type, content)
    poll = relation.get("event_id") if isinstance(relation, dict) else None
    if not isinstance(poll, str) or not line.startswith(_ANSWER):
        return None
    try:
        asked = await answered(place, client.room_get_event(room, poll), reads=True)
    except Permanent:
        return None
    if asked.event.sender != client.user_id:
        return None
    at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=event.server_timestamp)
    text = f"!{line.removeprefix('/')}"
    return Said(id=event.event_id, room=room, account=event.sender, text=text, thread=poll, said_at=at)


def _chosen(type: str, content: dict[str, Any]) -> str:
    said = content.get(type)
    chosen = said.get(_RESPONSES[type]) if isinstance(said, dict) else content.get(_RESPONSES[type])
    return str(chosen[0]) if isinstance(chosen, list) and chosen else ""
