"""A contract changes while we run, is suspended, or is gone: told over real sockets by a server of the same wire."""

from __future__ import annotations

from tests.feeds.okx_reader import BTC, ETH, STEP, Reader, exchange, last_open, past, reading
from tests.servers.okx import OkxServer, instrument

OHLC = (100.0, 102.0, 98.0, 101.0)


def change(server: OkxServer, pair: str, **fields: str) -> None:
    """The exchange's record of a pair from now on."""
    server.instruments = [{**record, **fields} if record["instId"] == pair else record for record in server.instruments]


def sizes(reader: Reader) -> list[float]:
    return [size for batch in reader.trades(BTC) for size in batch.size]


async def looked_again(server: OkxServer, reader: Reader) -> None:
    """The feed has asked for the records twice since."""
    asked = server.asked["public/instruments"]
    await reader.until(lambda: server.asked["public/instruments"] > asked + 2)


async def heard(reader: Reader, wanted: list[float]) -> None:
    await reader.until(lambda: sizes(reader) == wanted)


async def test_sizes_are_converted_with_the_contract_value_in_force_and_the_change_is_told() -> None:
    newest = last_open() - STEP
    async with exchange() as server:
        past(server, BTC, newest, 5)
        async with reading(server, reload_seconds=0.1) as reader:
            await reader.live(BTC)
            at = newest + STEP + 1000
            await server.push("trades", BTC, [server.add_trade(BTC, 10, at, 100.0, 3.0)])
            await heard(reader, [3.0 * 0.01])
            change(server, BTC, ctVal="0.1")
            await reader.until(lambda: reader.kinds().count("feed_lost") == 2)
            assert reader.feed.lost() == [(BTC, "book"), (BTC, "trades")]
            await server.push("trades", BTC, [server.add_trade(BTC, 11, at + 1, 100.0, 3.0)])
            await reader.until(lambda: len(sizes(reader)) == 2)
            assert sizes(reader)[1] == 3.0 * 0.1
            await server.push_book(BTC, at + 2, 100.0, 100.1, 5.0, 6.0)
            await reader.until(lambda: reader.feed.lost() == [])


async def test_a_record_that_cannot_be_read_and_a_new_tick_change_no_size() -> None:
    newest = last_open() - STEP
    async with exchange() as server:
        past(server, BTC, newest, 5)
        async with reading(server, reload_seconds=0.05) as reader:
            await reader.live(BTC)
            at = newest + STEP + 1000
            for number, fields in enumerate(({"ctVal": "nonsense"}, {"ctVal": "0.01", "tickSz": "0.5"})):
                change(server, BTC, **fields)
                await looked_again(server, reader)
                await server.push("trades", BTC, [server.add_trade(BTC, 10 + number, at + number, 100.0, 3.0)])
                await heard(reader, [3.0 * 0.01] * (number + 1))
            assert "feed_lost" not in reader.kinds()


async def test_a_suspension_is_no_delisting() -> None:
    newest = last_open() - 20 * STEP
    async with exchange() as server:
        for pair in (BTC, ETH):
            past(server, pair, newest, 3)
        async with reading(server, BTC, ETH, reload_seconds=0.05) as reader:
            await reader.live(BTC, ETH)
            change(server, ETH, state="suspend")
            await looked_again(server, reader)
            change(server, ETH, state="live")
            for pair in (BTC, ETH):
                await server.push_candle(pair, newest + STEP, OHLC)
            await reader.until(lambda: newest + STEP in reader.candles(ETH))
            assert "delisted" not in reader.kinds()


async def test_an_exchange_that_forbids_us_has_delisted_nothing() -> None:
    newest = last_open() - 20 * STEP
    async with exchange(BTC, ETH) as server:
        for pair in (BTC, ETH):
            past(server, pair, newest, 3)
        async with reading(server, BTC, ETH, reload_seconds=0.05) as reader:
            await reader.live(BTC, ETH)
            server.failing["public/instruments"] = (403, "<html>not from here</html>")
            await looked_again(server, reader)
            server.failing.clear()
            server.instruments = [instrument(BTC)]
            await reader.until(lambda: "delisted" in reader.kinds())
            assert [event.pair for event in reader.events if event.kind == "delisted"] == [ETH]
