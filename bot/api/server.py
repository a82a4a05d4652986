"""Runs the application inside our own loop and task group; signals stay with the composition root."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.api.envelope import failed
from bot.errors import SettingsError

GRACE_SECONDS = 2
PATIENCE_MS = 30_000
_USER_TIMEOUT: int | None = getattr(socket, "TCP_USER_TIMEOUT", None)  # where the system has it (Linux)


class _Protocol(H11Protocol):
    """Answers in JSON also where what came is no HTTP, so that no endpoint ever hears of it."""

    def send_400_response(self, msg: str) -> None:
        cycle, answer = self.cycle, failed(400, "bad_request", msg)
        if cycle is None or cycle.response_complete or not cycle.response_started:
            headers = [*answer.raw_headers, (b"connection", b"close")]
            head = b"HTTP/1.1 400 Bad Request\r\n" + b"".join(b"%s: %s\r\n" % one for one in headers)
            self.transport.write(head + b"\r\n" + bytes(answer.body))
        self.transport.close()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def bind(host: str, port: int, patience_ms: int = PATIENCE_MS) -> socket.socket:
    """A listening socket. Raises SettingsError naming the setting to mend.

    Whoever takes nothing of an answer for `patience_ms` is let go: a page that sleeps would hold its stream for good.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        raise SettingsError(f"SHARPSIGNAL_HOST={host}: is not an address of this machine") from error
    family, kind, protocol, _, address = found[0]
    sock = socket.socket(family, kind, protocol)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if _USER_TIMEOUT is not None:
        sock.setsockopt(socket.IPPROTO_TCP, _USER_TIMEOUT, patience_ms)
    try:
        sock.bind(address)
        sock.listen(128)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise SettingsError(f"SHARPSIGNAL_HOST={host}: is not an address of this machine") from error
        why = "is in use by another program" if error.errno == errno.EADDRINUSE else "may not be used by this program"
        raise SettingsError(f"SHARPSIGNAL_PORT={port}: {why}; choose another port") from error
    sock.setblocking(False)
    return sock


async def serve(
    app: ASGIApp,
    host: str,
    port: int,
    listening: Callable[[int], None] | None = None,
    patience_ms: int = PATIENCE_MS,
) -> None:
    """Serve until cancelled, then let running requests end (2 s). `listening` is told the port when it is bound."""
    sock = await bind(host, port, patience_ms)
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config)
    try:
        if listening is not None:
            listening(int(sock.getsockname()[1]))
        async with asyncio.TaskGroup() as group:
            running = group.create_task(server.serve(sockets=[sock]))
            try:
                await asyncio.shield(running)
            except asyncio.CancelledError:
                server.should_exit = True
                await running
                raise
    finally:
        sock.close()
