import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder on a short path that PostgreSQL's account reaches, also as root."""
    with tempfile.TemporaryDirectory(prefix="muster-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where root keeps what PostgreSQL's account cannot reach elsewhere, for this test alone."""
    folder = Path(tempfile.mkdtemp(prefix="muster-state-", dir="/tmp"))
    folder.chmod(0o711)
    monkeypatch.setattr("bot.embedded.unprivileged.STATE", folder)
    yield folder
    shutil.rmtree(folder)
