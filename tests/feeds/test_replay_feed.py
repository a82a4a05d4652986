"""The recorded feed: the one order of events, its cuts, and the words for wrong use."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from bot.errors import DataError, SettingsError
from bot.feeds.replay import ReplayFeed
from engine.market.events import Book, Candle, Event, Funding, OpenInterest, Settle, Trades, merge_key
from storage.tape import Tape
from tests.tapes import START, candles, full_tape, instrument, record

A, B = "AAA-USDT-SWAP", "BBB-USDT-SWAP"
STEP = 300_000


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return record(tmp_path, full_tape(A, 6, 1), full_tape(B, 8, 5))


async def _events(feed: ReplayFeed) -> list[Event]:
    return [event async for event in feed.events()]


async def test_events_come_in_the_order_that_live_keeps(data: Path) -> None:
    events = await _events(ReplayFeed(data))
    keys = [merge_key(event) for event in events]
    assert keys == sorted(keys)
    settled = [event.ts for event in events if isinstance(event, Settle)]
    assert settled == [START + bar * STEP for bar in range(1, 9)], "one Settle an instant, shared by the pairs"
    for event, after in pairwise(events):
        if isinstance(event, Candle) and not isinstance(after, Candle):
            assert after == Settle(event.known_at)


async def test_every_row_of_every_stream_becomes_an_event(data: Path) -> None:
    feed = ReplayFeed(data)
    events = await _events(feed)
    for pair, tape in feed.tapes().items():
        assert tape.trades is not None and tape.book is not None and tape.open_interest is not None
        mine = [event for event in events if event.pair == pair]
        bars = [event for event in mine if isinstance(event, Candle)]
        assert [bar.close for bar in bars] == tape.candles.close.tolist()
        assert bars[0].taker_buy == pytest.approx(bars[0].volume * 0.4)
        trades = [event for event in mine if isinstance(event, Trades)]
        assert [price for batch in trades for price in batch.price] == tape.trades.price.tolist()
        assert [side for batch in trades for side in batch.side] == tape.trades.side.tolist()
        assert sum(isinstance(event, Book) for event in mine) == len(tape.book.ts)
        assert sum(isinstance(event, OpenInterest) for event in mine) == len(tape.open_interest.ts)
        assert [event.rate for event in mine if isinstance(event, Funding)] == [0.0001]


async def test_a_batch_of_trades_holds_one_bar_and_nothing_else_happens_inside_it(data: Path) -> None:
    feed = ReplayFeed(data, [A])
    events = await _events(feed)
    others = [event.known_at for event in events if isinstance(event, Book | OpenInterest | Funding)]
    for batch in (event for event in events if isinstance(event, Trades)):
        assert batch.ts[0] // STEP == batch.ts[-1] // STEP
        assert not [at for at in others if batch.ts[0] < at <= batch.ts[-1]]


async def test_an_earlier_end_gives_a_prefix(data: Path) -> None:
    whole = await _events(ReplayFeed(data))
    for end in (START, START + STEP, START + 4 * STEP, START + 4 * STEP + 61_000, START + 99 * STEP):
        part = await _events(ReplayFeed(data, end=end))
        assert part == whole[: len(part)]
        assert all(event.known_at <= end for event in part)
        bars = sum(isinstance(event, Candle) for event in part)
        assert bars == min(6, (end - START) // STEP) + min(8, (end - START) // STEP)


async def test_the_same_events_twice_and_without_a_loop(data: Path) -> None:
    feed = ReplayFeed(data)
    assert await _events(feed) == await _events(feed) == list(feed.iterate())


async def test_pairs_keep_byte_order_whatever_the_order_asked(data: Path) -> None:
    feed = ReplayFeed(data, [B, A, B])
    assert feed.pairs == (A, B)
    assert [found.inst_id for found in await feed.instruments()] == [A, B]
    assert await _events(feed) == await _events(ReplayFeed(data))


def test_bars_count_from_start_to_end(data: Path) -> None:
    assert ReplayFeed(data).bars() == 14
    assert ReplayFeed(data, start=START + STEP).bars() == 12
    assert ReplayFeed(data, start="2023-11-15T00:10:00", end="2023-11-15T00:20:00").bars() == 4


async def test_a_time_without_offset_is_utc(data: Path) -> None:
    plain = ReplayFeed(data, end="2023-11-15T00:10:00")
    jakarta = ReplayFeed(data, end="2023-11-15T07:10:00+07:00")
    assert plain.end_ms == jakarta.end_ms == START + 2 * STEP


@pytest.mark.parametrize(
    ("pairs", "start", "end", "message"),
    [
        (["AAA-USDT-SWAPP"], None, None, "did you mean AAA-USDT-SWAP"),
        (["../AAA-USDT-SWAP"], None, None, "is not recorded"),
        (["XYZ"], None, None, "recorded are AAA-USDT-SWAP, BBB-USDT-SWAP"),
        ([], None, None, "no pair is named"),
        (None, "yesterday", None, "--start: 'yesterday' is not an ISO 8601 time"),
        (None, None, "2023-13-01", "--end"),
        (None, "2023-11-16", "2023-11-15", "--start must be before --end"),
    ],
)
def test_wrong_use_is_named(
    data: Path, pairs: list[str] | None, start: str | None, end: str | None, message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        ReplayFeed(data, pairs, start, end)


def test_a_folder_that_holds_no_recording_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "bbo").mkdir()
    with pytest.raises(SettingsError, match="holds no recorded pair"):
        ReplayFeed(tmp_path)
    with pytest.raises(SettingsError, match="is not a folder"):
        ReplayFeed(tmp_path / "absent")


def test_a_broken_recording_is_a_data_error_or_counted(tmp_path: Path) -> None:
    bars = candles(5)
    bars.close[3] = -1.0
    record(tmp_path, Tape(A, instrument(A), bars))
    with pytest.raises(DataError, match=r"candles_5m\.parquet: row 3: close is not above zero"):
        ReplayFeed(tmp_path, end=START + STEP).tapes()
    feed = ReplayFeed(tmp_path, skip_bad_rows=True)
    assert feed.bars() == 4
    assert feed.skipped() == {f"{A}/candles_5m.parquet": 1}


def test_of_several_broken_recordings_the_first_in_byte_order_is_named(tmp_path: Path) -> None:
    """They are read side by side; the long one takes longer to be found out."""
    for pair, count in ((A, 50_000), (B, 5)):
        bars = candles(count)
        bars.close[-1] = -1.0
        record(tmp_path, Tape(pair, instrument(pair), bars))
    with pytest.raises(DataError, match=f"{A}/candles_5m"):
        ReplayFeed(tmp_path).tapes()
