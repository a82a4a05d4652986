"""The guard of the suite itself: this machine only."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

from tests.conftest import NetworkForbidden


def test_a_connection_beyond_this_machine_is_refused() -> None:
    with socket.socket() as plain, pytest.raises(NetworkForbidden):
        plain.connect(("192.0.2.1", 80))


async def test_a_name_is_not_even_looked_up() -> None:
    with pytest.raises(NetworkForbidden):
        await asyncio.open_connection("example.invalid", 443)


async def test_loopback_works() -> None:
    async def hello(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(hello, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("localhost", port)
        assert await reader.read() == b"hello"
        writer.close()
        await writer.wait_closed()


def test_proxies_are_not_asked_for_loopback() -> None:
    assert "127.0.0.1" in os.environ["NO_PROXY"].split(",")
    assert os.environ["PTB_TIMEDELTA"] == "1"
