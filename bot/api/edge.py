"""What happens to every request before and after its endpoint: measured, and never larger than we want to hold."""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.envelope import failed
from bot.metrics import Metrics

BODY_LIMIT = 1_000_000
TOO_LARGE = "too_large"


class BodyLimit:
    """Refuses bodies above `limit` bytes with 413, also where no length was announced."""

    def __init__(self, app: ASGIApp, limit: int = BODY_LIMIT) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > self._limit:
            await failed(413, TOO_LARGE, self._message())(scope, receive, send)
            return
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._limit:
                raise HTTPException(413, self._message())
            return message

        await self._app(scope, limited, send)

    def _message(self) -> str:
        return f"the body is larger than {self._limit} bytes"


class Measured:
    """Counts requests and their time by the route's pattern, never by the path that was asked for.

    The time is until the answer begins: how long a stream is listened to is no slowness of ours.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        started, begun = loop.time(), False

        def count(status: str) -> None:
            endpoint = getattr(scope.get("route"), "path_format", "unmatched")
            self._metrics.answered(endpoint, status, loop.time() - started)

        async def watched(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                count(str(message["status"]))
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            if not begun:
                count("500")
