"""What the fault tests share."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.embedded import remove_data


@pytest.fixture
def fault_data() -> Iterator[Path]:
    """A short data folder of its own, which PostgreSQL's account reaches also as root."""
    folder = Path(tempfile.mkdtemp(prefix="muster-faults-", dir="/tmp"))
    folder.chmod(0o711)
    data = folder / "data"
    data.mkdir()
    yield data
    remove_data(data)
    shutil.rmtree(folder)
