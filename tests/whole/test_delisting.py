"""The exchange takes a pair off while a signal of it is open: it is void, and who saw it hears so in words."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.servers.okx import instrument
from tests.whole.stage import CHATS, LATENCY, OWNER, Stage, set_bar, staged
from tests.whole.tape import PAIR, STEP

# `sharpsignal run` that asks for OKX's contracts twice a second instead of each hour
IMPATIENT = """
import asyncio, logging, os, sys
from bot.app import App, okx_market
from bot.feeds.okx_watch import OkxTiming
from bot.metrics import Metrics
from bot.settings import load_settings

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
settings, metrics = load_settings(os.environ), Metrics()
market = okx_market(settings, settings.pairs, metrics, OkxTiming(reload_seconds=0.5))
app = App(settings, market, metrics, settings.database_url, settings.data_dir, print)
sys.exit(asyncio.run(app.run()))
"""
LAUNCH = (sys.executable, "-c", IMPATIENT)
STAYS = "ETH-USDT-SWAP"
WORDS = {"en": ("Not counted", "Pair delisted"), "id": ("Tidak dihitung", "Pair dihapus dari bursa")}


@pytest.mark.parametrize("locale, filled", [("en", True), ("id", False)])
async def test_an_open_signal_of_a_delisted_pair_is_void_and_the_chats_hear_why(
    tmp_path: Path, locale: str, filled: bool
) -> None:
    async with staged(tmp_path / "home", launch=LAUNCH, SHARPSIGNAL_LOCALE=locale) as stage:
        stage.okx.instruments.append(instrument("ETH-USDT-SWAP"))
        await stage.up()
        await stage.hurry(stage.scene.boundary)
        await stage.close_bar()
        await stage.until(lambda: all(stage.posts(chat) for chat in CHATS), "the post")
        if filled:
            await stage.hurry(stage.scene.signal.plan.ts + LATENCY + 500)
            await stage.trade(stage.through)
            await stage.replied(1)
        stage.okx.instruments = [record for record in stage.okx.instruments if record["instId"] != PAIR]
        await stage.replied(2 if filled else 1)
        _is_told(stage, locale)
        outcome = _is_stored(stage)
        assert (outcome["fill_price"] is not None) is filled
        assert f"{PAIR} is not traded any more" in stage.program.log
        assert await stage.program.terminate(5.0) == 0
        assert (await stage.program.verb("verify")).code == 0
        await _is_replayed(stage, outcome)


def _is_told(stage: Stage, locale: str) -> None:
    """In the post, which is edited, and in a reply to it, in every chat."""
    for chat in CHATS:
        (post,) = stage.posts(chat)
        for text in (post.text, stage.replies(chat)[-1].text):
            assert all(words in text for words in WORDS[locale]), text
        assert stage.replies(chat)[-1].reply_to == post.message_id


def _is_stored(stage: Stage) -> dict[str, Any]:
    assert stage.rows("SELECT state FROM signals") == [("closed",)]
    ((line,),) = stage.rows("SELECT line FROM outcomes")
    outcome: dict[str, Any] = json.loads(line)
    for end in (outcome, outcome["followable"]):
        assert (end["result"], end["exit_reason"]) == ("void", "delisted")
    assert outcome["win"] is None and outcome["followable_r"] is None
    return outcome


async def _is_replayed(stage: Stage, outcome: dict[str, Any]) -> None:
    """The journal holds the delisting, too: a replay ends the signal the same way."""
    ran = await stage.program.verb("replay", "--data", "data/recordings", "--out", "out")
    assert ran.code == 0, ran
    (line,) = (stage.program.home / "out" / "outcomes.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) | {"ledger": 0} == outcome | {"ledger": 0}


def _flat(stage: Stage) -> None:
    """Another contract, whose price stands still: nothing is ever found in it. REST knows it until now."""
    for bar in stage.scene.bars:
        if bar.known_at <= stage.now():
            set_bar(stage.okx, replace(bar, pair=STAYS, open=2000.0, high=2000.0, low=2000.0, close=2000.0))


@pytest.mark.parametrize("locale, then", [("en", f"{PAIR},{STAYS}"), ("id", STAYS)])
async def test_a_pair_that_was_delisted_while_the_program_was_down_stops_nobody(
    tmp_path: Path, locale: str, then: str
) -> None:
    """Still in the settings, or not any more: its open signal is void, the others go on, the owner has the mend."""
    both = f"{PAIR},{STAYS}"
    async with staged(tmp_path / "home", SHARPSIGNAL_LOCALE=locale, SHARPSIGNAL_PAIRS=both) as stage:
        stage.okx.instruments.append(instrument(STAYS))
        _flat(stage)
        never = await stage.program.verb("run", SHARPSIGNAL_PAIRS=f"NEVER-USDT-SWAP,{STAYS}")
        assert never.code == 2 and "SHARPSIGNAL_PAIRS=NEVER-USDT-SWAP: is not a live" in never.err
        await stage.up()
        await stage.hurry(stage.scene.boundary)
        await stage.okx.push_candle(STAYS, stage.scene.boundary - STEP, (2000.0,) * 4, 5.0)
        await stage.close_bar()
        await stage.until(lambda: all(stage.posts(chat) for chat in CHATS), "the post")
        await stage.told()
        await stage.program.kill()
        stage.okx.instruments = [record for record in stage.okx.instruments if record["instId"] != PAIR]
        stage.jump(stage.scene.boundary + 3 * STEP)
        _flat(stage)
        stage.program.set(SHARPSIGNAL_PAIRS=then)
        await stage.program.start()
        await stage.program.ready()
        await stage.replied(1)
        _is_told(stage, locale)
        outcome = _is_stored(stage)
        told = [sent.text for sent in stage.telegram.messages(OWNER) if "SHARPSIGNAL_PAIRS" in sent.text]
        assert len(told) == (PAIR in then)
        assert (f"{PAIR} is not traded any more, the others go on" in stage.program.log) is (PAIR in then)
        assert await stage.program.terminate(5.0) == 0
        assert (await stage.program.verb("verify")).code == 0
        await _is_replayed(stage, outcome)
