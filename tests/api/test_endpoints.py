"""The endpoints of the API: what they answer, whom they refuse, what they write."""

from __future__ import annotations

import asyncio
import json
import os
import re
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.api.figures import figures_router
from bot.api.guards import READS, WRITES
from bot.api.labels import labels_router
from bot.api.learned import learned_router
from bot.api.learning_desk import job_router, jobs_router, promote_router
from bot.api.own_trades import own_trades_router
from bot.api.readings import readings_router
from bot.asked_work import AskedWork
from bot.clock import Clock, TapeClock
from storage import audit, ledger, outcomes, signals
from storage.database import Database
from tests.api.room import KEY, Fails, Readings, promote, serving, wire
from tests.conftest import ROOT
from tests.storage.documents import START, outcome, signal, uuid_of

AT = "2026-02-01T00:00:00Z"
NOW = START + 10_000_000_000


async def told() -> dict[str, Any]:
    """Figures before anything was measured, and one bin."""
    objective = {"name": "round_trip", "unit": "s", "value": None, "target": 0.3, "bound": 0.45, "minutes": 10}
    return {
        "objectives": [{**objective, "met": None, "alarm": False}],
        "endpoints": [{"endpoint": "/api/stats", "count": 3, "p50": 0.001, "p95": 0.002, "p99": 0.003}],
        "error_rate": None,
        "rate_429": 0.0,
        "win_rate_bins": [{"bin": "50", "n": 41, "told": 0.55, "won": 0.5}],
    }


@asynccontextmanager
async def api(
    folder: Path, key: str | None = KEY, clock: TapeClock | None = None, pace: Clock | None = None
) -> AsyncIterator[tuple[aiohttp.ClientSession, Database, AskedWork]]:
    """Everything behind one socket: three signals, of which the first two ended; the second was never filled."""
    clock = clock or TapeClock(NOW)
    async with await Database.open(f"sqlite+aiosqlite:///{folder}/store.db") as db:
        async with db.write() as conn:
            for number in (1, 2, 3):
                await signals.add(conn, signal(number), ts_ms=START + number)
            await outcomes.add(conn, outcome(1), closed_ms=START + 99)
            await outcomes.add(conn, outcome(2, result="expire", r=None), closed_ms=START + 100)
        work = AskedWork(clock)
        routers = [
            labels_router(db),
            learned_router(db),
            own_trades_router(db, clock),
            jobs_router(work),
            job_router(work),
            promote_router(promote),
            figures_router(told),
            readings_router(Readings()),
        ]
        async with serving(*routers, key=key, clock=pace or clock) as http:
            yield http, db, work


async def asked(
    http: aiohttp.ClientSession, method: str, path: str, body: Any = None, key: str | None = KEY
) -> tuple[int, dict[str, Any]]:
    async with http.request(method, path, json=body, headers={"X-API-Key": key} if key else {}) as answer:
        found: dict[str, Any] = await answer.json()  # refuses any other content type
        assert found["success"] is (answer.status < 400) and found["timestamp"].endswith("Z")
        return answer.status, found.get("data") or found.get("error") or {}


async def test_a_reading_of_every_layer_and_who_is_not_there(tmp_path: Path) -> None:
    async with api(tmp_path) as (http, _, _):
        for layer in ("cvd", "regime", "profile", "confluence"):
            status, found = await asked(http, "GET", f"/api/aaa-usdt-swap/{layer}?timeframe=1h")
            assert (status, found["layer"], found["timeframe"], found["pair"]) == (200, layer, "1h", "AAA-USDT-SWAP")
        for path, status in (
            ("/api/BBB-USDT-SWAP/cvd", 404),
            ("/api/NEW-USDT-SWAP/cvd", 503),
            ("/api/AAA-USDT-SWAP/nonsense", 422),
            ("/api/AAA-USDT-SWAP/cvd?timeframe=5m", 422),
            ("/api/ai/promote", 405),
            ("/api/nothing", 404),
            ("/api/%00-%ff/cvd", 404),
        ):
            assert (await asked(http, "GET", path))[0] == status, path
        for method in ("PUT", "DELETE", "PATCH"):
            assert (await asked(http, method, "/api/signals"))[0] == 405


async def test_without_a_configured_key_nothing_writes(tmp_path: Path) -> None:
    paths = ("execution/record", "outcome/close", "train/nightly", "eval/challenger", "promote")
    async with api(tmp_path, key=None) as (http, _, _):
        assert [(await asked(http, "POST", f"/api/ai/{path}", {}))[0] for path in paths] == [404] * 5
    async with api(tmp_path / "b") as (http, _, _):
        assert [(await asked(http, "POST", f"/api/ai/{path}", {}, None))[0] for path in paths] == [401] * 5
        assert (await asked(http, "POST", "/api/ai/promote", {}, "wrong"))[0] == 401


async def test_an_own_fill_and_an_own_exit_fill_pnl_real_only(tmp_path: Path) -> None:
    clock = TapeClock(NOW)
    async with api(tmp_path, clock=clock) as (http, db, _):
        record, close = "/api/ai/execution/record", "/api/ai/outcome/close"
        one, two, three = (uuid_of(number) for number in (1, 2, 3))
        async with db.read() as conn:
            before = await outcomes.get(conn, 1)
        leave = {"signal_id": one, "exit_price": "101.898", "at": AT}
        status, found = await asked(http, "POST", close, leave)
        assert (status, found["entry_price"], found["pnl_real"]) == (200, "99.9", "0.02")
        for _ in range(2):
            status, found = await asked(
                http, "POST", record, {"signal_id": one, "taken": True, "fill_price": 100, "at": AT}
            )
            assert (status, found["number"], found["fill_price"]) == (201, 1, "100")
        status, found = await asked(http, "POST", close, {**leave, "exit_price": "99.5"})
        assert (found["entry_price"], found["pnl_real"]) == ("100", "-0.005")
        async with db.read() as conn:
            after = await outcomes.get(conn, 1)
            assert await ledger.verify(conn) == []
            assert [deed.action for deed in await audit.newest(conn)] == ["exit", "execution", "execution", "exit"]
        assert before and after and after.document == {**before.document, "pnl_real": "-0.005"}
        assert (await asked(http, "POST", close, {**leave, "signal_id": three}))[0] == 409
        assert (await asked(http, "POST", close, {**leave, "signal_id": two}))[0] == 409
        assert (await asked(http, "POST", close, {**leave, "signal_id": "nobody"}))[0] == 404
        refused: list[Any] = [
            {"signal_id": one},
            {"signal_id": one, "taken": "perhaps"},
            {"signal_id": one, "taken": True, "fill_price": "-1"},
            {"signal_id": one, "taken": True, "fill_price": "NaN"},
            {"signal_id": one, "taken": True, "fill_price": 1e300},
            {"signal_id": one, "taken": True, "at": "2026-02-01T00:00:00"},
            {"signal_id": one, "taken": True, "at": "2999-01-01T00:00:00Z"},
            {"signal_id": 7, "taken": True},
            [],
            "text",
        ]
        for wrong in refused:
            clock.advance(clock.now_ms() + 2_000)
            assert (await asked(http, "POST", record, wrong))[0] == 422, wrong


async def test_work_is_asked_for_and_told_by_its_id(tmp_path: Path) -> None:
    async with api(tmp_path) as (http, _, work), asyncio.TaskGroup() as group:
        first = await asked(http, "POST", "/api/ai/train/nightly")
        assert (first[0], first[1]["state"]) == (202, "waiting")
        again = await asked(http, "POST", "/api/ai/train/nightly")
        assert again[1]["job_id"] == first[1]["job_id"], "one that waits is the same"
        second = await asked(http, "POST", "/api/ai/eval/challenger")
        fails = Fails()
        running = group.create_task(work.run(fails.do))
        states: dict[str, str] = {}
        async with asyncio.timeout(5):
            while set(states.values()) != {"failed", "done"}:
                for one in (first, second):
                    _, found = await asked(http, "GET", f"/api/ai/jobs/{one[1]['job_id']}")
                    states[found["kind"]] = found["state"]
                    assert "secret" not in json.dumps(found)
        assert states == {"train": "failed", "evaluate": "done"} and fails.cuts == [("train", NOW), ("evaluate", NOW)]
        assert (await asked(http, "GET", "/api/ai/jobs/unknown"))[0] == 404
        running.cancel()


async def test_a_promotion_that_is_not_earned_says_what_is_missing(tmp_path: Path) -> None:
    async with api(tmp_path) as (http, _, _):
        status, found = await asked(http, "POST", "/api/ai/promote", {"policy_version": "waiting"})
        assert (status, found["code"], found["failed"]) == (409, "not_earned", ["evidence", "setups"])
        assert (await asked(http, "POST", "/api/ai/promote", {"policy_version": "earned"}))[0] == 200
        assert (await asked(http, "POST", "/api/ai/promote", {"policy_version": "nobody"}))[0] == 404


async def test_what_the_caller_has_already_is_not_sent_again(tmp_path: Path) -> None:
    async with api(tmp_path) as (http, db, _):
        for path in ("/api/signals", "/api/signals/1", "/api/outcomes", "/api/stats", "/api/aaa-usdt-swap/cvd"):
            async with http.get(path) as answer:
                tag = answer.headers["ETag"]
            async with http.get(path, headers={"If-None-Match": f'W/"other", {tag}'}) as answer:
                assert (answer.status, await answer.read()) == (304, b""), path
        async with http.get("/api/outcomes") as answer:
            tag = answer.headers["ETag"]
        async with db.write() as conn:
            await outcomes.set_real(conn, uuid_of(1), "0.5")
        async with http.get("/api/outcomes", headers={"If-None-Match": tag}) as answer:
            assert answer.status == 200
            assert (await answer.json())["data"]["items"][1]["pnl_real"] == "0.5"


@pytest.mark.parametrize(
    ("method", "path", "most"), [("GET", "/api/signals/1", READS[1]), ("POST", "/api/ai/promote", WRITES[1])]
)
async def test_who_asks_too_often_is_told_when_to_come_back(tmp_path: Path, method: str, path: str, most: int) -> None:
    clock = TapeClock(NOW)
    async with api(tmp_path, clock=clock) as (http, _, _):
        body = {"policy_version": "earned"} if method == "POST" else None
        answers = [(await asked(http, method, path, body))[0] for _ in range(most + 1)]
        assert answers == [200] * most + [429]
        async with http.request(method, path, json=body, headers={"X-API-Key": KEY}) as answer:
            assert answer.status == 429 and int(answer.headers["Retry-After"]) >= 1
        clock.advance(NOW + 1_000)
        assert (await asked(http, method, path, body))[0] == 200


async def test_every_example_of_the_page_is_answered(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    commands = [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line]
    async with api(tmp_path) as (http, _, work):
        values = {"URL": str(http._base_url).rstrip("/"), "SIGNAL": uuid_of(1), "KEY": KEY}
        values |= {"POLICY": "earned", "JOB": work.ask("train").job_id}
        for command in commands:
            asking = command.replace("sol-usdt-swap", "aaa-usdt-swap").replace("curl ", "curl -sf --max-time 5 ", 1)
            process = await asyncio.create_subprocess_exec(
                *("bash", "-c", asking), env={**os.environ, **values, "NO_PROXY": "127.0.0.1"}, stdout=PIPE
            )
            said, _ = await process.communicate()
            assert process.returncode == 0, command
            if "/metrics" not in command and "openapi" not in command:
                assert json.loads(said)["success"] is True, command
        assert len(commands) >= 21
    for limit in ("100 times a second (200 at once)", "once a second (10 at once)"):
        assert limit in page
    assert READS == (100.0, 200) and WRITES == (1.0, 10)


async def test_whatever_a_body_or_a_path_is_made_of_the_answer_is_json(tmp_path: Path) -> None:
    head = {"X-API-Key": KEY, "Content-Type": "application/json"}
    bodies = (b"[" * 900_000, b'{"a":' * 100_000, b"\xff\xfe\x00", b"9" * 10_000, b'{"policy_version": "\\ud800"}', b"")
    paths = (
        "/api/signals/",
        "//api/signals",
        "/api/signals/%2e%2e/stats",
        "/api/AAA-USDT-SWAP/cvd/",
        "/api/%F0%9F%9A%80-x/cvd",
    )
    clock = TapeClock(NOW)
    async with api(tmp_path, clock=clock) as (http, _, _):
        for body in bodies:
            clock.advance(clock.now_ms() + 2_000)
            async with http.post("/api/ai/promote", data=body, headers=head) as answer:
                found = await answer.json()  # refuses any other content type
                assert answer.status in (400, 404, 422) and found["success"] is False, (body[:20], found)
        root = str(http._base_url).rstrip("/")
        for path in paths:
            async with http.get(URL(root + path, encoded=True)) as answer:
                found = await answer.json()
                assert answer.status == 404 and found["error"]["code"] == "not_found" and not answer.history, path


async def test_a_body_of_a_hundred_megabytes_is_refused_unread(tmp_path: Path) -> None:
    async with api(tmp_path) as (http, _, _):
        reader, writer = await wire(http)
        head = "POST /api/ai/promote HTTP/1.1\r\nHost: x\r\nX-API-Key: {}\r\nContent-Type: application/json\r\n"
        writer.write((head.format(KEY) + "Content-Length: 100000000\r\n\r\n{").encode())
        answer = await reader.read(4096)
        while b'"timestamp"' not in answer:
            answer += await reader.read(4096)
        assert b" 413 " in answer and b'"too_large"' in answer and b"application/json" in answer
        writer.close()
