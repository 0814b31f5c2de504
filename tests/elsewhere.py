"""Servers of others that tests run against: each installed by its locked hashes into a folder of its own, once."""

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
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


def packages_of(folder: Path, *own: str) -> Path:
    """A copy of a folder of tests, `own` its scripts, with the npm packages of its lock, by their hashes.

    Skips the test where npm is lacking.
    """
    if not shutil.which("npm"):
        pytest.skip("a client or server of others needs Node.js 20 and npm: apt-get install -y nodejs npm")
    files = [folder / name for name in (*own, "package.json", "package-lock.json")]
    name = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    installed = (
        user_cache_path("muster-tests", ensure_exists=True) / f"{folder.name.replace('_', '-')}-{name}"
    )
    with installed.with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (installed / "ready").exists():
            _fetch(installed, files)
            (installed / "ready").touch()
    return installed


def _fetch(installed: Path, files: Sequence[Path]) -> None:
    installed.mkdir(exist_ok=True)
    for file in files:
        shutil.copy(file, installed)
    quietly = ["--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    subprocess.run(["npm", "ci", *quietly], cwd=installed, check=True, capture_output=True)


def node_is_there(oldest: int, node: str | Path = "node") -> bool:
    """Whether this Node.js is of that version or newer."""
    if not shutil.which(node):
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.lstrip("v").partition(".")[0]) >= oldest
