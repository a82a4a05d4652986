"""The API beside a living `run`: every endpoint asked as a script would ask, and held to what /openapi.json promises.

Its second opinion hangs meanwhile: publishing goes on without it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import httpx
import jsonschema_rs

from bot.api.shapes import Layer
from tests.servers.openai_api import KEY as MODEL_KEY
from tests.servers.openai_api import Fault, OpenAiApi
from tests.whole.stage import LATENCY, Stage, staged
from tests.whole.tape import PAIR

KEY = "a-key-of-the-tests"
PATIENCE = 60.0
LAYERS: tuple[str, ...] = get_args(Layer)
TEXT = {"/metrics"}
WRITES = ("execution/record", "outcome/close", "train/nightly", "eval/challenger", "promote")


@dataclass
class Asking:
    """The API as one process serves it."""

    http: httpx.AsyncClient
    schema: dict[str, Any]

    async def ask(self, method: str, path: str, status: int, route: str = "", body: Any = None) -> dict[str, Any]:
        """Ask; the answer is the envelope in JSON with that status. `route`: held to what is promised of it."""
        answer = await self.http.request(method, path, json=body, headers={"X-API-Key": KEY})
        while answer.status_code == 429:
            await asyncio.sleep(int(answer.headers["Retry-After"]))
            answer = await self.http.request(method, path, json=body, headers={"X-API-Key": KEY})
        said = f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        assert answer.status_code == status and answer.headers["content-type"] == "application/json", said
        found: dict[str, Any] = answer.json()
        assert "<html" not in answer.text.lower() and "Traceback" not in answer.text, said
        assert set(found) == {"success", "timestamp", "data" if status < 400 else "error"}, said
        if route:
            told = self.schema["paths"][route][method.lower()]["responses"][str(status)]
            form = told["content"]["application/json"]["schema"] | {"components": self.schema["components"]}
            jsonschema_rs.validate(form, found)
        return found


def reads(number: int, signal_id: str, job: str) -> dict[str, list[str]]:
    """What may be read, by route."""
    pair = PAIR.lower()
    layers = [f"/api/{pair}/{layer}?timeframe={frame}" for layer in LAYERS for frame in ("15m", "1h")]
    return {
        "/api/{pair}/{layer}": [*layers, f"/api/{PAIR}/cvd"],
        "/api/signals": ["/api/signals", "/api/signals?limit=1", "/api/signals?cursor=1"],
        "/api/signals/{ident}": [f"/api/signals/{number}", f"/api/signals/{signal_id}"],
        "/api/outcomes": ["/api/outcomes", "/api/outcomes?limit=200"],
        "/api/ai/jobs/{job_id}": [f"/api/ai/jobs/{job}"],
        **{f"/api/{name}": [f"/api/{name}"] for name in ("stats", "insights", "calibration", "ai/metrics")},
        "/healthz": ["/healthz"],
        "/readyz": ["/readyz"],
    }


async def test_every_endpoint_of_a_living_run_keeps_its_promises_and_no_silence_stops_it(tmp_path: Path) -> None:
    async with (
        OpenAiApi([Fault(-1)]) as model,
        staged(
            tmp_path / "home",
            SHARPSIGNAL_API_KEY=KEY,
            OPENAI_API_KEY=MODEL_KEY,
            OPENAI_BASE_URL=model.url,
            OPENAI_MODEL="small",
        ) as stage,
    ):
        await stage.up()
        await stage.close_bar()
        await stage.stored("SELECT count(*) FROM signals", [(1,)], PATIENCE)
        assert stage.document() == stage.expected() and stage.document()["source"] == "rule_based"
        await stage.stored("SELECT silence FROM opinions WHERE acting = 1 AND waited = 1", [("timeout",)], PATIENCE)
        async with asking(stage) as api:
            await _reads(api, stage, closed=False)
            await _refusals(api)
            await _ends(stage)
            await _reads(api, stage, closed=True)
            job = await _writes(api, stage)
            await _metrics(api)
        await stage.program.kill()
        await stage.up()
        async with asking(stage) as api:
            await api.ask("GET", f"/api/ai/jobs/{job}", 404, "/api/ai/jobs/{job_id}")
            (item,) = (await api.ask("GET", "/api/outcomes", 200, "/api/outcomes"))["data"]["items"]
            assert item["pnl_real"] is not None
        assert await stage.program.terminate(5.0) == 0


class asking:
    """Its address and its promises, as they are now."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def __aenter__(self) -> Asking:
        self._http = httpx.AsyncClient(base_url=await self._stage.program.url(), timeout=10.0)
        return Asking(self._http, (await self._http.get("/openapi.json")).json())

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()


async def _reads(api: Asking, stage: Stage, closed: bool) -> None:
    signal_id = stage.scene.signal.signal_id
    job = (await api.ask("POST", "/api/ai/eval/challenger", 202, "/api/ai/eval/challenger"))["data"]["job_id"]
    routes = reads(1, signal_id, job)
    gets = {route for route, methods in api.schema["paths"].items() if "get" in methods}
    assert gets - TEXT == set(routes), "every read is asked"
    for route, paths in routes.items():
        for path in paths:
            await api.ask("GET", path, 200, route)
    (signal,) = (await api.ask("GET", "/api/signals", 200))["data"]["items"]
    assert {**signal, "ledger": None} == {**stage.document(), "ledger": None} and signal["pair"] == PAIR
    assert len((await api.ask("GET", "/api/outcomes", 200))["data"]["items"]) == int(closed)
    stats = (await api.ask("GET", "/api/stats", 200))["data"]
    assert (stats["signals"], stats["open"], stats["filled"]) == (1, int(not closed), int(closed))
    bins = (await api.ask("GET", "/api/ai/metrics", 200))["data"]["objectives"]
    assert {one["name"] for one in bins} >= {"latency", "errors", "freshness", "round_trip", "time_to_trigger"}


async def _refusals(api: Asking) -> None:
    pair = PAIR.lower()
    for method, path, status in (
        ("GET", "/api/xxx-usdt-swap/cvd", 404),
        ("GET", f"/api/{pair}/nonsense", 422),
        ("GET", f"/api/{pair}/cvd?timeframe=5m", 422),
        ("GET", "/api/signals?limit=1000000000", 422),
        ("GET", "/api/signals?cursor=x", 422),
        ("GET", f"/api/signals/{'9' * 40}", 404),
        ("GET", "/api/ai/jobs/nobody", 404),
        ("GET", "/nothing", 404),
        ("NONSENSE", "/api/signals", 405),
        ("DELETE", "/api/signals/1", 405),
        ("GET", "/api/ai/promote", 405),
    ):
        await api.ask(method, path, status)
    for path, given in zip(WRITES, ({}, *[{"X-API-Key": "wrong"}] * 4)):
        answer = await api.http.post(f"/api/ai/{path}", json={}, headers=given)
        assert answer.status_code == 401 and answer.json()["error"]["code"] == "unauthorized"
    await asyncio.sleep(2.0)  # one may write once a second
    answer = await api.http.post("/api/ai/promote", content=bytes(100_000_000), headers={"X-API-Key": KEY})
    assert answer.status_code == 413 and answer.json()["error"]["code"] == "too_large"


async def _ends(stage: Stage) -> None:
    """The signal is filled and reaches both targets."""
    plan = stage.scene.signal.plan
    await stage.trade(stage.scene.price)
    await stage.hurry(plan.ts + LATENCY + 500)
    await stage.trade(stage.through)
    await stage.stored("SELECT state FROM progress", [("filled",)], PATIENCE)
    await stage.trade(stage.between, stage.toward(plan.tp1, 1), stage.toward(plan.tp2, 1))
    await stage.stored("SELECT state FROM signals", [("closed",)], PATIENCE)


async def _writes(api: Asking, stage: Stage) -> str:
    """A person's own fill and exit, and a night asked for; the job's id."""
    plan, mine = stage.scene.signal.plan, {"signal_id": stage.scene.signal.signal_id}
    path = "/api/ai/execution/record"
    await api.ask("POST", path, 201, path, {**mine, "taken": True, "fill_price": f"{plan.near:.2f}"})
    path, at = "/api/ai/outcome/close", "2026-01-01T00:00:00Z"
    found = await api.ask("POST", path, 200, path, {**mine, "exit_price": f"{plan.tp2:.2f}", "at": at})
    assert float(found["data"]["pnl_real"]) > 0
    refused: list[Any] = [{**mine, "exit_price": "a lot", "at": at}, [], "text", None]
    for wrong in refused:
        await api.ask("POST", path, 422, path, wrong)
    await api.ask("POST", "/api/ai/promote", 404, "/api/ai/promote", {"policy_version": "nobody"})
    told = await api.ask("POST", "/api/ai/train/nightly", 202, "/api/ai/train/nightly")
    return str(told["data"]["job_id"])


async def _metrics(api: Asking) -> None:
    answer = await api.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    for name, label in (
        ("request_seconds_bucket", 'endpoint="/api/signals"'),
        ("requests_total", 'endpoint="/api/{pair}/{layer}",status="404"'),
        ("feed_age_seconds", f'exchange="okx",pair="{PAIR}"'),
        ("exchange_requests_total", 'exchange="okx"'),
        ("decisions_total", f'pair="{PAIR}",regime='),
        ("win_rate", 'regime="'),
        ("outbox_age_seconds", ""),
        ("opinions_total", 'result="timeout"'),
        ("time_to_trigger_seconds_count", ""),
        ("alarm", 'slo="latency"'),
    ):
        assert any(
            row.startswith(f"sharpsignal_{name}") and label in row for row in answer.text.splitlines()
        ), (name, label)  # fmt: skip
