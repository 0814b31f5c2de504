"""What tests of real chat systems share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.synapse import Synapse, synapse


@pytest.fixture(scope="session")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """The session's Synapse; each test has users and rooms of its own."""
    folder: Path = tmp_path_factory.mktemp("synapse")
    with synapse(folder) as server:
        yield server
