"""What /openapi.json promises is what is answered: a fuzzer that reads it asks every endpoint, well and badly."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

from bot.channels.telegram.webhook import telegram_router
from bot.channels.whatsapp.webhook import twilio_router
from bot.clock import TapeClock
from storage.database import Database
from tests.api.room import KEY, serving
from tests.api.test_endpoints import api

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
)
PATHS = {
    *("/healthz", "/readyz", "/metrics", "/api/{pair}/{layer}"),
    *("/api/signals", "/api/signals/{ident}", "/api/outcomes", "/api/stats", "/api/insights", "/api/calibration"),
    *("/api/ai/execution/record", "/api/ai/outcome/close", "/api/ai/train/nightly", "/api/ai/eval/challenger"),
    *("/api/ai/jobs/{job_id}", "/api/ai/promote", "/api/ai/metrics"),
}


class Patient:
    """A clock on which nobody asks too often: a second goes by at each look."""

    def __init__(self, now: int) -> None:
        self._now = now

    def now_ms(self) -> int:
        self._now += 1_000
        return self._now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


async def test_a_fuzzer_finds_nothing_that_the_schema_does_not_promise(tmp_path: Path) -> None:
    async with api(tmp_path, pace=Patient(0)) as (http, _, _):
        async with http.get("/openapi.json") as answer:
            assert set((await answer.json())["paths"]) == PATHS
        address = str(http._base_url).rstrip("/")
        process = await asyncio.create_subprocess_exec(
            *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{address}/openapi.json"),
            *("--header", f"X-API-Key: {KEY}", "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
            *("--max-examples", "10", "--seed", "1", "--no-color", "--suppress-health-check", "all"),
            cwd=tmp_path,
            env={**os.environ, "NO_PROXY": "127.0.0.1"},
            stdout=PIPE,
            stderr=STDOUT,
        )
        try:
            async with asyncio.timeout(300):
                said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        assert process.returncode == 0, said.decode()


async def test_webhooks_are_described_as_they_answer(tmp_path: Path) -> None:
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path}/store.db") as db:
        clock = TapeClock(0)
        routers = telegram_router(db, "secret", clock, lambda: None), twilio_router(db, "token", "https://x", clock)
        async with serving(*routers) as http:
            async with http.get("/openapi.json") as answer:
                told = {
                    path: one["post"]["responses"]
                    for path, one in (await answer.json())["paths"].items()
                    if "post" in one
                }
            assert set(told) == {"/webhooks/telegram", "/webhooks/twilio/whatsapp", "/webhooks/twilio/status"}
            for path, answers in told.items():
                assert {"200", "403", "413"} <= set(answers) and "application/json" not in answers["200"].get(
                    "content", {}
                )
                async with http.post(path, data=b"{}") as answer:
                    assert (answer.status, (await answer.json())["error"]["code"]) == (403, "forbidden")
