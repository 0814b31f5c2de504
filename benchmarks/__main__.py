"""`python -m benchmarks [--json] [NAME ...]`: every benchmark, or those named, as a table and as JSON."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable

from benchmarks import (
    chat,
    circle,
    crowd,
    declare,
    incidents,
    intake,
    kept,
    long,
    matrix,
    moving,
    playbook,
    proofs,
    record,
    step,
    storm,
    tenthousand,
    timeline,
)
from benchmarks.figure import Figure, table
from benchmarks.ground import a_whole_muster
from benchmarks.machine import this_machine
from bot.composition.installation import Installation

BENCHMARKS: dict[str, Callable[[Installation], Awaitable[list[Figure]]]] = {
    "declare": declare.measure,
    "step": step.measure,
    "intake": intake.measure,
    "storm": storm.measure,
    "moving": moving.measure,
    "chat": chat.measure,
    "crowd": crowd.measure,
    "record": record.measure,
    "proofs": proofs.measure,
    "timeline": timeline.measure,
    "playbook": playbook.measure,
}

ASKED_FOR: dict[str, Callable[[Installation], Awaitable[list[Figure]]]] = {
    "circle": circle.measure,
    "incidents": incidents.measure,
    "kept": kept.measure,
    "long": long.measure,
    "matrix": matrix.measure,
    "tenthousand": tenthousand.measure,
}
"""Too long to run each time: only when named."""

DIRECTORIES = {"circle": circle.directory, "crowd": crowd.directory}
"""Of those that need more organizations or people than ship: the content of a directory file."""


def main() -> None:
    """Measure and print; how far it has come goes to standard error."""
    asked = _arguments()
    machine, began = this_machine(), time.monotonic()
    figures = asyncio.run(_measured(asked.benchmarks or list(BENCHMARKS)))
    result = {
        "machine": machine.model_dump(),
        "seconds": round(time.monotonic() - began, 1),
        "figures": [figure.model_dump(mode="json") for figure in figures],
    }
    if not asked.json:
        print(f"{machine}; {result['seconds']} s in all\n\n{table(figures)}\n")
    print(json.dumps(result, indent=None if asked.json else 2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    parser.add_argument(
        "benchmarks", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS | ASKED_FOR)}"
    )
    asked = parser.parse_args()
    if unknown := set(asked.benchmarks) - {*BENCHMARKS, *ASKED_FOR}:
        parser.error(
            f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS | ASKED_FOR)}"
        )
    return asked


async def _measured(names: list[str]) -> list[Figure]:
    """Each on a ground of its own: what one leaves behind (open incidents, a backlog) is no load on the next."""
    figures: list[Figure] = []
    for name in names:
        began = time.monotonic()
        directory = DIRECTORIES.get(name)
        async with a_whole_muster(directory() if directory else None) as muster:
            figures += await (BENCHMARKS | ASKED_FOR)[name](muster)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    return figures


if __name__ == "__main__":
    main()
