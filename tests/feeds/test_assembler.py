"""The order that the assembler makes of what many sockets say."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.assembler import Assembler
from bot.feeds.okx_rows import TradeRow
from bot.feeds.okx_trades import TradeLine
from engine.market.events import Book, Candle, Delisted, Event, FeedLost, Funding, OpenInterest, Settle, Trades

STEP = 300_000
A, B = "A-USDT-SWAP", "B-USDT-SWAP"


def _bar(pair: str, index: int) -> Candle:
    return Candle(pair, "5m", index * STEP, 1.0, 2.0, 0.5, 1.5, 10.0)


def _trade(ident: int, ts: int, count: int = 1) -> TradeRow:
    return TradeRow(ident, count, ts, 1.0, 1.0, 1)


def _assembler(*pairs: str) -> tuple[Assembler, list[tuple[str, str, str]]]:
    late: list[tuple[str, str, str]] = []
    assembler = Assembler("5m", lambda *what: late.append(what), settle_ms=1500, grace_ms=250)
    for pair in pairs:
        assembler.open(pair, 0)
    return assembler, late


def _brief(events: list[Event]) -> list[str]:
    return [f"{event.kind}{':' + event.pair[0] if event.pair else ''}@{event.known_at}" for event in events]


def test_an_instant_waits_for_every_pair_and_a_grace() -> None:
    assembler, _ = _assembler(B, A)
    assembler.bar(_bar(B, 0), now_ms=1000)
    assert assembler.due(2400) == []
    assembler.bar(_bar(A, 0), now_ms=2400)
    assert _brief(assembler.due(2401)) == ["candle:A@300000", "candle:B@300000", "settle@300000"]


def test_trades_that_went_past_the_bar_are_not_waited_for() -> None:
    assembler, _ = _assembler(A, B)
    assembler.trade(A, _trade(1, STEP + 5))
    assembler.bar(_bar(A, 0), now_ms=0)
    assembler.bar(_bar(B, 0), now_ms=0)
    assert assembler.waits() and assembler.due(0) == []  # a trade of B may still be on its way
    assembler.trade(B, _trade(1, STEP))
    assert _brief(assembler.due(0))[:3] == ["candle:A@300000", "candle:B@300000", "settle@300000"]
    assert not assembler.waits()


def test_a_missing_pair_is_waited_for_a_second_and_a_half_then_told_late() -> None:
    assembler, _ = _assembler(A, B)
    assembler.bar(_bar(A, 0), now_ms=0)
    assert assembler.due(1499) == []
    assert _brief(assembler.due(1500)) == ["candle:A@300000", "settle@300000"]
    assembler.bar(_bar(B, 0), now_ms=4000)
    assert _brief(assembler.due(5500)) == ["candle:B@300000", "settle@300000"]


def test_a_lost_pair_is_not_waited_for() -> None:
    assembler, _ = _assembler(A, B)
    assembler.lose(FeedLost(5, B, "candle"))
    assembler.lose(FeedLost(6, B, "candle"))
    assert assembler.due(0) == [FeedLost(5, B, "candle")]
    assembler.bar(_bar(A, 0), now_ms=0)
    assert _brief(assembler.due(250)) == ["candle:A@300000", "settle@300000"]


def test_what_is_after_the_bar_waits_for_it() -> None:
    assembler, late = _assembler(A)
    for ident, ts in enumerate((STEP - 2, STEP - 1, STEP, STEP + 1)):
        assembler.trade(A, _trade(ident, ts))
    assembler.tell(Funding(A, STEP, 0.1))
    assembler.tell(Funding(A, STEP + 1, 0.1))
    told = assembler.due(0)
    assert _brief(told) == ["trades:A@299999", "funding:A@300000"]
    assert isinstance(told[0], Trades)
    assert list(told[0].ts) == [STEP - 2, STEP - 1]
    assembler.bar(_bar(A, 0), now_ms=0)
    assert _brief(assembler.due(250)) == ["candle:A@300000", "settle@300000", "funding:A@300001", "trades:A@300001"]
    assembler.trade(A, _trade(9, STEP - 1))
    assert late == [(A, "trades", "late")]


def test_bars_come_once_and_in_order_whatever_the_order_they_arrive_in() -> None:
    assembler, _ = _assembler(A)
    assert assembler.bar(_bar(A, 2), now_ms=0)
    assert assembler.gap(A) == 2 * STEP
    assert assembler.due(9999) == []
    assert assembler.bar(_bar(A, 1), now_ms=0)
    assert assembler.bar(_bar(A, 0), now_ms=0)
    assert not assembler.bar(_bar(A, 0), now_ms=0)
    assert [event.ts for event in assembler.due(250) if isinstance(event, Candle)] == [0, STEP, 2 * STEP]
    assert not assembler.bar(_bar(A, 1), now_ms=0)


def test_a_bar_that_the_exchange_does_not_have_is_stepped_over() -> None:
    assembler, _ = _assembler(A)
    assembler.bar(_bar(A, 3), now_ms=0)
    assembler.skip_to(A, 3 * STEP)
    assert _brief(assembler.due(250)) == ["candle:A@1200000", "settle@1200000"]


def test_books_are_thinned_out_but_the_last_before_a_bar_is_told() -> None:
    assembler, _ = _assembler(A)
    for ts in (1000, 1500, 2100, 2200, STEP + 100):
        assembler.quote(Book(A, ts, 1.0, 1.1, 1.0, 1.0))
    assembler.bar(_bar(A, 0), now_ms=0)
    told = assembler.due(250)
    assert [event.ts for event in told if isinstance(event, Book)] == [1000, 2100, 2200, STEP + 100]
    assert told.index(Settle(STEP)) == 4


def test_open_interest_is_thinned_out_too() -> None:
    assembler, _ = _assembler(A)
    for ts in range(0, 60_000, 3000):
        assembler.quote(OpenInterest(A, ts, 1.0))
    assert [event.known_at for event in assembler.due(0)] == [0, 12_000, 24_000, 36_000, 48_000]


def test_missing_trades_are_said_before_the_bar_once() -> None:
    assembler, _ = _assembler(A)
    assembler.lanes[A].trades_whole = False
    for index in range(2):
        assembler.bar(_bar(A, index), now_ms=0)
    assert assembler.due(1499) == []
    assert _brief(assembler.due(1500)) == [
        "feed_lost:A@300000",
        "candle:A@300000",
        "settle@300000",
        "candle:A@600000",
        "settle@600000",
    ]


def test_a_delisted_pair_holds_nobody() -> None:
    assembler, _ = _assembler(A, B)
    assembler.tell(Delisted(5, B))
    assembler.lanes[B].gone = True
    assembler.bar(_bar(A, 0), now_ms=0)
    assert _brief(assembler.due(250)) == ["delisted:B@5", "candle:A@300000", "settle@300000"]


@given(st.randoms(use_true_random=False), st.integers(2, 5), st.booleans())
def test_any_arrival_gives_every_bar_once_with_its_trades_before_it(chance: Random, pairs: int, whole: bool) -> None:
    names = [f"{index}-USDT-SWAP" for index in range(pairs)]
    assembler, late = _assembler(*names)
    steps: list[tuple[str, int]] = [(name, index) for name in names for index in range(4)]
    chance.shuffle(steps)
    told: list[Event] = []
    sent = 0
    for at, (name, index) in enumerate(steps):
        lane = assembler.lanes[name]
        lane.trades_whole = whole or chance.random() < 0.5
        ts = lane.next_open + chance.randrange(2 * STEP)
        if not lane.trades.ts or ts >= lane.trades.ts[-1]:
            assembler.trade(name, _trade(at, ts))
            sent += 1
        assembler.bar(_bar(name, index), now_ms=at * 100)
        told += assembler.due(at * 100)
    told += assembler.due(10**9)
    for name in names:
        mine = [event for event in told if event.pair == name and isinstance(event, Candle | Trades)]
        assert [event.ts for event in mine if isinstance(event, Candle)] == [index * STEP for index in range(4)]
        closed = 0
        for event in mine:
            if isinstance(event, Candle):
                closed = event.known_at
            else:
                assert closed <= event.ts[0] <= event.ts[-1] < closed + STEP
    rows = sum(len(event.ts) for event in told if isinstance(event, Trades))
    held = sum(len(lane.trades.ts) for lane in assembler.lanes.values())
    assert rows + held + len(late) == sent


def _line() -> tuple[TradeLine, list[int], list[str]]:
    taken: list[int] = []
    refused: list[str] = []
    return TradeLine(lambda row: taken.append(row.ident), refused.append), taken, refused


def test_a_gap_of_trades_is_closed_before_what_came_after_it() -> None:
    line, taken, refused = _line()
    line.heal([])
    line.offer(_trade(3, 10))
    line.broke()
    line.offer(_trade(9, 30, count=2))  # fills 8 and 9
    line.heal([_trade(ident, 10 + ident) for ident in range(1, 10)])
    line.offer(_trade(10, 31))
    assert taken == [3, 4, 5, 6, 7, 9, 10]
    assert refused == []


def test_trades_again_and_trades_back_in_time_are_refused() -> None:
    line, taken, refused = _line()
    line.heal([])
    for ident, ts in ((5, 10), (5, 10), (4, 10), (6, 9), (7, 10)):
        line.offer(_trade(ident, ts))
    assert taken == [5, 7]
    assert refused == ["duplicate", "duplicate", "out_of_order"]


@given(st.integers(1, 60), st.data())
def test_wherever_the_line_breaks_each_fill_comes_once(count: int, data: st.DataObject) -> None:
    line, taken, refused = _line()
    line.heal([])
    breaks = data.draw(st.integers(0, count))
    back = data.draw(st.integers(breaks, count))
    asked = data.draw(st.integers(back, count))
    rows = [_trade(ident, ident) for ident in range(1, count + 1)]
    for row in rows[:breaks]:
        line.offer(row)
    line.broke()
    for row in rows[back:asked]:
        line.offer(row)
    line.heal(rows[:asked])
    for row in rows[asked:]:
        line.offer(row)
    assert taken == list(range(1, count + 1))
    assert refused == []
