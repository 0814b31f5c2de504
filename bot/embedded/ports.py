"""Ports on this machine that stay the same from one start to the next, so that a bookmark keeps working."""

import json
import socket
from contextlib import ExitStack
from pathlib import Path

LOOPBACK = "127.0.0.1"


def remembered_ports(data: Path, *names: str) -> dict[str, int]:
    """Give each name a free port of 127.0.0.1, the one it had before whenever that is still free.

    The choice is kept in ``ports.json`` of the data folder; an unreadable file counts as none.
    """
    remembered = _read(data / "ports.json")
    with ExitStack() as held:  # all are held until the last is chosen, so that no two names get the same
        chosen = {name: _free_port(held, preferred=remembered.get(name, 0)) for name in names}
    data.mkdir(parents=True, exist_ok=True)
    (data / "ports.json").write_text(json.dumps(remembered | chosen, indent=2) + "\n", encoding="ascii")
    return chosen


def _read(file: Path) -> dict[str, int]:
    try:
        content = json.loads(file.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {str(name): port for name, port in content.items() if isinstance(port, int)}


def _free_port(held: ExitStack, preferred: int) -> int:
    """The preferred port, or any free one when somebody else has it (or none is preferred: 0)."""
    probe = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    # As the servers do: a port whose last connections linger in TIME_WAIT counts as free.
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((LOOPBACK, preferred))
    except (OSError, OverflowError):
        probe.bind((LOOPBACK, 0))
    return int(probe.getsockname()[1])
