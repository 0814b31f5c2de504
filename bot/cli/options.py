"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path | None, typer.Option("--data", show_default=False)]
Json = Annotated[bool, typer.Option("--json")]
As = Annotated[
    str | None,
    typer.Option("--as", show_default=False),
]
ChathamHouse = Annotated[
    bool,
    typer.Option("--chatham-house"),
]
