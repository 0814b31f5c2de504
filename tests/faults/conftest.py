"""What the fault tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.folder import fault_folder


@pytest.fixture
def fault_data() -> Iterator[Path]:
    """A data folder of its own."""
    with fault_folder() as data:
        yield data
