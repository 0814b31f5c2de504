"""Serving the pages: a port that another program has is said in a sentence, and nothing goes on without it."""

import socket

import pytest
from fastapi import FastAPI

from bot.serving import served
from playbooks.domain.errors import Unavailable


async def test_a_port_that_is_taken_is_said_and_ends_nothing_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Unavailable, match=f"127.0.0.1:{port} is taken") as refused:
            async with served(FastAPI(), "127.0.0.1", port):
                pytest.fail("It was said to be served.")
    assert refused.value.code == "port_taken"
