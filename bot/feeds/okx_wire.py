"""OKX's REST and WebSocket through ccxt.pro, with its traps taken out.

ccxt keeps connections, throttles, pings and dials again. Everything that arrives is taken raw in `_on_message`, before
ccxt parses or caches it: nothing is lost behind a cache's length, an error frame rejects nobody else's stream, and
a frame that cannot be read never stops the receive loop. Each stream has a socket of its own (the name is the URL's
fragment, which is never sent), so that one that breaks takes no other down.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import ccxt.pro
from ccxt.base import errors as ccxt_errors

from bot.clock import Clock
from bot.errors import Fatal, Retryable
from bot.metrics import Metrics

log = logging.getLogger(__name__)

_ENDPOINTS = {
    "instruments": "publicGetPublicInstruments",
    "time": "publicGetPublicTime",
    "candles": "publicGetMarketCandles",
    "history-candles": "publicGetMarketHistoryCandles",
    "trades": "publicGetMarketTrades",
    "history-trades": "publicGetMarketHistoryTrades",
    "funding-rate-history": "publicGetPublicFundingRateHistory",
    "open-interest-history": "publicGetRubikStatContractsOpenInterestHistory",
    "taker-volume": "publicGetRubikStatTakerVolumeContract",
}


class Frames(Protocol):
    """Who takes what the sockets say; called inside the receive loop, must not block."""

    def on_ack(self, channel: str, inst_id: str) -> None: ...

    def on_frame(self, stream_name: str, channel: str, inst_id: str, rows: Sequence[Any]) -> None: ...

    def on_garbage(self, stream: str, reason: str) -> None: ...


class Deaf:
    """Frames for a client that only asks over REST."""

    def on_ack(self, channel: str, inst_id: str) -> None:
        """Nothing is subscribed."""

    def on_frame(self, stream_name: str, channel: str, inst_id: str, rows: Sequence[Any]) -> None:
        """Nothing is pushed."""

    def on_garbage(self, stream: str, reason: str) -> None:
        """Nothing is said."""


class OkxWire:
    """One client of OKX. `rest_url` and `ws_url` are roots without `/api/v5` and `/ws/v5`."""

    def __init__(
        self,
        rest_url: str,
        ws_url: str,
        frames: Frames,
        clock: Clock,
        metrics: Metrics,
        keep_alive_ms: int = 15_000,
        request_ms: int = 110,
    ) -> None:
        self._ws_root = ws_url.rstrip("/") + "/ws/v5"
        self._frames = frames
        self._clock = clock
        self._metrics = metrics
        self._pinged: dict[str, int] = {}
        rest = rest_url.rstrip("/")
        self._exchange: Any = ccxt.pro.okx(
            {
                "timeout": 10_000,
                "rateLimit": request_ms,
                "urls": {
                    "api": {"rest": rest, "ws": self._ws_root},
                    "test": {"rest": rest, "ws": self._ws_root},
                },
            }
        )
        self._exchange.streaming["keepAlive"] = keep_alive_ms
        self._exchange.handle_message = self._on_message
        self._exchange.ping = self._ping

    async def get(self, endpoint: str, params: Mapping[str, str]) -> list[Any]:
        """The `data` rows of a public endpoint. Raises Retryable or Fatal."""
        started = self._clock.now_ms()
        result = "error"
        try:
            answer = await getattr(self._exchange, _ENDPOINTS[endpoint])(dict(params))
            rows = answer.get("data") if isinstance(answer, dict) else None
            if not isinstance(rows, list):
                raise Retryable(f"OKX {endpoint}: the answer holds no data")
            result = "ok"
        except ccxt_errors.NetworkError as error:
            if isinstance(error, ccxt_errors.RateLimitExceeded) or "429" in str(error):
                result = "rate_limited"
                raise Retryable(f"OKX {endpoint}: {str(error)[:200]}") from error
            mend = "is the network there, and is OKX_REST_URL right?"
            raise Retryable(f"OKX {endpoint}: {str(error)[:200]}: no answer; {mend}") from error
        except ccxt_errors.BaseError as error:
            raise Fatal(f"OKX {endpoint}: {str(error)[:200]}") from error
        finally:
            seconds = (self._clock.now_ms() - started) / 1000
            self._metrics.exchange_answered(endpoint, result, seconds)
        return rows

    async def stream(self, name: str, path: str, args: Sequence[Mapping[str, str]]) -> None:
        """Subscribe `args` on a socket of this stream's own and stay until it breaks: always ends in Retryable."""
        url = f"{self._ws_root}/{path}#{name}"
        client = self._exchange.client(url)
        client.handle_text_or_binary_message = functools.partial(
            self._guarded, name, client.handle_text_or_binary_message
        )
        message = {"op": "subscribe", "args": [dict(arg) for arg in args]}
        try:
            await self._exchange.watch(url, name, message, name)
        except ccxt_errors.BaseError as error:
            raise Retryable(f"{name}: {str(error)[:200]}") from error
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise Retryable(f"{name}: the connection was closed") from error

    async def again(self, name: str, path: str, args: Sequence[Mapping[str, str]]) -> None:
        """Ask once more for subscriptions on a socket that stands; a broken one is dialled by `stream` anyway."""
        client = self._exchange.clients.get(f"{self._ws_root}/{path}#{name}")
        if client is None or client.closed():
            return
        try:
            await client.send({"op": "subscribe", "args": [dict(arg) for arg in args]})
        except (ConnectionError, RuntimeError) as error:
            log.info("%s: could not subscribe again: %s", name, error)

    def drop(self, name: str, path: str, why: str) -> None:
        """Close a stream's socket: `stream` then ends in Retryable."""
        client = self._exchange.clients.get(f"{self._ws_root}/{path}#{name}")
        if client is not None:
            client.on_error(ccxt_errors.NetworkError(why))

    async def close(self) -> None:
        """Close every connection."""
        await self._exchange.close()

    def _ping(self, client: Any) -> str:
        self._pinged[client.url] = self._clock.now_ms()
        return "ping"

    def _pong(self, client: Any) -> None:
        client.lastPong = self._exchange.milliseconds()
        sent = self._pinged.pop(client.url, None)
        if sent is not None:
            endpoint = client.url.partition("#")[2]
            seconds = (self._clock.now_ms() - sent) / 1000
            self._metrics.round_trip(endpoint, seconds)

    def _guarded(self, name: str, read: Any, data: object) -> None:
        try:
            read(data)
        except (ValueError, RecursionError):
            self._frames.on_garbage(name, "malformed")

    def _on_message(self, client: Any, message: object) -> None:
        name = client.url.partition("#")[2]
        try:
            self._take(client, name, message)
        except Exception as error:
            log.exception("an OKX frame of %s was dropped: %r", name, error)
            self._metrics.errors.labels(where="okx_message").inc()
            self._frames.on_garbage(name, "malformed")

    def _take(self, client: Any, name: str, message: object) -> None:
        if message == "pong":
            self._pong(client)
            return
        if not isinstance(message, dict):
            self._frames.on_garbage(name, "malformed")
            return
        event = message.get("event")
        arg = message.get("arg")
        channel, inst_id = (arg.get("channel"), arg.get("instId")) if isinstance(arg, dict) else (None, None)
        known = isinstance(channel, str) and isinstance(inst_id, str)
        if event == "subscribe" and known:
            self._frames.on_ack(str(channel), str(inst_id))
        elif event == "error":
            log.warning("OKX refused a subscription of %s: %s %s", name, message.get("code"), message.get("msg"))
            self._frames.on_garbage(name, "error_event")
        elif event == "notice":
            log.info("OKX closes %s soon: %s", name, message.get("msg"))
            client.on_error(ccxt_errors.NetworkError("the exchange announced that it closes the connection"))
        elif event is None and known and isinstance(message.get("data"), list):
            self._frames.on_frame(name, str(channel), str(inst_id), message["data"])
        elif event is None:
            self._frames.on_garbage(name, "malformed")
