"""The end of a line that leads nowhere: every message is taken, and nobody hears of it."""

from __future__ import annotations

import httpx

_TAKEN = {"ok": True, "result": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}}


class Nowhere(httpx.AsyncBaseTransport):
    """Answers as the Bot API does to a message."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return httpx.Response(200, json=_TAKEN)
