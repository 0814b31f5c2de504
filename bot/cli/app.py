"""`muster`: every command. Each ends with 0, with 1 and one clear line on standard error, or with 2 on wrong usage."""

import logging
import sys
import tempfile
import traceback
from typing import Final

import typer
from pydantic import ValidationError

from bot.cli.lazily import Place, group_of
from bot.embedded import EmbeddedServerError
from playbooks.domain.errors import IncidentError

COMMANDS: Final = {
    "up": Place(
        "bot.cli.up",
        "up",
        "Run everything on this machine until Ctrl-C; a restart carries on where it stopped. Not for production.",
    ),
    "demo": Place(
        "bot.cli.demo",
        "demo",
        "Play one real incident from beginning to end, on servers of its own; show it, and check its record.",
    ),
    "bot": Place("bot.cli.servers", "bot", "Serve the pages, the web room and the intake of alerts."),
    "worker": Place("bot.cli.servers", "worker", "Decide, do effects, and run what may run only once."),
    "migrate": Place("bot.cli.servers", "migrate", "Bring the database to this version."),
    "doctor": Place(
        "bot.cli.doctor",
        "doctor",
        "Say how each part of this installation stands; exit 1 when something is broken.",
    ),
    "chat": Place(
        "bot.cli.chat",
        "chat",
        "Enter the room of an incident: commands with completion, new entries as they come; plain when piped.",
    ),
    "enrol": Place(
        "bot.cli.enrol",
        "enrol",
        "Print a link that works once, for 24 hours: it makes its holder that person.",
    ),
    "playbook": Place("bot.cli.playbook", "app", "Read, check, show and rehearse playbooks."),
    "alert": Place("bot.cli.alert", "app", "Try and send alerts."),
    "incident": Place("bot.cli.incident", "app", "Read incidents from the record."),
    "indicators": Place(
        "bot.cli.indicators", "app", "Indicators, out to other systems and in from them: STIX 2.1, MISP."
    ),
    "record": Place("bot.cli.record", "app", "Verify and export the record."),
    "report": Place("bot.cli.report", "app", "What incidents say together."),
    "directory": Place(
        "bot.cli.directory", "directory_app", "The organizations and the people who act for them."
    ),
    "witness": Place("bot.cli.witness", "app", "Be a witness of another installation's record."),
    "oncall": Place("bot.cli.oncall", "app", "Rotas for other programs."),
    "keys": Place("bot.cli.keys", "app", "The keys that lie outside the database."),
}
"""Every command of the command line, in the order in which they are listed."""

app = typer.Typer(
    name="muster",
    cls=group_of(COMMANDS),
    help="Incident response in concert, across organizations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _muster() -> None:
    """Incident response in concert, across organizations."""


def main() -> None:
    """Run `muster`; what goes wrong is one sentence on standard error, never a stack trace."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except (IncidentError, EmbeddedServerError) as error:
        _fail(str(error))
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        name = "_".join(str(part) for part in problem["loc"]).upper()
        said = problem["msg"].removeprefix("Value error, ")
        _fail(f"The setting MUSTER_{name} is wrong: {said}." if name else f"{said}.")
    except (OSError, RuntimeError) as error:
        _fail(f"{error}. `muster doctor` says which part does not answer.")
    except Exception as error:  # noqa: BLE001  a fault of ours: a sentence for whoever runs it
        _fail(
            f"Muster itself failed over this ({type(error).__name__}). Please report it with {_traced(error)}."
        )


def _traced(error: Exception) -> str:
    """The file that says where it failed, for whoever runs it alone: there may be words of an incident in it."""
    with tempfile.NamedTemporaryFile("w", prefix="muster-fault-", suffix=".txt", delete=False) as file:
        file.writelines(traceback.format_exception(error))
    return file.name


def _fail(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(1)
