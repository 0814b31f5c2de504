import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.embedded import EmbeddedServerError, data_lock, remove_data

HOLD = """
import sys
from pathlib import Path
from bot.embedded import data_lock
with data_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_muster_on_the_same_data_is_told_which_process_holds_it(tmp_path: Path) -> None:
    with data_lock(tmp_path), pytest.raises(EmbeddedServerError) as refused, data_lock(tmp_path):
        pass
    assert str(refused.value) == (
        f"Muster is already running on {tmp_path} (pid {os.getpid()}); stop it or pass --data another folder."
    )


def test_the_folder_is_made_and_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with data_lock(tmp_path / "new" / "data"):
            assert (tmp_path / "new" / "data").is_dir()


def test_a_killed_muster_leaves_no_lock(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline()
        with pytest.raises(EmbeddedServerError, match=f"pid {holder.pid}"), data_lock(tmp_path):
            pass
        with pytest.raises(EmbeddedServerError, match="already running"):
            remove_data(tmp_path)
        holder.kill()
    with data_lock(tmp_path):
        pass
