"""Servers of others that tests run against: each installed by its locked hashes into a folder of its own, once."""

import fcntl
import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from platformdirs import user_cache_path

_UNREACHED: Final = re.compile(
    r"Max retries exceeded|NewConnectionError|Could not fetch URL|NameResolutionError|ConnectionError|ConnectTimeout"
)


def python_with(lock: Path) -> Path:
    """The Python of the folder that a lock is installed in. Skips the test where the package index is out of reach."""
    name = f"{lock.stem}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    folder = user_cache_path("muster-tests", ensure_exists=True) / name
    with (folder.with_suffix(".lock")).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            _install(folder, lock)
            (folder / "ready").touch()
    return folder / "bin" / "python"


def _install(folder: Path, lock: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    by_hash = ["--require-hashes", "--only-binary", ":all:", "--requirement", str(lock)]
    quietly = ["--disable-pip-version-check", "--quiet"]
    done = subprocess.run(
        [folder / "bin" / "python", "-m", "pip", "install", *quietly, *by_hash],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and _UNREACHED.search(done.stderr):
        pytest.skip(f"{lock.stem} is not installed here, and the package index cannot be reached")
    if done.returncode:
        raise RuntimeError(f"{lock.stem} could not be installed:\n{done.stderr[-2000:]}")
