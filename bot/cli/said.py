"""What a command prints for people: texts of the catalogue, and columns. What is printed for machines is English."""

from collections.abc import Sequence

import typer
from rich.cells import cell_len

from playbooks.texts import load_texts


def say(code: str, /, *, aside: bool = False, **args: object) -> None:
    """Print a text; `aside` puts it on standard error, where it is no part of what was asked for."""
    typer.echo(load_texts().say(code, **args), err=aside)


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows of equally many cells, each column as wide as its widest."""
    if not rows:
        return ""
    widths = [max(map(cell_len, cells)) for cells in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
    return "  ".join(padded).rstrip()
