"""What goes wrong around it: Telegram is away, the exchange talks nonsense, settings are wrong, two want one store."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine.market.events import MINUTE, TIMEFRAMES
from tests.whole.stage import CHATS, HOME, LATENCY, OWNER, Stage, staged
from tests.whole.tape import HOUR, PAIR, STEP

FIVE = TIMEFRAMES["5m"]
Counts = dict[tuple[str, str], float]


async def test_nothing_around_it_stops_the_engine(tmp_path: Path) -> None:
    """Two programs side by side: they share the wait for a bar's close."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_without_telegram(tmp_path / "away"))
        group.create_task(_with_nonsense(tmp_path / "nonsense"))


async def _without_telegram(home: Path) -> None:
    """Telegram is away from the start: a setup waits for its trigger through a kill and is posted when all is back."""
    async with staged(home, later=FIVE) as stage:
        port = urlsplit(stage.telegram.url).port or 0
        await stage.telegram.stop()
        await stage.program.start()
        await stage.subscribed()
        answer = await stage.program.get("/readyz")
        assert answer.status_code == 503 and "channel telegram" in answer.text
        assert (await stage.program.get("/healthz")).status_code == 200
        await stage.close_bar()
        monitored = "SELECT verdict, reasons FROM decisions WHERE ts = ? AND verdict = 'monitor'"
        await _until_stored(stage, monitored, stage.scene.boundary)
        await stage.program.kill()
        stage.jump(stage.scene.boundary + FIVE - 12_000)
        await stage.program.start()
        await stage.subscribed()
        await stage.close_bar(stage.scene.boundary)
        await _until_stored(stage, "SELECT number FROM signals WHERE ts = ?", stage.scene.boundary + FIVE)
        assert stage.document() == stage.expected()
        await stage.trade(stage.through, ahead_ms=stage.scene.signal.plan.ts + LATENCY + 500 - stage.now())
        await _until_stored(stage, "SELECT ts FROM progress WHERE ts > ?", stage.scene.signal.plan.ts)
        await stage.telegram.start(port)
        await stage.until(lambda: all(stage.replies(chat) for chat in CHATS), "the replies", 60.0)
        await stage.program.ready()
        await stage.told()
        for chat in CHATS:
            (post,), (reply,) = stage.posts(chat), stage.replies(chat)
            assert reply.reply_to == post.message_id < reply.message_id
            assert "Filled" in post.text and "filled" in reply.text
        assert await stage.program.terminate(5.0) == 0


async def _until_stored(stage: Stage, query: str, ts: int) -> None:
    async with asyncio.timeout(30.0):
        while not stage.rows(query, ts):
            await asyncio.sleep(0.05)


async def _with_nonsense(home: Path) -> None:
    """Every absurd frame is refused and counted; the signal that follows is the one of a clean wire.

    This machine takes its local time for UTC, too: seven hours ahead of the exchange.
    """
    async with staged(home, wrong_by=7 * HOUR) as stage:
        await stage.up()
        before = await stage.program.refused()
        await _babble(stage)
        wanted = {
            ("candle5m-0", "malformed"): 3.0,  # no JSON, a list, no arg
            ("candle", "absurd"): 2.0,
            ("candle", "not_finite"): 1.0,
            ("candle", "malformed"): 2.0,
            ("candle", "misaligned"): 1.0,
            ("candle", "future"): 1.0,
            ("candle", "duplicate"): 1.0,
            ("trades", "absurd"): 2.0,
            ("trades", "malformed"): 1.0,
            ("trades", "future"): 1.0,
            ("trades", "wrong_inst"): 1.0,
            ("book", "absurd"): 1.0,
            ("open_interest", "absurd"): 1.0,
            ("open_interest", "wrong_inst"): 1.0,
            ("funding", "malformed"): 1.0,
        }
        await _counted(stage, before, wanted)
        await _a_second_process_is_refused(stage)
        await stage.close_bar()
        await stage.until(lambda: stage.posts(HOME), "the post")
        assert stage.document() == stage.expected()
        before = await stage.program.refused()
        await _repeat(stage)
        repeated = {("trades", "duplicate"): 2.0, ("book", "out_of_order"): 1.0, ("open_interest", "out_of_order"): 1.0}
        await _counted(stage, before, repeated)
        assert stage.rows("SELECT count(*) FROM signals") == [(1,)]
        await _paused_by_the_exchanges_clock(stage)
        stage.telegram.hang("sendMessage")
        sent = len(stage.telegram.called("sendMessage"))
        stage.telegram.say(HOME, "/stats", user_id=501)
        await stage.until(lambda: len(stage.telegram.called("sendMessage")) > sent, "an answer that hangs")
        assert await stage.program.terminate(5.0) == 0


async def _counted(stage: Stage, before: Counts, wanted: Counts) -> None:
    """Exactly these were counted since, by stream and reason."""
    grown: Counts = {}
    try:
        async with asyncio.timeout(5.0):
            while grown != wanted:
                found = await stage.program.refused()
                grown = {key: count - before.get(key, 0.0) for key, count in found.items() if count != before.get(key)}
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"refused: {grown}, not {wanted}") from None


async def _repeat(stage: Stage) -> None:
    """The same trade again, an older one, an older book: nothing is counted twice and nothing goes back."""
    okx, now = stage.okx, stage.now()
    first, second = (okx.add_trade(PAIR, ident, now, stage.scene.price) for ident in (50, 51))
    await okx.push_trades(PAIR, [first])
    await asyncio.sleep(0.3)
    await okx.push_trades(PAIR, [first, second, first])
    await okx.push_book(PAIR, now, 99.0, 99.1)
    await okx.push_book(PAIR, now - 1000, 99.0, 99.1)
    await okx.push_open_interest(PAIR, now, 100.0)
    await okx.push_open_interest(PAIR, now - 1, 100.0)


async def _babble(stage: Stage) -> None:
    okx, now = stage.okx, stage.now()
    newest = stage.scene.boundary - 2 * STEP
    for text in ("{not json", "[1, 2, 3]", json.dumps({"data": [["1"]]})):
        await okx.push_text("candle5m", PAIR, text)
    good = [str(newest + STEP), "100", "101", "99", "100", "10", "1", "100", "1"]
    rows = [
        [*good[:2], "98", *good[3:]],  # high below open
        [good[0], "-1", *good[2:]],
        [*good[:4], "NaN", *good[5:]],
        [*good[:4], "abc", *good[5:]],
        good[:5],
        [str(newest + STEP + 1), *good[1:]],
        [str(stage.scene.boundary + 20 * STEP), *good[1:]],
        [str(newest - STEP), *good[1:]],  # told already
    ]
    for row in rows:
        await okx.push("candle5m", PAIR, [row])
    trade = {"instId": PAIR, "tradeId": "900001", "px": "100", "sz": "1", "side": "buy", "ts": str(now), "count": "1"}
    wrong: list[dict[str, str]] = [{"px": "0"}, {"sz": "-1"}, {"side": "hold"}, {"ts": str(now + 10 * STEP)}]
    for change in [*wrong, {"instId": "BTC-USDT-SWAP"}]:
        await okx.push("trades", PAIR, [{**trade, **change}])
    await okx.push_book(PAIR, now, 101.0, 100.0)
    await okx.push_open_interest(PAIR, now, -5.0)
    await okx.push("open-interest", PAIR, [{"instId": "ETH-USDT-SWAP", "oi": "1", "oiCcy": "1", "ts": str(now)}])
    await okx.push("funding-rate", PAIR, [{"instId": PAIR, "fundingRate": "x", "fundingTime": "1"}])


async def _paused_by_the_exchanges_clock(stage: Stage) -> None:
    """An owner's pause ends half an hour from now, whatever this machine's clock says; it is stored at once."""
    wanted = stage.now() + 30 * MINUTE
    stage.telegram.say(HOME, "/pause 30 lunch", user_id=OWNER)
    async with asyncio.timeout(10.0):
        while (state := _stored_stream(stage))["pause_reason"] != "lunch":
            await asyncio.sleep(0.05)
    assert abs(state["paused_until"] - wanted) < 5_000
    stage.telegram.say(HOME, "/resume", user_id=OWNER)
    async with asyncio.timeout(10.0):
        while _stored_stream(stage)["paused_until"] != 0:
            await asyncio.sleep(0.05)
    await stage.told()


def _stored_stream(stage: Stage) -> dict[str, Any]:
    ((snapshot,),) = stage.rows("SELECT snapshot FROM engine_state")
    stream: dict[str, Any] = json.loads(snapshot)["stream"]
    return stream


async def _a_second_process_is_refused(stage: Stage) -> None:
    ran = await stage.program.verb("run")
    assert ran.code == 2 and ran.err.startswith("SHARPSIGNAL_DATA_DIR: "), ran
    assert "already running on this store" in ran.err and "Traceback" not in ran.err


async def test_without_an_exchange_it_says_so_and_ends_when_asked(tmp_path: Path) -> None:
    async with staged(tmp_path / "home") as stage:
        stage.okx.failing["public/instruments"] = (503, {"code": "50001", "msg": "Service temporarily unavailable"})
        await stage.program.start()
        await stage.program.url()
        async with asyncio.timeout(15.0):
            while not stage.okx.asked["public/instruments"]:
                await asyncio.sleep(0.02)
        assert (await stage.program.get("/healthz")).status_code == 200
        answer = await stage.program.get("/readyz")
        assert answer.status_code == 503 and "warm-up" in answer.text
        assert await stage.program.terminate(5.0) == 0


async def test_wrong_settings_stop_the_start_and_name_the_line(tmp_path: Path) -> None:
    async with staged(tmp_path / "home") as stage:
        ran = await stage.program.verb("run", SHARPSIGNAL_PORT="abc", SHARPSIGNAL_PAIR="x")
        assert ran.code == 2
        lines = sorted(ran.err.splitlines())
        assert [line.split(":")[0] for line in lines] == ["SHARPSIGNAL_PAIR", "SHARPSIGNAL_PORT=abc"], ran
        assert "SHARPSIGNAL_PAIRS" in lines[0]
        unknown = await stage.program.verb("run", SHARPSIGNAL_PAIRS="SOI-USDT-SWAP")
        assert unknown.code == 2 and "did you mean SOL-USDT-SWAP?" in unknown.err, unknown
        hushed = await stage.program.verb("run", TELEGRAM_BOT_TOKEN="sesame open")
        assert hushed.code == 2 and hushed.err.startswith("TELEGRAM_BOT_TOKEN: must look like"), hushed
        assert "sesame" not in hushed.err + hushed.out
