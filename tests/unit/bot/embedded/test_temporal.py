import asyncio
import os
import signal
import sys
import uuid
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from bot.embedded import EmbeddedServerError, embedded_temporal

pytestmark = pytest.mark.slow


async def test_what_was_started_is_there_after_the_server_was_killed(data: Path) -> None:
    async with embedded_temporal(data, ui=False) as first:
        client = await Client.connect(first.address)
        await client.start_workflow("Waiting", id="waiting", task_queue="nobody")
        os.kill(first.pid, signal.SIGKILL)
    async with embedded_temporal(data, ui=False) as second:
        assert second.address == first.address
        client = await Client.connect(second.address)
        assert (await client.get_workflow_handle("waiting").describe()).status is not None
    assert (data / "temporal.db").stat().st_mode & 0o077 == 0


async def test_its_pages_are_on_a_port_of_their_own(data: Path) -> None:
    async with embedded_temporal(data, persistent=False) as server:
        assert server.ui_url is not None
        async with httpx.AsyncClient(trust_env=False) as browser:
            assert (await browser.get(server.ui_url)).status_code == 200


async def test_a_missing_program_is_one_clear_sentence(data: Path) -> None:
    with pytest.raises(
        EmbeddedServerError, match=r"^temporal cannot be started: /no/such/temporal: No such file"
    ):
        async with embedded_temporal(data, executable=Path("/no/such/temporal")):
            pass


async def test_the_time_skipping_server_starts_a_workflow(time_skipping: WorkflowEnvironment) -> None:
    handle = await time_skipping.client.start_workflow("Waiting", id=uuid.uuid4().hex, task_queue="nobody")
    assert await handle.describe() is not None


async def test_a_server_that_ends_as_it_starts_is_tried_again(data: Path) -> None:
    once = data / "once"
    once.parent.mkdir(parents=True, exist_ok=True)
    real = Path(sys.executable).with_name("temporal")
    trial = data / "trial"
    trial.write_text(f'#!/bin/sh\n[ -e {once} ] || {{ touch {once}; exit 2; }}\nexec {real} "$@"\n', "utf-8")
    trial.chmod(0o755)
    async with embedded_temporal(data, ui=False, persistent=False, executable=trial) as server:
        assert (await Client.connect(server.address)).namespace == "default"
    trial.write_text("#!/bin/sh\necho the port is taken\nexit 2\n", "utf-8")
    with pytest.raises(EmbeddedServerError, match=r"ended while starting \(exit code 2\): the port is taken"):
        async with embedded_temporal(data, ui=False, persistent=False, executable=trial):
            pass


async def test_a_server_whose_pages_cannot_listen_is_tried_again_with_another_port(data: Path) -> None:
    once = data / "once"
    once.parent.mkdir(parents=True, exist_ok=True)
    real = Path(sys.executable).with_name("temporal")
    trial = data / "trial"
    # As when somebody takes the port in between: it serves its namespace, then it ends and its pages never were.
    trial.write_text(
        f"""#!/bin/sh
[ -e {once} ] && exec {real} "$@"
touch {once}
timeout 0.6 {real} server start-dev --headless --ip 127.0.0.1 --port $(echo "$@" | grep -o 'port=[0-9]*' | head -1 |
tr -dc 0-9)
exit 1
""",
        "utf-8",
    )
    trial.chmod(0o755)
    async with embedded_temporal(data, persistent=False, executable=trial) as server:
        await asyncio.sleep(1)
        assert (await Client.connect(server.address)).namespace == "default"
        async with httpx.AsyncClient(trust_env=False) as browser:
            assert (await browser.get(str(server.ui_url))).status_code == 200
