"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None, typer.Option("--data", help="The installation's data folder.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")]
As = Annotated[
    str | None,
    typer.Option("--as", help="Read as this organization, or as this person (@handle).", show_default=False),
]
ChathamHouse = Annotated[
    bool,
    typer.Option("--chatham-house", help="Under the Chatham House Rule: of nobody, and of no organization."),
]
