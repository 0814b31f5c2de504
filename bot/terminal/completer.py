"""Completion in the terminal: what the registry offers, and the room's own words."""

from collections.abc import Callable, Iterable
from typing import Final

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document as Typed
from typing_extensions import override

from bot.commands.completion import Surroundings, complete
from bot.commands.registry import COMMANDS
from playbooks.texts import Texts

ENTER: Final = "enter"
LEAVE: Final = ("exit", "quit")
RECEIPT: Final = "receipt"
"""Words of the room itself; they are no commands and are not recorded."""


class RoomCompleter(Completer):
    """Offers commands, options, organizations, people, open tasks and questions, and incidents to enter."""

    def __init__(self, around: Callable[[], Surroundings], texts: Texts) -> None:
        self._around = around
        self._texts = texts

    @override
    def get_completions(self, document: Typed, complete_event: CompleteEvent) -> Iterable[Completion]:
        """The ways to go on from the cursor."""
        before = document.text_before_cursor
        around = self._around()
        for suggestion in complete(before, COMMANDS, around, self._texts):
            yield Completion(
                suggestion.text, start_position=-suggestion.replaces, display_meta=suggestion.meaning
            )
        word, _, typed = before.partition(" ")
        if word.casefold() == ENTER and before.startswith(f"{word} "):
            for key in around.incidents:
                if key.casefold().startswith(typed.casefold()):
                    yield Completion(key, start_position=-len(typed))
