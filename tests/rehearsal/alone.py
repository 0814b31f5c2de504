"""A machine with nothing but a loopback: run as `unshare --net python -m tests.rehearsal.alone COMMAND...`.

Whatever of the command, of its libraries or of the servers it starts tries to reach anything else finds no way there,
and the kernel counts it; the count is the last line printed.
"""

import fcntl
import socket
import struct
import subprocess
import sys
from pathlib import Path

_SET_FLAGS = 0x8914
"""SIOCSIFFLAGS of netdevice(7)."""
_UP = 0x1
_LOOPBACK_UP = struct.pack("16sh14x", b"lo", _UP)


def ways_not_found() -> int:
    """How many packets of this network found no way (OutNoRoutes of IPv4 and IPv6)."""
    names, values = [
        line.split()
        for line in Path("/proc/self/net/snmp").read_text("ascii").splitlines()
        if line[:3] == "Ip:"
    ]
    six = dict(line.split() for line in Path("/proc/self/net/snmp6").read_text("ascii").splitlines())
    return int(dict(zip(names, values, strict=True))["OutNoRoutes"]) + int(six["Ip6OutNoRoutes"])


def main() -> None:
    """Set the loopback up, run the command, print the count; the exit code is the command's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, _LOOPBACK_UP)
    done = subprocess.run(sys.argv[1:], check=False)
    sys.stdout.write(f"{ways_not_found()}\n")
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
