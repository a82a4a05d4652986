"""What happens to OKX's sockets in a bad hour: closed, silent, refused, gone, and back again."""

from __future__ import annotations

import asyncio
import json

from tests.feeds.okx_reader import BTC, ETH, STEP, exchange, last_open, past, reading

OHLC = (100.0, 102.0, 98.0, 101.0)


async def test_the_whole_exchange_goes_away_and_comes_back() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as first:
        past(first, BTC, newest, 3)
        async with reading(first) as reader:
            await reader.live(BTC)
            row = first.add_trade(BTC, 1, newest + STEP + 1, 100.0)
            await first.push_trades(BTC, [row])
            await reader.until(lambda: reader.trades(BTC))
            await first.stop()
            await reader.until(lambda: reader.metrics.text().count("feed_restarts_total{") == 5)
            async with exchange(port=first.port) as second:
                past(second, BTC, newest, 3)
                for ident in range(1, 30):
                    second.add_trade(BTC, ident, newest + STEP + ident, 100.0)
                for channel in ("candle5m", "trades", "bbo-tbt", "open-interest", "funding-rate"):
                    await second.subscribed(channel, BTC)
                await reader.until(lambda: reader.feed.trades_whole(BTC))
                await second.push_candle(BTC, newest + STEP, OHLC)
                await reader.until(lambda: reader.candles(BTC)[-1] == newest + STEP)
                told = [ts for batch in reader.trades(BTC) for ts in batch.ts]
                assert told == [newest + STEP + ident for ident in range(1, 30)]


async def test_a_notice_of_closing_is_obeyed() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 3)
        async with reading(server) as reader:
            await reader.live(BTC)
            await server.notice("candle5m", BTC)
            await reader.until(lambda: server.connections["business"] == 2)
            await server.subscribed("candle5m", BTC)
            await server.push_candle(BTC, newest + STEP, OHLC)
            await reader.until(lambda: reader.candles(BTC)[-1] == newest + STEP)
            assert server.connections["public"] == 4


async def test_round_trips_are_measured_and_a_dead_line_is_dialled_again() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 3)
        async with reading(server, keep_alive_ms=60) as reader:
            await reader.live(BTC)
            await reader.until(
                lambda: 'ws_round_trip_seconds{endpoint="trades-0",exchange="okx"}' in reader.metrics.text()
            )
            server.mute_pongs = True
            await reader.until(lambda: server.connections["public"] >= 8)
            server.mute_pongs = False
            await server.subscribed("trades", BTC)


async def test_a_refused_subscription_is_asked_for_again_without_touching_the_others() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        for pair in (BTC, ETH):
            past(server, pair, newest, 3)
        server.refused_args.add(("trades", BTC))
        async with reading(server, BTC, ETH, again_ms=200) as reader:
            await reader.until(lambda: reader.feed.trades_whole(ETH))
            assert reader.refused("trades-0", "error_event", pair="") >= 1
            row = server.add_trade(ETH, 1, newest + STEP + 5, 100.0)
            await server.push_trades(ETH, [row])
            await reader.until(lambda: reader.trades(ETH))
            server.refused_args.clear()
            await reader.until(lambda: reader.feed.trades_whole(BTC))
            assert server.connections["public"] == 4


async def test_frames_of_strangers_are_refused() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 3)
        async with reading(server) as reader:
            await reader.live(BTC)
            row = server.add_trade(ETH, 1, newest + STEP + 5, 100.0)
            frame = {"arg": {"channel": "trades", "instId": ETH}, "data": [row]}
            await server.push_text("trades", BTC, json.dumps(frame))
            await reader.until(lambda: reader.refused("trades", "wrong_inst", pair=""))
            assert not reader.trades(ETH)


async def test_lost_trades_are_said_before_their_bar() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 3)
        async with reading(server) as reader:
            await reader.live(BTC)
            row = server.add_trade(BTC, 5, newest + STEP + 5, 100.0)
            await server.push_trades(BTC, [row])
            await reader.until(lambda: reader.trades(BTC))
            server.failing["market/trades"] = (500, {"code": "50001", "msg": "down"})
            await server.drop("trades", BTC)
            await reader.until(lambda: "feed_lost" in reader.kinds())
            await server.subscribed("trades", BTC)
            row = server.add_trade(BTC, 9, newest + STEP + 9, 100.0)
            await server.push_trades(BTC, [row])
            await server.push_candle(BTC, newest + STEP, OHLC)
            await reader.until(lambda: reader.candles(BTC)[-1] == newest + STEP)
            kinds = reader.kinds()
            assert kinds.index("feed_lost") < len(kinds) - 2
            assert sum(len(batch.ts) for batch in reader.trades(BTC)) == 2
            assert (BTC, "trades") not in reader.feed.lost()


async def test_an_exchange_that_is_down_at_the_start_is_waited_for() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 3)
        server.failing["public/instruments"] = (503, {"code": "50001", "msg": "Service temporarily unavailable"})
        async with reading(server) as reader:
            await reader.until(lambda: server.asked["public/instruments"] >= 2)
            assert not reader.feed.first_pair_warm
            server.failing.clear()
            await reader.live(BTC)
            assert reader.feed.past_until == newest + STEP


async def test_closing_leaves_no_socket_behind() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        past(server, BTC, newest, 3)
        async with reading(server) as reader:
            await reader.live(BTC)
            assert len(server.sockets) == 5
        async with asyncio.timeout(3):
            while server.sockets:
                await asyncio.sleep(0.01)
