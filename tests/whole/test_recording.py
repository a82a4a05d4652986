"""What a live run recorded, replayed: the decisions, signals and outcomes of the store, byte for byte."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.decision.signal import SIDE_NAMES, iso
from storage.journal import read_journal
from storage.recordings import load_tape
from tests.servers.openai_api import KEY, OpenAiApi, opinion
from tests.whole.process import Program
from tests.whole.stage import CHANNELS, HOME, LATENCY, OWNER, ZONE, Stage, staged
from tests.whole.tape import PAIR, STEP

COLUMNS = ("ts", "pair", "timeframe", "side", "setup_model", "verdict", "reasons", "features", "signal_id")
MARKET = {"candle", "trades", "book", "open_interest", "funding", "settle"}


async def test_a_replay_of_the_recording_is_the_live_run(tmp_path: Path) -> None:
    """With trades and quotes, a second opinion that agrees, an owner's pause, two kills and a stop."""
    async with (
        OpenAiApi() as model,
        staged(tmp_path / "home", OPENAI_API_KEY=KEY, OPENAI_BASE_URL=model.url, OPENAI_MODEL="small") as stage,
    ):
        word = "BUY" if stage.scene.signal.plan.side > 0 else "SELL"
        model.script = [opinion(word, 55)]
        await stage.up()
        await _quotes(stage, stage.scene.boundary - 1000)
        await stage.close_bar()
        await stage.stored("SELECT count(*) FROM signals", [(1,)], 20.0)
        await stage.until(lambda: "Second opinion: agrees" in str(stage.posts()), "the post with both opinions")
        await stage.program.kill()
        await stage.up()
        await _paused_and_resumed(stage)
        await stage.trade(stage.scene.price)
        await stage.hurry(stage.scene.signal.plan.ts + LATENCY + 500)
        await _quotes(stage, stage.now())
        await stage.trade(stage.through)
        await stage.stored("SELECT state FROM progress", [("filled",)])
        await stage.program.kill()
        await stage.up()
        await stage.trade(stage.between, stage.toward(stage.scene.signal.plan.tp1, 1))
        await stage.trade(stage.toward(stage.scene.signal.plan.tp2, 1))
        await stage.stored("SELECT state FROM signals", [("closed",)])
        assert await stage.program.terminate(5.0) == 0
        recorded = stage.program.home / "data" / "recordings"
        assert len(list(recorded.rglob("*.parquet/*.parquet"))) == 2, "the logs of earlier starts are sealed"
        kinds = [entry.kind for entry in read_journal(recorded)]
        assert kinds.count("start") == 3 and {*MARKET, "pause", "resume", "rules", "adviser", "opinion"} <= set(kinds)
        stored = {"decisions": _decisions(stage), **_documents(stage)}
        assert '"source": "hybrid"' in stored["signals"][0]
        acted = "SELECT decision, p, waited, calls FROM opinions WHERE acting = 1 AND waited = 1"
        assert stage.rows(acted) == [(word, 0.55, 1, 1)]
        assert KEY not in stage.program.log
        assert await _replayed(stage.program, "data/recordings", SHARPSIGNAL_SENSITIVITY="quiet") == stored
        summary = json.loads((stage.program.home / "out" / "summary.json").read_text(encoding="utf-8"))
        assert summary["bars"] > 0 and summary["pair_days"] == round(summary["bars"] / 288, 3)
        assert (await stage.program.verb("replay", "--signal", "1")).code == 0, "the store made it again, too"
        assert len(stored["decisions"]) > 0 and len(stored["signals"]) == len(stored["outcomes"]) == 1


async def test_a_replay_of_what_record_wrote_beside_a_live_run_is_that_run(tmp_path: Path) -> None:
    """`record` hears the same sockets as `run`; it is killed once, too. Its files of the pair hold the same market."""
    home = tmp_path / "home"
    async with staged(home, head_start=45_000) as stage, _recorder(tmp_path / "recorder", stage) as recorder:
        await stage.up()
        await recorder.start("record", "--data", "tape")
        await _recorded(stage, recorder, _settle(stage))
        await _quotes(stage, stage.scene.boundary - 1000)
        await stage.hurry(stage.scene.boundary)
        await stage.close_bar()
        await stage.stored("SELECT count(*) FROM signals", [(1,)])
        await stage.trade(stage.scene.price)
        plan = stage.scene.signal.plan
        await stage.hurry(plan.ts + LATENCY + 500)
        await stage.trade(stage.through)
        await stage.stored("SELECT state FROM progress", [("filled",)])
        await recorder.kill()
        await recorder.start("record", "--data", "tape")
        await _recorded(stage, recorder, _settle(stage))
        await stage.trade(stage.between, stage.toward(plan.tp1, 1), stage.toward(plan.tp2, 1))
        await stage.stored("SELECT state FROM signals", [("closed",)])
        await _recorded(stage, recorder, stage.okx.trades[PAIR][-1]["ts"])
        assert await stage.program.terminate(5.0) == 0
        assert await recorder.terminate(30.0) == 0
        found = await _replayed(recorder, "tape", SHARPSIGNAL_SENSITIVITY="balanced")
        assert found == {"decisions": _decisions(stage), **_documents(stage)}
        assert not list((recorder.home / "tape").rglob("*.log"))
        _holds_the_market(stage, recorder.home / "tape")
        second = await recorder.verb("replay", "--data", "tape", "--out", "out", "--policy", "x.json")
        assert second.code == 2 and "--policy: a journal brings its own policies" in second.err


def _recorder(home: Path, stage: Stage) -> Program:
    home.mkdir()
    urls = {"OKX_REST_URL": stage.okx.rest_url, "OKX_WS_URL": stage.okx.ws_url, "SHARPSIGNAL_PAIRS": PAIR}
    return Program(home, urls)


def _settle(stage: Stage) -> str:
    """The end of the history."""
    newest = max(stage.okx.candles[PAIR, "5m"]) + STEP
    return f'settle\t{{"ts":{newest}}}'


async def _recorded(stage: Stage, recorder: Program, text: str) -> None:
    """Wait until both listen to everything, and a text is in the newest log."""
    async with asyncio.timeout(90.0):
        while any(_listeners(stage, channel) < 2 for channel in CHANNELS):
            await asyncio.sleep(0.05)
        while text not in _newest_log(recorder.home / "tape"):
            await asyncio.sleep(0.05)


def _listeners(stage: Stage, channel: str) -> int:
    return sum((channel, PAIR) in socket.subscribed for socket in stage.okx.sockets)


def _newest_log(data: Path) -> str:
    logs = sorted((data / "journal.parquet").glob("_*.log"))
    return logs[-1].read_text(encoding="utf-8", errors="replace") if logs else ""


def _holds_the_market(stage: Stage, data: Path) -> None:
    """The pair's own files: every closed bar that the exchange told, every trade once."""
    tape = load_tape(data / PAIR)
    assert tape.trades is not None and tape.book is not None and tape.open_interest is not None
    known = sorted(stage.okx.candles[PAIR, "5m"])
    assert tape.candles.ts.tolist() == known
    wanted = [(int(row["ts"]), float(row["px"])) for row in stage.okx.trades[PAIR]]
    assert list(zip(tape.trades.ts.tolist(), tape.trades.price.tolist())) == wanted
    assert tape.instrument.tick == 0.01 and tape.funding is not None


async def _quotes(stage: Stage, ts: int) -> None:
    """A little of what the sockets say beside bars and trades."""
    await stage.okx.push_book(PAIR, ts, stage.scene.price - 0.01, stage.scene.price + 0.01)
    await stage.okx.push_open_interest(PAIR, ts, 1000.0)


async def _paused_and_resumed(stage: Stage) -> None:
    for words, left in (("/pause 30 lunch", False), ("/resume", True)):
        stage.telegram.say(HOME, words, user_id=OWNER)
        async with asyncio.timeout(10.0):
            while (_stream(stage)["paused_until"] == 0) is not left:
                await asyncio.sleep(0.05)


def _stream(stage: Stage) -> dict[str, Any]:
    ((snapshot,),) = stage.rows("SELECT snapshot FROM engine_state")
    stream: dict[str, Any] = json.loads(snapshot)["stream"]
    return stream


async def _replayed(program: Program, data: str, **settings: str) -> dict[str, list[str]]:
    """The lines of a replay (of a live run's journal its own sensitivity counts, whatever the settings say)."""
    words = ("--data", data, "--out", "out", "--decisions")
    ran = await program.verb("replay", *words, SHARPSIGNAL_TIMEZONE=ZONE, **settings)
    assert ran.code == 0, ran
    found = {}
    for name in ("decisions", "signals", "outcomes"):
        lines = (program.home / "out" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        found[name] = [_plain(json.loads(line)) for line in lines]
    return found


def _plain(document: dict[str, Any]) -> str:
    """One form for both, without the place in a ledger."""
    return json.dumps({name: value for name, value in document.items() if name != "ledger"}, sort_keys=True)


def _decisions(stage: Stage) -> list[str]:
    return [_decision(row) for row in stage.rows(f"SELECT {', '.join(COLUMNS)} FROM decisions ORDER BY id")]


def _documents(stage: Stage) -> dict[str, list[str]]:
    return {name: _lines(stage, name) for name in ("signals", "outcomes")}


def _lines(stage: Stage, table: str) -> list[str]:
    return [_plain(json.loads(line)) for (line,) in stage.rows(f"SELECT line FROM {table} ORDER BY number")]


def _decision(row: tuple[Any, ...]) -> str:
    """A stored verdict as a replay writes it."""
    found = dict(zip(COLUMNS, row))
    found |= {name: json.loads(found[name]) for name in ("reasons", "features")}
    return _plain({**found, "ts": iso(found["ts"], ZoneInfo(ZONE)), "side": SIDE_NAMES[found["side"]]})
