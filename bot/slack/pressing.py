"""A button of a message that a room reads: who pressed what stands below it, in its place, for everybody there.

The buttons stay: a later answer counts, as the rule of the question says. Of a refusal the room hears nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.slack.front import SlackFront
from playbooks.domain.document import Document, Mention, Time, paragraph
from playbooks.domain.organization import Person
from playbooks.domain.tongue import speaking

Json = dict[str, Any]

_MOST_BLOCKS: Final = 50
MARK: Final = "pressed:"
"""Begins the `block_id` of a line, which ends with whose it is: she who presses again has one line."""


def read_by_a_room(body: Mapping[str, Any]) -> bool:
    """Whether the button stands in a message of a room, and not in an answer to one person or in a view."""
    container = body.get("container") or {}
    return bool(
        container.get("type") == "message"
        and not container.get("is_ephemeral")
        and (body.get("message") or {}).get("blocks")
    )


def with_press(front: SlackFront, body: Mapping[str, Any], person: Person) -> list[Json] | None:
    """The message's blocks with the line of this press; None where no more fit."""
    mine = f"{MARK}{person.id}"
    kept = [block for block in body["message"]["blocks"] if block.get("block_id") != mine]
    lines = _line(front, str(body["actions"][0]["text"]["text"]), person)
    blocks = [*kept, *({**line, "block_id": mine} for line in lines)]
    return blocks if len(blocks) <= _MOST_BLOCKS else None


def _line(front: SlackFront, label: str, person: Person) -> Sequence[Json]:
    """In the language of the room, which many read."""
    with speaking(front.connection.tongue):
        said: dict[str, Any] = {
            "label": label,
            "person": Mention(person=person.id),
            "at": Time(at=front.now()),
        }
        (words,) = front.render(Document(blocks=(paragraph(*front.texts.parts("chat.pressed", **said)),)))
    return words.blocks
