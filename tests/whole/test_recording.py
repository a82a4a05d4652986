"""What a live run recorded, replayed: the decisions, signals and outcomes of the store, byte for byte."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.decision.signal import SIDE_NAMES, iso
from storage.journal import read_journal
from tests.whole.process import Program
from tests.whole.stage import HOME, LATENCY, OWNER, ZONE, Stage, staged
from tests.whole.tape import PAIR

COLUMNS = ("ts", "pair", "timeframe", "side", "setup_model", "verdict", "reasons", "features", "signal_id")
MARKET = {"candle", "trades", "book", "open_interest", "funding", "settle"}


async def test_a_replay_of_the_recording_is_the_live_run(tmp_path: Path) -> None:
    """With trades and quotes, an owner's pause, two kills and a stop."""
    async with staged(tmp_path / "home") as stage:
        await stage.up()
        await _quotes(stage)
        await stage.close_bar()
        await stage.stored("SELECT count(*) FROM signals", [(1,)])
        await stage.program.kill()
        await stage.up()
        await _paused_and_resumed(stage)
        await stage.trade(stage.scene.price)
        await stage.at(stage.scene.signal.plan.ts + LATENCY + 500)
        await _quotes(stage)
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
        assert kinds.count("start") == 3 and {*MARKET, "pause", "resume", "rules"} <= set(kinds)
        decisions = [_decision(row) for row in stage.rows(f"SELECT {', '.join(COLUMNS)} FROM decisions ORDER BY id")]
        stored = {"decisions": decisions, **{name: _lines(stage, name) for name in ("signals", "outcomes")}}
        assert await _replayed(stage.program) == stored
        summary = json.loads((stage.program.home / "out" / "summary.json").read_text(encoding="utf-8"))
        assert summary["bars"] > 0 and summary["pair_days"] == round(summary["bars"] / 288, 3)
        assert (await stage.program.verb("replay", "--signal", "1")).code == 0, "the store made it again, too"
        assert len(stored["decisions"]) > 0 and len(stored["signals"]) == len(stored["outcomes"]) == 1


async def _quotes(stage: Stage) -> None:
    """A little of what the sockets say beside bars and trades."""
    now = stage.now()
    await stage.okx.push_book(PAIR, now, stage.scene.price - 0.01, stage.scene.price + 0.01)
    await stage.okx.push_open_interest(PAIR, now, 1000.0)


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


async def _replayed(program: Program) -> dict[str, list[str]]:
    """The lines of a replay under other settings than the live run's: the journal's own count."""
    words = ("--data", "data/recordings", "--out", "out", "--decisions")
    ran = await program.verb("replay", *words, SHARPSIGNAL_TIMEZONE=ZONE, SHARPSIGNAL_SENSITIVITY="quiet")
    assert ran.code == 0, ran
    found = {}
    for name in ("decisions", "signals", "outcomes"):
        lines = (program.home / "out" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        found[name] = [_plain(json.loads(line)) for line in lines]
    return found


def _plain(document: dict[str, Any]) -> str:
    """One form for both, without the place in a ledger."""
    return json.dumps({name: value for name, value in document.items() if name != "ledger"}, sort_keys=True)


def _lines(stage: Stage, table: str) -> list[str]:
    return [_plain(json.loads(line)) for (line,) in stage.rows(f"SELECT line FROM {table} ORDER BY number")]


def _decision(row: tuple[Any, ...]) -> str:
    """A stored verdict as a replay writes it."""
    found = dict(zip(COLUMNS, row))
    found |= {name: json.loads(found[name]) for name in ("reasons", "features")}
    return _plain({**found, "ts": iso(found["ts"], ZoneInfo(ZONE)), "side": SIDE_NAMES[found["side"]]})
