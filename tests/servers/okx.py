"""A server on loopback that speaks OKX's documented public REST and WebSocket wire, driven by a test."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

MINUTE = 60_000
STEPS = {"1m": MINUTE, "5m": 5 * MINUTE, "15m": 15 * MINUTE, "1H": 60 * MINUTE}
Row = list[str]


def instrument(inst_id: str, ct_val: str = "0.01", tick: str = "0.1", state: str = "live") -> dict[str, str]:
    """OKX's record of a linear swap, the fields that matter."""
    base = inst_id.split("-")[0]
    return {
        "instType": "SWAP",
        "instId": inst_id,
        "uly": f"{base}-USDT",
        "instFamily": f"{base}-USDT",
        "settleCcy": "USDT",
        "ctVal": ct_val,
        "ctMult": "1",
        "ctValCcy": base,
        "ctType": "linear",
        "lotSz": "1",
        "minSz": "1",
        "tickSz": tick,
        "state": state,
        "listTime": "1600000000000",
    }


@dataclass
class Socket:
    """A connected client and what it subscribed: (channel, instId)."""

    ws: web.WebSocketResponse
    path: str
    request: web.Request
    subscribed: set[tuple[str, str]] = field(default_factory=set)


class OkxServer:
    """`async with OkxServer() as server`: `rest_url` and `ws_url` are the roots to hand to the feed.

    Rows are kept oldest first and served newest first, as OKX does. `now_ms` is what /public/time says: a moment, or
    a clock that runs.
    """

    def __init__(self, now_ms: int | Callable[[], int], instruments: Sequence[dict[str, str]], port: int = 0) -> None:
        self.now_ms = now_ms
        self.instruments = list(instruments)
        self.candles: dict[tuple[str, str], dict[int, Row]] = {}
        self.trades: dict[str, list[dict[str, str]]] = {}
        self.funding: dict[str, list[dict[str, str]]] = {}
        self.open_interest: dict[str, list[Row]] = {}
        self.taker_volume: dict[str, list[Row]] = {}
        self.max_rows = 300
        self.failing: dict[str, tuple[int, dict[str, object] | str]] = {}
        self.failing_once: dict[str, list[tuple[int, dict[str, object] | str]]] = {}
        self.before: Callable[[str], None] = lambda path: None
        self.refused_args: set[tuple[str, str]] = set()
        self.silent_acks = False
        self.mute_pongs = False
        self.asked: Counter[str] = Counter()
        self.connections: Counter[str] = Counter()
        self.sockets: list[Socket] = []
        self._runner: web.AppRunner | None = None
        self._port = port

    async def __aenter__(self) -> OkxServer:
        app = web.Application()
        app.router.add_get("/api/v5/{tail:.*}", self._rest)
        app.router.add_get("/ws/v5/{path}", self._socket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Break every connection and listen no more."""
        await self.drop()
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    @property
    def port(self) -> int:
        return self._port

    @property
    def rest_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def ws_url(self) -> str:
        return f"ws://127.0.0.1:{self._port}"

    # what the exchange knows ------------------------------------------------------------------------------------

    def set_candle(
        self, inst_id: str, ts: int, ohlc: Sequence[float], volume: float = 10.0, confirm: bool = True, tf: str = "5m"
    ) -> Row:
        """Put a bar where REST finds it; `volume` in base units."""
        row = [str(ts), *[repr(float(price)) for price in ohlc], repr(volume * 100), repr(volume)]
        row += [repr(volume * ohlc[3]), "1" if confirm else "0"]
        self.candles.setdefault((inst_id, tf), {})[ts] = row
        return row

    def add_trade(
        self, inst_id: str, ident: int, ts: int, price: float, contracts: float = 1.0, side: str = "buy", count: int = 1
    ) -> dict[str, str]:
        """Put a trade where REST finds it; returns the channel's row."""
        row = {"instId": inst_id, "tradeId": str(ident), "px": repr(price), "sz": repr(contracts), "side": side}
        row["ts"] = str(ts)
        self.trades.setdefault(inst_id, []).append(row)
        return {**row, "count": str(count)}

    def add_funding(self, inst_id: str, ts: int, rate: float) -> None:
        """Put a settled rate in the history."""
        row = {"instType": "SWAP", "instId": inst_id, "fundingRate": "0.0", "realizedRate": f"{rate:.10f}"}
        self.funding.setdefault(inst_id, []).append({**row, "fundingTime": str(ts)})

    def add_open_interest(self, inst_id: str, ts: int, base: float) -> None:
        """Put a 5m row in the open-interest history; `ts` is the open of its period."""
        self.open_interest.setdefault(inst_id, []).append([str(ts), repr(base * 100), repr(base), repr(base * 100)])

    def add_taker_volume(self, inst_id: str, ts: int, sold: float, bought: float) -> None:
        """Put a 5m row (coins) in the taker statistics; `ts` is the open of its period."""
        self.taker_volume.setdefault(inst_id, []).append([str(ts), repr(sold), repr(bought)])

    # what it pushes ---------------------------------------------------------------------------------------------

    async def push(self, channel: str, inst_id: str, rows: object, **extra: object) -> int:
        """Send a data frame to all that subscribed the channel; returns how many got it."""
        frame = json.dumps({"arg": {"channel": channel, "instId": inst_id}, **extra, "data": rows})
        return await self.push_text(channel, inst_id, frame)

    async def push_text(self, channel: str, inst_id: str, text: str) -> int:
        """Send any text where a frame of the channel would go."""
        targets = [socket for socket in self.sockets if (channel, inst_id) in socket.subscribed]
        for socket in targets:
            await socket.ws.send_str(text)
        return len(targets)

    async def push_candle(
        self, inst_id: str, ts: int, ohlc: Sequence[float], volume: float = 10.0, confirm: bool = True, tf: str = "5m"
    ) -> int:
        """A bar happens: REST knows it, and the channel says it."""
        row = self.set_candle(inst_id, ts, ohlc, volume, confirm, tf)
        return await self.push(f"candle{tf}", inst_id, [row])

    async def push_trades(self, inst_id: str, rows: Sequence[dict[str, str]]) -> int:
        """Trades happen: one frame each, as OKX sends them."""
        sent = 0
        for row in rows:
            sent = await self.push("trades", inst_id, [row])
        return sent

    async def push_book(
        self, inst_id: str, ts: int, bid: float, ask: float, bid_size: float = 5.0, ask_size: float = 5.0
    ) -> int:
        """A new best level; sizes in contracts."""
        row = {"asks": [[repr(ask), repr(ask_size), "0", "3"]], "bids": [[repr(bid), repr(bid_size), "0", "2"]]}
        return await self.push("bbo-tbt", inst_id, [{**row, "ts": str(ts), "seqId": ts}])

    async def push_funding(self, inst_id: str, ts: int, next_settlement: int, rate: float = 0.0001) -> int:
        """The running estimate and the coming settlement."""
        row = {"instId": inst_id, "instType": "SWAP", "fundingRate": f"{rate:.10f}", "nextFundingRate": ""}
        row |= {"fundingTime": str(next_settlement), "nextFundingTime": str(next_settlement + 480 * MINUTE)}
        return await self.push("funding-rate", inst_id, [{**row, "ts": str(ts)}])

    async def push_open_interest(self, inst_id: str, ts: int, base: float) -> int:
        """Open interest in base units."""
        row = {"instId": inst_id, "instType": "SWAP", "oi": repr(base * 100), "oiCcy": repr(base), "oiUsd": "1"}
        return await self.push("open-interest", inst_id, [{**row, "ts": str(ts)}])

    async def error_event(self, channel: str, inst_id: str, code: str = "60018", message: str = "") -> int:
        """An error frame on the sockets that subscribed the channel."""
        text = message or f"Wrong URL or channel:{channel},instId:{inst_id} doesn't exist."
        return await self.push_text(channel, inst_id, json.dumps({"event": "error", "code": code, "msg": text}))

    async def notice(self, channel: str, inst_id: str) -> int:
        """OKX says that it will close the connection for an upgrade."""
        frame = {"event": "notice", "code": "64008", "msg": "The connection will soon be closed for a service upgrade."}
        return await self.push_text(channel, inst_id, json.dumps(frame))

    async def drop(self, channel: str | None = None, inst_id: str | None = None) -> int:
        """Break the sockets (all, or those that subscribed a channel) without a goodbye."""
        broken = [s for s in self.sockets if channel is None or (channel, inst_id or "") in s.subscribed]
        for socket in broken:
            self.sockets.remove(socket)
            if socket.request.transport is not None:
                socket.request.transport.abort()
        return len(broken)

    async def subscribed(self, channel: str, inst_id: str, seconds: float = 5.0) -> None:
        """Wait until somebody is subscribed."""
        async with asyncio.timeout(seconds):
            while not any((channel, inst_id) in socket.subscribed for socket in self.sockets):
                await asyncio.sleep(0.01)

    # the wire ---------------------------------------------------------------------------------------------------

    async def _rest(self, request: web.Request) -> web.Response:
        path, query = request.match_info["tail"], request.query
        self.asked[path] += 1
        self.before(path)
        if path in self.failing or self.failing_once.get(path):
            status, body = self.failing[path] if path in self.failing else self.failing_once[path].pop()
            if isinstance(body, str):
                return web.Response(status=status, text=body, content_type="text/html")
            return web.json_response(body, status=status)
        inst_id = query.get("instId", "")
        handlers: dict[str, Callable[[], list[Any]]] = {
            "public/time": lambda: [{"ts": str(self.now_ms() if callable(self.now_ms) else self.now_ms)}],
            "public/instruments": lambda: [i for i in self.instruments if inst_id in ("", i["instId"])],
            "market/candles": lambda: self._candles(inst_id, query)[:1440],
            "market/history-candles": lambda: [row for row in self._candles(inst_id, query) if row[8] == "1"],
            "market/trades": lambda: list(reversed(self.trades.get(inst_id, [])))[: int(query.get("limit", "100"))],
            "market/history-trades": lambda: self._older_trades(inst_id, query),
            "public/funding-rate-history": lambda: self._funding(inst_id, query),
            "rubik/stat/contracts/open-interest-history": lambda: _statistics(
                self.open_interest.get(inst_id, []), query
            ),
            "rubik/stat/taker-volume-contract": lambda: _statistics(self.taker_volume.get(inst_id, []), query),
        }
        if path not in handlers:
            return web.json_response({"code": "50005", "msg": "API is offline or unavailable", "data": []}, status=404)
        if inst_id and inst_id not in {i["instId"] for i in self.instruments}:
            return web.json_response({"code": "51001", "msg": "Instrument ID doesn't exist.", "data": []})
        return web.json_response({"code": "0", "msg": "", "data": handlers[path]()})

    def _candles(self, inst_id: str, query: Mapping[str, str]) -> list[Row]:
        rows = self.candles.get((inst_id, query.get("bar", "1m")), {})
        found = sorted((ts for ts in rows if _between(ts, query)), reverse=True)
        return [rows[ts] for ts in found[: min(int(query.get("limit", "100")), self.max_rows)]]

    def _older_trades(self, inst_id: str, query: Mapping[str, str]) -> list[dict[str, str]]:
        after = int(query.get("after", str(2**62)))
        by_time = query.get("type") == "2"
        older = [row for row in self.trades.get(inst_id, []) if int(row["ts" if by_time else "tradeId"]) < after]
        return list(reversed(older))[: min(int(query.get("limit", "100")), 100)]

    def _funding(self, inst_id: str, query: Mapping[str, str]) -> list[dict[str, str]]:
        rows = [row for row in self.funding.get(inst_id, []) if _between(int(row["fundingTime"]), query)]
        return list(reversed(rows))[: int(query.get("limit", "400"))]

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        socket = Socket(ws, request.match_info["path"], request)
        self.sockets.append(socket)
        self.connections[socket.path] += 1
        async for message in ws:
            if message.type is not WSMsgType.TEXT:
                continue
            if message.data == "ping":
                if not self.mute_pongs:
                    await ws.send_str("pong")
            else:
                await self._on_request(socket, json.loads(message.data))
        if socket in self.sockets:
            self.sockets.remove(socket)
        return ws

    async def _on_request(self, socket: Socket, request: dict[str, Any]) -> None:
        for arg in request["args"]:
            channel, inst_id = arg["channel"], arg["instId"]
            wrong = channel.startswith("candle") != (socket.path == "business")
            unknown = inst_id not in {record["instId"] for record in self.instruments}
            if wrong or unknown or (channel, inst_id) in self.refused_args:
                text = f"Wrong URL or channel:{channel},instId:{inst_id} doesn't exist."
                await socket.ws.send_json({"event": "error", "code": "60018", "msg": text, "connId": "a1"})
                continue
            if request["op"] == "subscribe":
                socket.subscribed.add((channel, inst_id))
            else:
                socket.subscribed.discard((channel, inst_id))
            if not self.silent_acks:
                await socket.ws.send_json({"event": request["op"], "arg": arg, "connId": "a1"})


def _statistics(rows: Sequence[Row], query: Mapping[str, str]) -> list[Row]:
    begin, end = int(query.get("begin", "0")), int(query.get("end", str(2**62)))
    found = [row for row in rows if begin <= int(row[0]) <= end]
    return list(reversed(found))[: min(int(query.get("limit", "100")), 100)]


def _between(ts: int, query: Mapping[str, str]) -> bool:
    """OKX's `after` means older than, `before` newer than."""
    return int(query.get("before", "-1")) < ts < int(query.get("after", str(2**62)))
