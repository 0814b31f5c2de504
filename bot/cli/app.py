"""`muster`: every command. Each ends with 0, with 1 and one clear line on standard error, or with 2 on wrong usage."""

import logging
import sys

import typer
from pydantic import ValidationError

from bot.cli import (
    alert,
    chat,
    demo,
    directory,
    doctor,
    enrol,
    incident,
    keys,
    playbook,
    record,
    report,
    servers,
    up,
    witness,
)
from bot.embedded import EmbeddedServerError
from playbooks.domain.errors import IncidentError

app = typer.Typer(
    name="muster",
    help="Incident response in concert, across organizations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up")(up.up)
app.command("demo")(demo.demo)
app.command("bot")(servers.bot)
app.command("worker")(servers.worker)
app.command("migrate")(servers.migrate)
app.command("doctor")(doctor.doctor)
app.command("chat")(chat.chat)
app.command("enrol")(enrol.enrol)
app.add_typer(playbook.app, name="playbook", help="Read, check and show playbooks.")
app.add_typer(alert.app, name="alert", help="Try and send alerts.")
app.add_typer(incident.app, name="incident", help="Read incidents from the record.")
app.add_typer(record.app, name="record", help="Verify and export the record.")
app.add_typer(report.app, name="report", help="What incidents say together.")
app.add_typer(directory.directory_app, name="directory")
app.add_typer(witness.app, name="witness", help="Be a witness of another installation's record.")
app.add_typer(keys.app, name="keys", help="The keys that lie outside the database.")


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


def _fail(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(1)
