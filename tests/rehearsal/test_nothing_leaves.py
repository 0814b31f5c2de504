"""No connection leaves: proven by the kernel, on a network that has nothing but a loopback."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
OUTSIDE = "import socket; socket.create_connection(('192.0.2.1', 443), 5)"
"""An address for documentation (RFC 5737)."""


def alone(*command: str | Path) -> tuple[int, int, str]:
    """Exit code, packets that found no way, and what was printed before."""
    done = subprocess.run(
        ["unshare", "--net", "--map-root-user", sys.executable, "-m", "tests.rehearsal.alone", *command],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in done.stderr:
        pytest.skip("this machine lets nobody make a network of one's own")
    *printed, count = done.stdout.splitlines()
    return done.returncode, int(count), "\n".join(printed)


def test_what_tries_to_leave_is_counted() -> None:
    code, tries, _ = alone(sys.executable, "-c", OUTSIDE)
    assert code != 0
    assert tries > 0


def test_a_rehearsal_ends_well_and_tries_to_reach_nothing() -> None:
    code, tries, printed = alone(BIN / "muster", "playbook", "rehearse", "ransomware")
    assert (code, tries) == (0, 0), printed
    assert "It ends well." in printed
    assert "Nothing outside was reached" in printed
