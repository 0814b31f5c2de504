"""Commands that are loaded when they are run: checking a file need not wait for what speaks with vendors to load."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from bot.cli.worded import worded


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command is."""

    module: str
    attribute: str

    def load(self, name: str) -> Any:  # noqa: ANN401  a click command; typer keeps its click to itself
        """The command itself: a group of commands, or a function that is one."""
        found = getattr(import_module(self.module), self.attribute)
        if isinstance(found, typer.Typer):
            group = get_group(found)
            group.name = name
            worded(group, f"cli.{name}")
            return group
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(name)(found)
        command = get_command(alone)
        worded(command, f"cli.{name}")
        return command


def group_of(places: dict[str, Place]) -> type[TyperGroup]:
    """A group of these commands, in this order."""

    class Lazily(TyperGroup):
        def __init__(self, **given: Any) -> None:  # noqa: ANN401  typer's own
            super().__init__(**given)
            self._listed = {name: TyperCommand(name) for name in places}
            worded(self, "cli")

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  click's own signature
            return list(places)

        def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:  # noqa: ANN401, ARG002  as above
            """What a list of commands needs to know; running one needs all of it."""
            return self._listed.get(cmd_name)

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401  as above
            name, known, rest = super().resolve_command(ctx, args)
            return name, places[name].load(name) if known and name else known, rest

    return Lazily
