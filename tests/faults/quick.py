"""Muster with short spans, to be run as a process: what it would wait for a minute it waits for some seconds.

The order that the promises rest on is kept: client time-out < lease < activity time-out.
"""

from datetime import timedelta

from playbooks.actions import times
from playbooks.domain.connection import PortName

_SHORT = {
    "client": timedelta(seconds=1),
    "lease": timedelta(seconds=2.5),
    "activity": timedelta(seconds=4),
}


def hurried() -> dict[PortName, times.Times]:
    """The spans of every port, shortened."""
    return {port: spans.model_copy(update=_SHORT) for port, spans in times.TIMES.items()}


if __name__ == "__main__":
    times.TIMES.update(hurried())
    from bot.cli.app import main

    main()
