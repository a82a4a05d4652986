"""The HTTP side over a real socket: every answer is our JSON, whatever was asked."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, StreamingResponse

from bot.api.app import create_app
from bot.api.envelope import ok
from bot.api.guards import Writing
from bot.api.labels import labels_router
from bot.api.learned import learned_router
from bot.api.server import serve
from bot.errors import SettingsError
from bot.metrics import Metrics
from storage import nights, outcomes, signals
from storage.database import Database
from tests.api.room import Missing, serving, wire
from tests.storage.documents import START, outcome, signal


def _router() -> APIRouter:
    router = APIRouter()

    @router.get("/broken")
    async def broken() -> None:
        raise RuntimeError("a secret of the inside")

    @router.post("/echo")
    async def echo(request: Request) -> JSONResponse:
        return ok(len(await request.body()))

    @router.get("/number/{value}")
    async def number(value: int) -> JSONResponse:
        return ok(value)

    writing = APIRouter(route_class=Writing)

    @writing.post("/write")
    async def write(body: dict[str, int]) -> JSONResponse:
        return ok("written", 201)

    router.include_router(writing)
    return router


async def test_health_readiness_and_metrics() -> None:
    health, metrics = Missing(), Metrics()
    async with serving(health=health, metrics=metrics) as http:
        async with http.get("/healthz") as answer:
            body = await answer.json()
            assert (answer.status, body["success"], body["data"]) == (200, True, {"alive": True})
            assert body["timestamp"].endswith("Z")
        health.what = ["first pair warm", "telegram"]
        async with http.get("/readyz") as answer:
            body = await answer.json()
            assert (answer.status, body["success"]) == (503, False)
            assert body["error"]["code"] == "not_ready"
            assert body["error"]["missing"] == health.what
        health.what = []
        async with http.get("/readyz") as answer:
            assert answer.status == 200
        async with http.head("/readyz") as answer:
            assert (answer.status, await answer.read()) == (200, b"")
        async with http.get("/metrics") as answer:
            text = await answer.text()
            assert answer.content_type == "text/plain"
            assert 'sharpsignal_requests_total{endpoint="/readyz",status="503"} 1.0' in text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("DELETE", "/healthz", 405, "method_not_allowed"),
        ("GET", "/number/x", 422, "invalid"),
        ("GET", "/broken", 500, "internal"),
        ("POST", "/write", 404, "not_found"),
    ],
)
async def test_errors_are_json(method: str, path: str, status: int, code: str) -> None:
    async with serving(_router()) as http, http.request(method, path) as answer:
        body = await answer.json()  # refuses any other content type
        assert (answer.status, body["success"], body["error"]["code"]) == (status, False, code)
        assert "secret" not in await answer.text()
        assert set(body) == {"success", "error", "timestamp"}


HEAD = b"POST /write HTTP/1.1\r\nHost: x\r\nX-API-Key: k1\r\n"


@pytest.mark.parametrize(
    "said",
    [
        b"no request at all\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_what_is_no_http_is_answered_in_json_too(said: bytes) -> None:
    async with serving(_router(), key="k1") as http:
        reader, writer = await wire(http)
        writer.write(said)
        async with asyncio.timeout(10.0):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        found = json.loads(body)
        assert head.startswith(b"HTTP/1.1 400 ") and b"content-type: application/json" in head.lower()
        assert set(found) == {"success", "error", "timestamp"} and found["error"]["code"] == "bad_request"
        async with http.get("/healthz", headers={"Connection": "Upgrade", "Upgrade": "websocket"}) as answer:
            assert answer.status == 200, "and the next one is served"


async def test_a_stream_is_measured_when_it_begins_however_long_it_is_listened_to() -> None:
    async def endless() -> AsyncIterator[str]:
        while True:
            yield "data: 1\n\n"
            await asyncio.sleep(0.01)

    router, metrics = APIRouter(), Metrics()
    router.add_api_route("/stream", lambda: StreamingResponse(endless(), media_type="text/event-stream"))
    async with serving(router, metrics=metrics) as http:
        async with http.get("/stream") as answer:
            await answer.content.readline()
            assert metrics.answers.count("/stream") == 1
            assert 'requests_total{endpoint="/stream",status="200"} 1.0' in metrics.text()
        async with http.get("/healthz") as answer:
            assert answer.status == 200
    assert metrics.answers.count("/stream") == 1, "and not again at its end"


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_that_is_too_large_is_refused(announced: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    async with serving(_router()) as http:
        async with http.post("/echo", data=b"x" * 999_999) as answer:
            assert (await answer.json())["data"] == 999_999
        async with http.post("/echo", data=BytesIO(b"x" * 2_000_000) if announced else chunks()) as answer:
            assert answer.status == 413
            assert (await answer.json())["error"]["code"] == "too_large"


async def test_writing_needs_the_key() -> None:
    async with serving(_router(), key="k1") as http:
        for given, status in ((None, 401), ("wrong", 401), ("k1", 201)):
            async with http.post("/write", json={}, headers={"X-API-Key": given} if given else {}) as answer:
                assert answer.status == status
        async with http.post("/write", data=b"{", headers={"Content-Type": "application/json"}) as answer:
            assert answer.status == 401, "who has no key hears nothing of the body"
    async with serving(_router()) as http, http.post("/write", data=b"{") as answer:
        assert answer.status == 404


async def test_what_was_not_found_does_not_grow_the_metrics() -> None:
    metrics = Metrics()
    async with serving(metrics=metrics) as http:
        for number in range(5):
            async with http.get(f"/scan/{number}") as answer:
                assert answer.status == 404
    assert 'requests_total{endpoint="unmatched",status="404"} 5.0' in metrics.text()
    assert "/scan/" not in metrics.text()


async def test_a_busy_port_names_the_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"^SHARPSIGNAL_PORT={port}: is in use"):
            await serve(create_app(Missing(), Metrics()), "127.0.0.1", port)


async def test_a_request_that_runs_is_answered_before_the_end() -> None:
    started = asyncio.Event()
    router = APIRouter()

    @router.get("/slow")
    async def slow() -> JSONResponse:
        started.set()
        await asyncio.sleep(0.3)
        return ok("done")

    bound: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    app = create_app(Missing(), Metrics(), [router])
    async with asyncio.TaskGroup() as group:
        task = group.create_task(serve(app, "127.0.0.1", 0, bound.set_result))
        async with aiohttp.ClientSession(f"http://127.0.0.1:{await bound}") as http:
            asking = group.create_task(http.get("/slow").__aenter__())
            await started.wait()
            task.cancel()
            answer = await asking
            assert (await answer.json())["data"] == "done"
            answer.release()
    assert task.cancelled()


async def test_the_label_store_is_paged(tmp_path: Path) -> None:
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path}/store.db") as db:
        async with db.write() as conn:
            added = [await signals.add(conn, signal(number), ts_ms=START + number) for number in range(1, 6)]
            stored = [document for document in added if document is not None]
            closed = await outcomes.add(conn, outcome(2), closed_ms=START + 99)
        async with serving(labels_router(db)) as http:
            seen, cursor = [], "1000"
            while cursor:
                async with http.get("/api/signals", params={"limit": "2", "cursor": cursor}) as answer:
                    data = (await answer.json())["data"]
                    seen += data["items"]
                    cursor = data["next"]
            assert seen == stored[::-1]
            for ident in ("3", stored[2]["signal_id"]):
                async with http.get(f"/api/signals/{ident}") as answer:
                    assert (await answer.json())["data"] == stored[2]
            async with http.get("/api/outcomes") as answer:
                assert (await answer.json())["data"] == {"items": [closed], "next": None}
            async with http.get("/api/stats") as answer:
                assert (await answer.json())["data"]["signals"] == 5
            for path, status in (("9", 404), ("9" * 40, 404), ("nonsense", 404)):
                async with http.get(f"/api/signals/{path}") as answer:
                    assert answer.status == status
            for query in ("limit=0", "limit=x", "cursor=-1", "limit=1000"):
                async with http.get(f"/api/signals?{query}") as answer:
                    assert (answer.status, (await answer.json())["error"]["code"]) == (422, "invalid")
            async with http.get("/openapi.json") as answer:
                assert "/api/stats" in (await answer.json())["paths"]


async def test_what_the_newest_night_learned_is_shown(tmp_path: Path) -> None:
    status = {"reason": "trained", "insights": {"labels": 7}, "avoid": [], "forecasts": {"rows": 3}}
    night = {"kind": "night", "cut": START, "effective": START, "status": status}
    async with (
        await Database.open(f"sqlite+aiosqlite:///{tmp_path}/store.db") as db,
        serving(learned_router(db)) as http,
    ):
        async with http.get("/api/insights") as answer:
            assert (await answer.json())["data"] == {"cut": None, "reason": None, "insights": None, "avoid": None}
        async with db.write() as conn:
            await nights.add(conn, night)
        async with http.get("/api/insights") as answer:
            data = (await answer.json())["data"]
            assert (data["reason"], data["insights"], data["avoid"]) == ("trained", {"labels": 7}, [])
        async with http.get("/api/calibration") as answer:
            assert (await answer.json())["data"]["forecasts"] == {"rows": 3}
