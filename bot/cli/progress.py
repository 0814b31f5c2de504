"""A bar for what takes long, shown on standard error where a person looks at it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Advanced = Callable[[int, int], None]
"""Is told how many are done, and of how many."""


@contextmanager
def progress_bar(what: str) -> Iterator[Advanced]:
    """Show a bar for as long as the block runs; nothing where standard error is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def advanced(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advanced
