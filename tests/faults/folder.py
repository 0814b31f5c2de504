"""A data folder for servers that are killed."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.embedded import remove_data


@contextmanager
def fault_folder() -> Iterator[Path]:
    """A short data folder of its own, which PostgreSQL's account reaches also as root."""
    folder = Path(tempfile.mkdtemp(prefix="muster-faults-", dir="/tmp"))
    folder.chmod(0o711)
    data = folder / "data"
    data.mkdir()
    yield data
    remove_data(data)
    shutil.rmtree(folder)
