"""What stands before the API's endpoints: how often one may ask, who may write, and no answer that is known already.

Both kinds of route look before a body is read.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader
from pydantic import SecretStr
from starlette.exceptions import HTTPException

from bot.clock import Clock

KEPT = 1024
READS = (100.0, 200)  # a second, and at once
WRITES = (1.0, 10)
KNOWN: dict[int | str, dict[str, Any]] = {304: {"description": "The caller has it already (If-None-Match)"}}
KEY = APIKeyHeader(name="X-API-Key", auto_error=False)
_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Buckets:
    """Token buckets by address: each fills with `rate` tokens a second up to `most`; the ones used last are kept.

    >>> class At:
    ...     now = 0
    ...     def now_ms(self): return self.now
    ...     async def sleep(self, seconds): ...
    >>> clock = At()
    >>> buckets = Buckets(1.0, 2, clock)
    >>> [buckets.wait("a") for _ in range(3)]
    [0.0, 0.0, 1.0]
    >>> clock.now = 1000
    >>> buckets.wait("a")
    0.0
    """

    def __init__(self, rate: float, most: int, clock: Clock) -> None:
        self._rate = rate
        self._most = most
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wait(self, who: str) -> float:
        """Take a token; 0, or how many seconds until there is one."""
        now = self._clock.now_ms()
        left, at = self._left.pop(who, (float(self._most), now))
        left = min(float(self._most), left + self._rate * max(0, now - at) / 1000)
        taken = left >= 1
        self._left[who] = (left - taken, now)
        if len(self._left) > KEPT:
            self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) / self._rate


class Reading(APIRoute):
    """A route that only reads: at most so often, and 304 where the caller has the same data already."""

    def get_route_handler(self) -> _Handler:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            _pace(request, request.app.state.reads)
            return _known(request, await inner(request))

        return handler


class Writing(APIRoute):
    """A route that writes: not there without a configured key, refused with another one."""

    def get_route_handler(self) -> _Handler:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            key: SecretStr | None = request.app.state.api_key
            if key is None:
                raise HTTPException(404)
            _pace(request, request.app.state.writes)
            given = request.headers.get("x-api-key", "")
            if not hmac.compare_digest(given.encode(), key.get_secret_value().encode()):
                raise HTTPException(401, "X-API-Key is missing or wrong")
            return await inner(request)

        return handler


def _pace(request: Request, buckets: Buckets) -> None:
    seconds = buckets.wait(request.client.host if request.client else "")
    if seconds:
        raise HTTPException(429, "too many requests", {"Retry-After": str(math.ceil(seconds))})


def _known(request: Request, answer: Response) -> Response:
    """The answer with its tag, which does not depend on the time it was given; or 304 alone."""
    body = bytes(answer.body)
    tag = f'W/"{hashlib.sha256(body[: body.rfind(b",")]).hexdigest()[:32]}"'
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "no-cache"
    asked = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    if answer.status_code == 200 and (tag in asked or "*" in asked):
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-cache"})
    return answer
