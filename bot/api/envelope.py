"""The JSON around every answer of the API, good or bad."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.responses import JSONResponse

from bot.clock import Clock, SystemClock

_CLOCK = SystemClock()


def stamp(ms: int) -> str:
    """A time as the API writes it.

    >>> stamp(1_700_000_000_123)
    '2023-11-14T22:13:20.123Z'
    """
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ok(data: Any, status: int = 200, clock: Clock = _CLOCK) -> JSONResponse:
    """`{"success": true, "data": …, "timestamp": …}`"""
    return JSONResponse({"success": True, "data": data, "timestamp": stamp(clock.now_ms())}, status)


def page(items: Sequence[Any], cursor: str | None, clock: Clock = _CLOCK) -> JSONResponse:
    """A list and where the next one begins (None at the end)."""
    return ok({"items": list(items), "next": cursor}, clock=clock)


def failed(status: int, code: str, message: str, clock: Clock = _CLOCK, **more: Any) -> JSONResponse:
    """`{"success": false, "error": {"code", "message"}, "timestamp": …}`; `more` goes beside the message."""
    error = {"code": code, "message": message, **more}
    return JSONResponse({"success": False, "error": error, "timestamp": stamp(clock.now_ms())}, status)
