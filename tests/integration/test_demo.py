"""`muster demo` as a newcomer runs it: one incident from beginning to end, a page, and a record that verifies."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

MUSTER = Path(sys.executable).with_name("muster")
WITHIN = 300
pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * WITHIN)]


def test_the_demo_plays_an_incident_and_leaves_what_it_says(server_data: Path) -> None:
    folder = server_data / "demo"
    done = subprocess.run(
        [MUSTER, "demo", "--json", "--output", folder],
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)
    assert said["verified"] is True
    page, bundle = Path(said["timeline"]), Path(said["bundle"])
    assert said["incident"] in page.read_text("utf-8")
    assert len(said["steps"]) > 20
    checked = subprocess.run(
        [MUSTER, "record", "verify", "--bundle", bundle], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert not (folder / "data").exists(), "the servers' files are gone"
