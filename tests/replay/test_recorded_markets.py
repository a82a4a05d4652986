"""The recorded markets beside the project: all of them load sound, and play in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.feeds.replay import ReplayFeed
from engine.market.events import Candle, Settle, merge_key
from storage.recordings import is_pair_folder, load_tape

pytestmark = pytest.mark.recorded


def test_every_recorded_pair_is_sound(recorded_market: Path) -> None:
    folders = [folder for folder in sorted(recorded_market.glob("*/*")) if is_pair_folder(folder)]
    assert folders
    for folder in folders:
        tape = load_tape(folder)
        assert tape.skipped == {} and not tape.instrument.tick_inferred
        assert len(tape.candles.ts) > 1000


def test_a_day_of_a_recorded_market_plays_in_order(recorded_market: Path) -> None:
    data = min(
        (path.parent.parent for path in recorded_market.glob("*/*/candles_5m.parquet")), key=lambda path: path.name
    )
    whole = ReplayFeed(data)
    begin = min(int(tape.candles.ts[0]) for tape in whole.tapes().values())
    feed = ReplayFeed(data, end=begin + 86_400_000)
    events = list(feed.iterate())
    keys = [merge_key(event) for event in events]
    assert keys == sorted(keys)
    assert sum(isinstance(event, Candle) for event in events) == feed.bars() > 0
    assert isinstance(events[-1], Settle)
    assert all(event == early for event, early in zip(whole.iterate(), events))
