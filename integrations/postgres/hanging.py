"""A server that hangs: stopped, or behind a disk or a network that does. It holds connections and breaks none off.

Whoever waits for it would wait for good: a query has no time limit of its own, and one that is cancelled waits for the
server's word about it. So its connections are cut, and then it is away as one that died.
"""

import os
import socket
from contextlib import suppress
from typing import Any, Final

import psycopg

_ANSWERS_WITHIN: Final = 4
"""Seconds for a new connection: longer than a busy machine takes."""


async def answers(conninfo: str) -> bool:
    """Whether the server says anything in time to somebody new."""
    try:
        connection = await psycopg.AsyncConnection.connect(conninfo, connect_timeout=_ANSWERS_WITHIN)
    except psycopg.errors.ConnectionTimeout:
        return False
    except psycopg.OperationalError:
        return True  # it refuses, or is gone: then what is open ends by itself
    await connection.close()
    return True


def cut(connection: psycopg.AsyncConnection[Any]) -> None:
    """End a connection from here, at once: whoever waits on it is told that it broke off."""
    if connection.closed:
        return
    with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
