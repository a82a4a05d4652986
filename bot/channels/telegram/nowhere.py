"""The end of a line that leads nowhere: every message is taken, and nobody hears of it."""

from __future__ import annotations

import json
from typing import Any

from telegram.request import BaseRequest

_TAKEN = {"ok": True, "result": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}}


class Nowhere(BaseRequest):
    """Answers as the Bot API does to a message."""

    @property
    def read_timeout(self) -> float | None:
        """It answers at once."""
        return None

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """There is nothing to close."""

    async def do_request(self, *given: Any, **named: Any) -> tuple[int, bytes]:
        """The message is taken."""
        return 200, json.dumps(_TAKEN).encode()
