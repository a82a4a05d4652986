"""The OKX feed over real sockets: past and present join without a seam, and nothing false becomes an event."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.errors import SettingsError
from bot.feeds.okx import OkxFeed, OkxOptions
from bot.metrics import Metrics
from engine.market.events import Book, Candle, FeedLost, Funding, OpenInterest, Settle, Trades
from tests.feeds.okx_reader import BTC, ETH, STEP, Reader, exchange, last_open, past, reading
from tests.servers.okx import instrument

OHLC = (100.0, 102.0, 98.0, 101.0)


async def test_past_is_told_in_merge_order_and_joins_the_present() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        server.max_rows = 70  # fewer than asked for
        for pair in (BTC, ETH):
            past(server, pair, newest, 400)
        server.add_funding(BTC, newest - 5 * STEP, 0.0002)
        for index in range(150):
            server.add_open_interest(BTC, newest - (150 - index) * STEP, 500.0 + index)
        async with reading(server, BTC, ETH) as reader:
            await reader.live(BTC, ETH)
            wanted = list(range(newest + STEP - 288 * STEP, newest + STEP, STEP))
            assert reader.candles(BTC) == reader.candles(ETH) == wanted
            keys = [(event.known_at, event.rank, event.pair) for event in reader.events]
            assert keys == sorted(keys)
            assert sum(isinstance(event, Settle) for event in reader.events) == 288
            assert next(event for event in reader.events if isinstance(event, Funding)).rate == 0.0002
            interest = [event for event in reader.events if isinstance(event, OpenInterest)]
            assert len(interest) == 150
            assert interest[-1].ts == newest  # stamped at the open of its period, seen at its end
            told = len(reader.events)
            for pair in (ETH, BTC):
                await server.push_candle(pair, newest + STEP, OHLC)
            await reader.until(lambda: len(reader.events) == told + 3)
            assert [(event.kind, event.pair) for event in reader.events[told:]] == [
                ("candle", BTC),
                ("candle", ETH),
                ("settle", ""),
            ]


async def test_a_burst_of_ten_thousand_trades_loses_none() -> None:
    newest = last_open()
    async with exchange() as server:
        past(server, BTC, newest, 5)
        async with reading(server) as reader:
            await reader.live(BTC)
            at = newest + STEP + 1000
            rows = [server.add_trade(BTC, 10 + n, at + n // 100, 100.0 + n % 7, 1.0 + n) for n in range(10_000)]
            server.trades.clear()
            for start in range(0, 10_000, 2500):
                await server.push("trades", BTC, rows[start : start + 2500])
            await reader.until(lambda: sum(len(batch.ts) for batch in reader.trades(BTC)) == 10_000)
            sizes = [size for batch in reader.trades(BTC) for size in batch.size]
            assert sizes == [(1.0 + n) * 0.01 for n in range(10_000)]  # contracts x ctVal


async def test_only_confirmed_bars_once_in_order() -> None:
    newest = last_open() - 10 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 5)
        async with reading(server, fallback_ms=10**9) as reader:
            await reader.live(BTC)
            opened = newest + STEP
            await server.push_candle(BTC, opened, OHLC, confirm=False)
            await asyncio.sleep(0.1)
            assert reader.candles(BTC)[-1] == newest
            await server.push_candle(BTC, opened, OHLC)
            await server.push_candle(BTC, opened, OHLC)
            await server.push_candle(BTC, opened - STEP, OHLC, confirm=False)
            await server.push_candle(BTC, opened + STEP, OHLC)
            await reader.until(lambda: reader.candles(BTC)[-1] == opened + STEP)
            assert reader.candles(BTC)[-3:] == [newest, opened, opened + STEP]
            assert reader.refused("candle", "duplicate") == 1
            assert reader.refused("candle", "out_of_order") == 1


async def test_a_newer_bar_closes_the_one_before_it() -> None:
    newest = last_open() - 10 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 5)
        async with reading(server, fallback_ms=10**9) as reader:
            await reader.live(BTC)
            opened = newest + STEP
            await server.push_candle(BTC, opened, OHLC, confirm=False)
            server.set_candle(BTC, opened, (100.0, 103.0, 98.0, 102.0))  # REST knows how it ended
            await server.push_candle(BTC, opened + STEP, OHLC, confirm=False)
            await reader.until(lambda: reader.candles(BTC)[-1] == opened)
            bar = [event for event in reader.events if isinstance(event, Candle)][-1]
            assert bar.close == 102.0


async def test_a_bar_that_is_due_is_fetched() -> None:
    newest = last_open() - STEP
    async with exchange() as server:
        past(server, BTC, newest, 5)
        async with reading(server) as reader:
            await reader.live(BTC)
            server.set_candle(BTC, newest + STEP, OHLC)
            await reader.until(lambda: reader.candles(BTC)[-1] == newest + STEP)


NONSENSE: list[tuple[str, str, Any, str]] = [
    ("candle", "candle5m", ["x"], "malformed"),
    ("candle", "candle5m", ["OPEN", "100", "nan", "98", "101", "1", "1", "1", "1"], "not_finite"),
    ("candle", "candle5m", ["OPEN", "100", "97", "98", "101", "1", "1", "1", "1"], "absurd"),
    ("candle", "candle5m", ["OPEN", "0", "102", "98", "101", "1", "1", "1", "1"], "absurd"),
    ("candle", "candle5m", ["OPEN", "100", "102", "98", "101", "1", "-1", "1", "1"], "absurd"),
    ("candle", "candle5m", ["FUTURE", "100", "102", "98", "101", "1", "1", "1", "1"], "future"),
    ("candle", "candle5m", ["1700000000001", "100", "102", "98", "101", "1", "1", "1", "1"], "misaligned"),
    ("trades", "trades", {"tradeId": "7", "px": "1_0", "sz": "1", "side": "buy", "ts": "OPEN"}, "malformed"),
    ("trades", "trades", {"tradeId": "7", "px": "-1", "sz": "1", "side": "buy", "ts": "OPEN"}, "absurd"),
    ("trades", "trades", {"tradeId": "7", "px": "1", "sz": "1", "side": "up", "ts": "OPEN"}, "malformed"),
    ("trades", "trades", {"tradeId": "a", "px": "1", "sz": "1", "side": "buy", "ts": "OPEN"}, "malformed"),
    ("trades", "trades", {"instId": ETH, "tradeId": "7"}, "wrong_inst"),
    ("book", "bbo-tbt", {"asks": [], "bids": [], "ts": "OPEN"}, "malformed"),
    ("book", "bbo-tbt", {"asks": [["1", "1"]], "bids": [["2", "1"]], "ts": "OPEN"}, "absurd"),
    ("open_interest", "open-interest", {"instId": BTC, "oiCcy": "inf", "ts": "OPEN"}, "not_finite"),
    ("open_interest", "open-interest", {"instId": BTC, "oiCcy": "1", "ts": "FUTURE"}, "future"),
    ("funding", "funding-rate", {"instId": BTC, "fundingRate": "?", "fundingTime": "OPEN"}, "malformed"),
    ("funding", "funding-rate", "row", "malformed"),
]


def counted(reader: Reader, stream: str, reason: str, count: float) -> bool:
    return reader.refused(stream, reason) == count


async def test_nonsense_is_counted_and_never_an_event() -> None:
    newest = last_open() - STEP
    words = {"OPEN": str(newest + STEP), "FUTURE": str(newest + 40 * STEP)}
    async with exchange() as server:
        past(server, BTC, newest, 3)
        async with reading(server) as reader:
            await reader.live(BTC)
            told = len(reader.events)
            for stream, channel, row, reason in NONSENSE:
                if isinstance(row, list):
                    row = [words.get(value, value) for value in row]
                elif isinstance(row, dict):
                    row = {key: words.get(str(value), value) for key, value in row.items()}
                before = reader.refused(stream, reason)
                await server.push(channel, BTC, [row])
                await reader.until(partial(counted, reader, stream, reason, before + 1))
            await asyncio.sleep(0.05)
            assert reader.kinds(told) == []


async def test_frames_that_are_no_frames_stop_nothing() -> None:
    newest = last_open() - STEP
    async with exchange() as server:
        past(server, BTC, newest, 3)
        async with reading(server) as reader:
            await reader.live(BTC)
            for text in (
                "{",
                "[" * 100_000,
                "[1, 2",
                "[]",
                "null",
                "hello",
                '{"arg": 5, "data": []}',
                '{"arg": {"channel": "trades"}}',
            ):
                await server.push_text("trades", BTC, text)
            await server.push("trades", BTC, {"not": "a list"})
            await server.error_event("trades", BTC)
            row = server.add_trade(BTC, 1, newest + STEP + 5, 100.0)
            await server.push_trades(BTC, [row, row])
            await reader.until(lambda: reader.trades(BTC))
            assert reader.refused("trades-0", "malformed", pair="") == 9
            assert reader.refused("trades-0", "error_event", pair="") == 1
            assert reader.refused("trades", "duplicate") == 1
            assert server.connections["public"] == 4  # no socket was lost over it


async def test_a_gap_is_closed_after_a_reconnect() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 3)
        async with reading(server, fallback_ms=10**9) as reader:
            await reader.live(BTC)
            at = newest + STEP
            first = server.add_trade(BTC, 1, at + 10, 100.0, contracts=1)
            await server.push_trades(BTC, [first])
            await reader.until(lambda: reader.trades(BTC))
            await server.drop()
            missed = [server.add_trade(BTC, 1 + n, at + 10 + n, 100.0, contracts=1 + n) for n in range(1, 700)]
            for index in range(3):
                server.set_candle(BTC, at + index * STEP, OHLC)
            assert missed
            await reader.until(lambda: len(reader.candles(BTC)) == 6)
            assert reader.candles(BTC)[-3:] == [at, at + STEP, at + 2 * STEP]
            sizes = [size for batch in reader.trades(BTC) for size in batch.size]
            assert sizes == [(1 + n) * 0.01 for n in range(700)]
            assert not [event for event in reader.events if isinstance(event, FeedLost) and event.stream == "trades"][
                1:
            ]


async def test_one_broken_stream_takes_no_other_down() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 3)
        server.refused_args.add(("open-interest", BTC))
        async with reading(server, BTC, ETH) as reader:
            await reader.until(lambda: reader.feed.first_pair_warm)
            await server.subscribed("trades", BTC)
            await reader.until(lambda: reader.feed.trades_whole(BTC))
            before = server.connections["business"]
            await server.drop("trades", BTC)
            await server.push_candle(BTC, newest + STEP, OHLC)
            await reader.until(lambda: reader.candles(BTC)[-1:] == [newest + STEP])
            await server.subscribed("trades", BTC)
            row = server.add_trade(BTC, 1, newest + 2 * STEP + 5, 100.0)
            await server.push_trades(BTC, [row])
            await reader.until(lambda: reader.trades(BTC))
            await server.push_book(BTC, newest + 2 * STEP + 5, 100.0, 100.1)
            await reader.until(lambda: "book" in reader.kinds())
            assert server.connections["business"] == before


async def test_a_pair_that_says_nothing_does_not_hold_the_others() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        for pair in (BTC, ETH):
            past(server, pair, newest, 3)
        async with reading(server, BTC, ETH, fallback_ms=10**9) as reader:
            await reader.live(BTC, ETH)
            told = len(reader.events)
            await server.push_candle(BTC, newest + STEP, OHLC)
            await reader.until(lambda: len(reader.events) >= told + 2)
            assert [event.kind for event in reader.events[told:]] == ["candle", "settle"]
            await server.push_candle(ETH, newest + STEP, OHLC)
            await reader.until(lambda: len(reader.events) >= told + 4)
            late = reader.events[told + 2 :]
            assert [event.kind for event in late] == ["candle", "settle"]
            assert late[1] == Settle(newest + 2 * STEP)


async def test_what_came_before_a_bar_is_told_before_it() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 3)
        async with reading(server) as reader:
            await reader.live(BTC)
            told, close = len(reader.events), newest + 2 * STEP
            rows = [server.add_trade(BTC, n, close - 4 + n, 100.0) for n in range(1, 8)]
            await server.push_trades(BTC, rows)
            for ms in (-5000, -4800, -100, 300, 950):
                await server.push_book(BTC, close + ms, 100.0 + ms / 1e4, 101.0)
            await server.push_open_interest(BTC, close - 50, 500.0)
            await server.push_candle(BTC, newest + STEP, OHLC)
            await reader.until(
                lambda: {"settle", "trades"} <= set(reader.kinds(told)) and reader.kinds(told).count("book") == 3
            )
            events = reader.events[told:]
            bar = next(i for i, event in enumerate(events) if isinstance(event, Candle))
            assert all(event.known_at <= close for event in events[:bar])
            assert sum(len(event.ts) for event in events[:bar] if isinstance(event, Trades)) == 3
            assert sum(len(event.ts) for event in events[bar:] if isinstance(event, Trades)) == 4
            assert [event.ts - close for event in events if isinstance(event, Book)] == [-5000, -100, 950]
            assert isinstance(events[bar + 1], Settle)


async def test_a_settlement_is_fetched_when_it_passes() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 3)
        async with reading(server) as reader:
            await reader.live(BTC)
            await server.push_funding(BTC, newest, newest + 2 * STEP)
            await server.push_funding(BTC, newest, newest + 2 * STEP)
            await asyncio.sleep(0.05)
            server.add_funding(BTC, newest + 2 * STEP, -0.0003)
            await server.push_funding(BTC, newest, newest + 98 * STEP)
            for index in (1, 2):
                await server.push_candle(BTC, newest + index * STEP, OHLC)
            await reader.until(lambda: "funding" in reader.kinds())
            assert [e for e in reader.events if isinstance(e, Funding)] == [Funding(BTC, newest + 2 * STEP, -0.0003)]


async def test_stale_streams_are_told_once_and_come_back() -> None:
    newest = last_open() - 20 * STEP
    limits = {"trades": 200, "book": 200, "open_interest": 200}
    async with exchange() as server:
        past(server, BTC, newest, 3)
        async with reading(server, lost_ms=limits, bar_lost_ms=300 - STEP) as reader:
            await reader.live(BTC)
            await reader.until(lambda: reader.kinds().count("feed_lost") == 4)
            assert len(reader.feed.lost()) == 4
            lost = sorted(event.stream for event in reader.events if isinstance(event, FeedLost))
            assert lost == ["book", "candle", "open_interest", "trades"]
            await server.push_book(BTC, newest + STEP + 5, 100.0, 100.1)
            await reader.until(lambda: "book" in reader.kinds())


async def test_a_silent_subscription_is_dialled_again() -> None:
    newest = last_open() - 20 * STEP
    quiet = {kind: 300 for kind in ("candle", "trades", "book", "open_interest", "funding")}
    async with exchange() as server:
        past(server, BTC, newest, 3)
        async with reading(server, quiet_ms=quiet) as reader:
            await reader.live(BTC)
            await reader.until(lambda: server.connections["business"] >= 2)
            await server.subscribed("candle5m", BTC)


async def test_a_delisted_pair_is_told() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 3)
        past(server, ETH, newest, 3)
        async with reading(server, BTC, ETH, reload_seconds=0.1) as reader:
            await reader.live(BTC, ETH)
            server.instruments = [record for record in server.instruments if record["instId"] != ETH]
            await reader.until(lambda: "delisted" in reader.kinds())
            await server.push_candle(BTC, newest + STEP, OHLC)
            await reader.until(lambda: reader.candles(BTC)[-1] == newest + STEP)
            assert reader.kinds().count("delisted") == 1


async def test_unknown_pair_names_the_setting() -> None:
    async with exchange() as server:
        async with reading(server, BTC) as reader:
            await reader.live(BTC)
        with pytest.raises(ExceptionGroup) as caught:
            async with reading(server, "BTCC-USDT-SWAP") as reader:
                await asyncio.sleep(5)
        assert "SHARPSIGNAL_PAIRS=BTCC-USDT-SWAP" in str(caught.value.exceptions[0])
        assert "did you mean BTC-USDT-SWAP?" in str(caught.value.exceptions[0])
        assert isinstance(caught.value.exceptions[0], SettingsError)


async def test_a_pair_that_was_followed_before_may_be_missing_and_only_a_delisted_one_is_gone() -> None:
    """A suspended contract is still listed: it is left out, too, but nothing of it ends."""
    async with exchange() as server:
        gone, halted = "GONE-USDT-SWAP", "HALTED-USDT-SWAP"
        server.instruments.append({**instrument(halted), "state": "suspend"})
        options = OkxOptions((BTC, gone, halted), server.rest_url, server.ws_url)
        feed = OkxFeed(options, SystemClock(), Metrics())
        feed.followed = {gone}
        with pytest.raises(SettingsError, match="SHARPSIGNAL_PAIRS=HALTED-USDT-SWAP: is not a live"):
            await feed.instruments()
        feed.followed = {gone, halted, "OLD-USDT-SWAP"}
        assert [one.inst_id for one in await feed.instruments()] == [BTC]
        assert feed.missing == [gone, halted]
        assert await feed.gone([gone, halted, "OLD-USDT-SWAP"]) == [gone, "OLD-USDT-SWAP"]
        await feed.close()
        lost = OkxFeed(replace(options, pairs=(gone,)), SystemClock(), Metrics())
        lost.followed = {gone}
        with pytest.raises(SettingsError, match="SHARPSIGNAL_PAIRS=GONE-USDT-SWAP: OKX does not trade any of these"):
            await lost.instruments()
        await lost.close()


async def test_minutes_and_faults_of_rest() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 3)
        for minute in range(400):
            server.set_candle(BTC, newest + minute * 60_000, OHLC, tf="1m")
        async with reading(server) as reader:
            await reader.live(BTC)
            server.failing["market/candles"] = (429, "<html>slow down</html>")

            async def recover() -> None:
                await asyncio.sleep(0.3)
                server.failing.clear()

            async with asyncio.TaskGroup() as group:
                group.create_task(recover())
                bars = await reader.feed.minutes(BTC, newest + 60_000, newest + 61 * 60_000)
            assert [bar.ts for bar in bars] == [newest + n * 60_000 for n in range(1, 61)]
            assert "rate_limited" in reader.metrics.text()


async def test_the_clock_of_the_exchange_counts() -> None:
    newest = last_open() + 24 * STEP  # an exchange that is two hours ahead of this machine
    async with exchange() as server:
        server.now_ms = SystemClock().now_ms() + 25 * STEP
        past(server, BTC, newest, 3)
        async with reading(server) as reader:
            await reader.live(BTC)
            assert reader.candles(BTC)[-1] == newest
            assert reader.refused("candle", "future") == 0
