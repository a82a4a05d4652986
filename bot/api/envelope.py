"""The JSON around every answer of the API, good or bad."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.responses import JSONResponse, Response

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


def lines(stored: Sequence[str], cursor: str | None, clock: Clock = _CLOCK) -> Response:
    """A list of documents that are JSON already, passed on as they were stored, and where the next one begins."""
    end = f'],"next":{json.dumps(cursor)}}},"timestamp":"{stamp(clock.now_ms())}"}}'
    body = '{"success":true,"data":{"items":[' + ",".join(stored) + end
    return Response(body, media_type="application/json")


def line(stored: str, clock: Clock = _CLOCK) -> Response:
    """As `ok`, of one such document."""
    body = f'{{"success":true,"data":{stored},"timestamp":"{stamp(clock.now_ms())}"}}'
    return Response(body, media_type="application/json")


def failed(status: int, code: str, message: str, clock: Clock = _CLOCK, **more: Any) -> JSONResponse:
    """`{"success": false, "error": {"code", "message"}, "timestamp": …}`; `more` goes beside the message."""
    error = {"code": code, "message": message, **more}
    return JSONResponse({"success": False, "error": error, "timestamp": stamp(clock.now_ms())}, status)
