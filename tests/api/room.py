"""The API over a real socket, with a store and whatever a test puts behind the seams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from fastapi import APIRouter
from pydantic import SecretStr

from bot.api.app import create_app
from bot.api.server import serve
from bot.clock import Clock
from bot.errors import NotEarned
from bot.metrics import Metrics

KEY = "a-key-of-the-tests"


class Missing:
    """Health that a test sets."""

    def __init__(self) -> None:
        self.what: list[str] = []

    async def missing(self) -> Sequence[str]:
        return self.what


HEAD = {"pair": "AAA-USDT-SWAP", "timeframe": "15m", "ts": "2026-02-02T00:00:00Z"}
SAID: dict[str, dict[str, Any]] = {
    "regime": {
        "regime": "TRENDING",
        "evidence": {
            "direction": 1,
            "efficiency": 0.4,
            "volatility_percentile": 50.0,
            "atr_part": 0.01,
            "adx": 30.0,
        },
    },
    "profile": {"state": "live", "evidence": {"poc": "100.1", "hvn": ["99.5"], "lvn": []}},
    "confluence": {
        "long": 0.6,
        "short": 0.1,
        "least": 0.55,
        "coverage": 1.0,
        "evidence": {"cvd": {"score": 0.6, "state": "live", "weight": 0.2}},
    },
}


class Readings:
    """One pair, with one reading of each kind."""

    def read(self, pair: str, layer: str, timeframe: str) -> dict[str, Any] | None:
        if pair == "NEW-USDT-SWAP":
            return None
        if pair != HEAD["pair"]:
            raise KeyError(pair)
        said = SAID.get(layer, {"state": "live", "score": 0.5, "evidence": {"slope": 1.5, "cvd_open": "12.5"}})
        return {**HEAD, "timeframe": timeframe, "layer": layer, **said}


async def promote(version: str, who: tuple[str, str]) -> dict[str, Any]:
    """One policy has earned it, one has not."""
    if version == "earned":
        return {"policy_version": version, "procedure": "trees", "instead_of": "table"}
    if version == "waiting":
        raise NotEarned(["evidence", "setups"])
    raise KeyError(version)


@asynccontextmanager
async def serving(
    *routers: APIRouter,
    health: Missing | None = None,
    metrics: Metrics | None = None,
    key: str | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[aiohttp.ClientSession]:
    app = create_app(health or Missing(), metrics or Metrics(), routers, SecretStr(key) if key else None, clock)
    bound: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(serve(app, "127.0.0.1", 0, bound.set_result))
        async with aiohttp.ClientSession(f"http://127.0.0.1:{await bound}") as session:
            yield session
        task.cancel()


async def wire(http: aiohttp.ClientSession) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A bare connection to the same server."""
    address = http._base_url
    assert address is not None and address.host is not None and address.port is not None
    return await asyncio.open_connection(address.host, address.port)


class Fails:
    """Work that fails the first time and is done the second."""

    def __init__(self) -> None:
        self.cuts: list[tuple[str, int]] = []

    async def do(self, kind: str, cut: int) -> dict[str, Any]:
        self.cuts.append((kind, cut))
        if len(self.cuts) == 1:
            raise NotEarned(["a secret of the inside"])
        return {"reason": "trained"}
