import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

REPOSITORY = Path(__file__).parents[2]


def test_imports_go_one_way() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_module_stands_on_itself() -> None:
    graph = grimp.build_graph("bot", "workflows", "integrations", "playbooks", cache_dir=None)
    stands_on = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(stands_on) > 500
    TopologicalSorter(stands_on).prepare()
