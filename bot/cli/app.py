"""`muster`: every command. Each ends with 0, with 1 and one clear line on standard error, or with 2 on wrong usage."""

import logging
import sys
import tempfile
import traceback
from typing import Annotated, Final

import typer
from pydantic import ValidationError
from typer.exceptions import TyperException

from bot.cli.lazily import Place, group_of
from bot.cli.worded import choose, in_the_language_asked_for, wrong
from bot.embedded import EmbeddedServerError
from bot.operator_log import Seldom
from playbooks.domain.errors import IncidentError
from playbooks.texts import load_texts

COMMANDS: Final = {
    "up": Place("bot.cli.up", "up"),
    "demo": Place("bot.cli.demo", "demo"),
    "bot": Place("bot.cli.servers", "bot"),
    "worker": Place("bot.cli.servers", "worker"),
    "migrate": Place("bot.cli.servers", "migrate"),
    "doctor": Place("bot.cli.doctor", "doctor"),
    "chat": Place("bot.cli.chat", "chat"),
    "enrol": Place("bot.cli.enrol", "enrol"),
    "playbook": Place("bot.cli.playbook", "app"),
    "alert": Place("bot.cli.alert", "app"),
    "incident": Place("bot.cli.incident", "app"),
    "indicators": Place("bot.cli.indicators", "app"),
    "record": Place("bot.cli.record", "app"),
    "report": Place("bot.cli.report", "app"),
    "directory": Place("bot.cli.directory", "directory_app"),
    "witness": Place("bot.cli.witness", "app"),
    "oncall": Place("bot.cli.oncall", "app"),
    "keys": Place("bot.cli.keys", "app"),
}
"""Every command of the command line, in the order in which they are listed."""

app = typer.Typer(
    name="muster",
    cls=group_of(COMMANDS),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _muster(
    language: Annotated[
        str | None, typer.Option("--language", callback=choose, is_eager=True, show_default=False)
    ] = None,
) -> None:
    """Incident response in concert, across organizations."""


def main() -> None:
    """Run `muster`; what goes wrong is one sentence on standard error, never a stack trace."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("psycopg.pool").addFilter(Seldom())
    in_the_language_asked_for()
    try:
        ended = app(prog_name="muster", standalone_mode=False)
    except TyperException as error:
        _fail(wrong(error), error.exit_code)
    except typer.Abort:
        _fail(_said("cli.aborted"))
    except (IncidentError, EmbeddedServerError) as error:
        _fail(str(error))
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        name = "_".join(str(part) for part in problem["loc"]).upper()
        said = problem["msg"].removeprefix("Value error, ")
        _fail(_said("cli.setting", name=f"MUSTER_{name}", said=said) if name else f"{said}.")
    except (OSError, RuntimeError) as error:
        _fail(_said("cli.away", said=str(error)))
    except Exception as error:  # noqa: BLE001  a fault of ours: a sentence for whoever runs it
        _fail(_said("cli.fault", name=type(error).__name__, file=_traced(error)))
    else:
        raise SystemExit(ended)


def _said(code: str, **args: str) -> str:
    return load_texts().say(code, **args)


def _traced(error: Exception) -> str:
    """The file that says where it failed, for whoever runs it alone: there may be words of an incident in it."""
    with tempfile.NamedTemporaryFile("w", prefix="muster-fault-", suffix=".txt", delete=False) as file:
        file.writelines(traceback.format_exception(error))
    return file.name


def _fail(sentence: str, code: int = 1) -> None:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(code)
