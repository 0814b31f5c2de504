"""Ports on this machine that stay the same from one start to the next, so that a bookmark keeps working."""

import json
import random
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

LOOPBACK = "127.0.0.1"
_LENT = Path("/proc/sys/net/ipv4/ip_local_port_range")
_DYNAMIC = (49152, 65535)  # RFC 6335, section 6; Linux lends others, and says which
_FIRST, _LAST = 20000, 65535
_TRIES = 100


def remembered_ports(data: Path, *names: str) -> dict[str, int]:
    """Give each name a free port of 127.0.0.1, the one it had before whenever that is still free.

    It is none of those that the machine lends to whoever asks for any port (every outgoing connection does): between
    its choice here and the start of the server that listens on it, one of these may be lent to somebody else.

    The choice is kept in ``ports.json`` of the data folder; an unreadable file counts as none.
    """
    remembered = _read(data / "ports.json")
    with ExitStack() as held:  # all are held until the last is chosen, so that no two names get the same
        chosen = {name: _free_port(held, preferred=remembered.get(name, 0)) for name in names}
    data.mkdir(parents=True, exist_ok=True)
    (data / "ports.json").write_text(json.dumps(remembered | chosen, indent=2) + "\n", encoding="ascii")
    return chosen


def free_port() -> int:
    """A port of 127.0.0.1 that is free now, and lent to nobody either (see `remembered_ports`)."""
    with ExitStack() as held:
        return _free_port(held)


def _read(file: Path) -> dict[str, int]:
    try:
        content = json.loads(file.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {str(name): port for name, port in content.items() if isinstance(port, int)}


def _free_port(held: ExitStack, preferred: int = 0) -> int:
    """The preferred port, or any free one when somebody else has it (or none is preferred: 0)."""
    probe = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    # As the servers do: a port whose last connections linger in TIME_WAIT counts as free.
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept_back = _kept_back()
    # By chance: several may choose at one moment.
    tried = random.sample(kept_back, min(_TRIES, len(kept_back)))
    for port in (preferred, *tried) if preferred else tried:
        with suppress(OSError, OverflowError):
            probe.bind((LOOPBACK, port))
            return port
    probe.bind((LOOPBACK, 0))
    return int(probe.getsockname()[1])


def _kept_back() -> list[int]:
    """The ports that this machine lends to nobody."""
    try:
        first, last = (int(end) for end in _LENT.read_text("ascii").split())
    except (OSError, ValueError):
        first, last = _DYNAMIC
    return [*range(_FIRST, first), *range(max(last, _FIRST) + 1, _LAST + 1)]
