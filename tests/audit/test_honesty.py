"""The checks of engine/audit on the honest engine, on a driver that looks ahead, and on tables made by hand."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from bot.cli import main
from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from bot.replay.run import columns_of
from engine.audit import decisions, pair, prefixes, purity, warm_up
from engine.audit.cuts import part, spread
from engine.audit.layout import COLUMNS, MINUTES, TS, WIDTH
from engine.audit.walk import Floats, Walker
from engine.columns.batch import Columns
from engine.decision.stream import Rules
from engine.layers import LAYERS, NAMES
from engine.market.events import Settle
from engine.params import Params
from engine.readings import LAYER_AT, LAYER_WIDTH, ROW
from engine.sharp_signal_engine import SharpSignalEngine
from tests.engine.runs import LEAST, engine_of, feed_over

PAIRS = ("SOL-USDT-SWAP", "XRP-USDT-SWAP")
TICK = 0.001


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("market")
    tape(folder, SimulatedMarket(5, PAIRS[:1], 2.0), 5)
    return folder


@pytest.fixture(scope="module")
def columns(market: Path) -> Columns:
    (recorded,) = feed_over(market).tapes().values()
    return columns_of(recorded)


# --- prefixes


def test_compiled_and_plain_walks_read_the_same_bits(columns: Columns, compiled: str) -> None:
    """Trades, book, open interest and funding included: the same links at every setup bar, and the same memory."""
    walks = [Walker(columns, TICK, Params(), where) for where in (None, compiled)]
    plain, fast = (walk.links(600) for walk in walks)
    assert len(plain) == 250 and np.array_equal(plain, fast)
    assert walks[0].packed().tobytes() == walks[1].packed().tobytes()


def test_an_honest_tape_is_clean_at_every_cut(columns: Columns, compiled: str) -> None:
    found = pair.audit(PAIRS[0], columns, TICK, Params(), compiled, 40, lambda bars: None)
    assert found.faults == []
    assert found.prefixes == 40 and found.readings == 600
    assert found.compared == sum(n // 3 + n // 12 for n in spread(len(columns.ts), 40))


def looking_ahead(c: Columns) -> Columns:
    """A bar's high is that of the next one, where there is a next one."""
    return dataclasses.replace(c, high=np.maximum(c.high, np.r_[c.high[1:], 0.0]))


def test_a_driver_that_looks_one_bar_ahead_is_caught_at_the_cut(columns: Columns, compiled: str) -> None:
    def make(c: Columns) -> Walker:
        return Walker(looking_ahead(c), TICK, Params(), compiled)

    cut = next(n for n in range(300, 400, 3) if columns.high[n] > columns.high[n - 3 : n].max())
    links, memories = prefixes.memory_at(make(columns), [cut], len(columns.ts))
    compared, faults = prefixes.rewritten(make, columns, links, memories[cut], cut, "P")
    assert compared == cut // 3 + cut // 12
    found = next(fault for fault in faults if fault.part == "bars")
    assert (found.check, found.what, found.count) == ("rewritten", "high", 1)
    assert found.ts == int(columns.ts[cut - 1]) + 300_000  # the last bar before the cut
    assert (found.before, found.after) == (columns.high[cut - 3 : cut].max(), columns.high[cut - 3 : cut + 1].max())


def test_a_driver_that_hands_over_what_no_reading_shows_yet_is_caught_by_its_memory(
    columns: Columns, compiled: str
) -> None:
    closed = int(columns.ts[300]) + 300_000

    def make(c: Columns) -> Walker:
        early = np.where(c.book_ts > closed, c.book_ts - 60_000, c.book_ts)
        return Walker(dataclasses.replace(c, book_ts=early), TICK, Params(), compiled)

    links, memories = prefixes.memory_at(make(columns), [301], len(columns.ts))
    _, (fault,) = prefixes.rewritten(make, columns, links, memories[301], 301, "P")
    assert (fault.part, fault.ts) == ("memory", closed)


def test_parts_of_columns_are_what_was_known(columns: Columns) -> None:
    head = part(columns, 0, 100)
    closed = int(columns.ts[99]) + 300_000
    assert len(head.ts) == 100 and int(head.book_ts[-1]) <= closed < int(columns.book_ts[len(head.book_ts)])
    assert int(head.trade_ts[-1]) <= closed and len(head.trade_ts) == len(head.trade_side)
    late = part(columns, 100, 200)
    assert int(late.ts[0]) == int(columns.ts[100]) and int(late.trade_ts[0]) > int(late.ts[0])


# --- warm-up


def table() -> tuple[Floats, Floats]:
    """35 days of equal 15m readings in which every layer votes, twice."""
    rows = np.zeros((35 * 96, WIDTH))
    rows[:, TS] = (np.arange(len(rows)) + 1) * 900_000
    rows[:, MINUTES] = 15
    for j, layer in enumerate(LAYERS):
        rows[layer.WARMUP - 1 :, LAYER_AT + LAYER_WIDTH * j + 1] = 1.0
    return rows, rows.copy()


def at(layer: str, column: str) -> int:
    first = LAYER_AT + LAYER_WIDTH * NAMES.index(layer)
    return first + COLUMNS[first : first + LAYER_WIDTH].index(column)


def test_a_layer_is_warm_once_its_votes_stay_equal() -> None:
    old, late = table()
    late[:500, at("structure", "score")] = 0.5
    late[:40, at("structure", "last_break")] = 2.0
    warmth, faults = warm_up.compare(old, late, "P")
    assert faults == []
    found = next(w for w in warmth if (w.layer, w.minutes) == ("structure", 15))
    assert (found.declared, found.first, found.votes, found.facts) == (30, 30, 500, 40)


def test_a_vote_that_differs_after_thirty_days_is_a_fault_at_its_first_bar() -> None:
    old, late = table()
    bar = 30 * 96 + 7
    late[bar:, at("fibo", "score")] += 1e-6
    (fault,) = warm_up.compare(old, late, "P")[1]
    assert (fault.part, fault.what, fault.ts) == ("fibo", "score", int(late[bar, TS]))
    assert (fault.before, fault.after, fault.count) == (0.0, 1e-6, len(late) - bar)


def test_facts_that_count_from_the_beginning_and_the_tail_of_a_mean_are_no_faults() -> None:
    old, late = table()
    old[:, at("cvd", "cvd_close")] = 5000.0
    old[:, at("rsi_ema_macd", "ema200")], late[:, at("rsi_ema_macd", "ema200")] = 100.0, 100.05
    assert warm_up.compare(old, late, "P")[1] == []
    late[:, at("rsi_ema_macd", "ema200")] = 100.2
    (fault,) = warm_up.compare(old, late, "P")[1]
    assert (fault.part, fault.what) == ("rsi_ema_macd", "ema200")


def test_the_tail_of_a_mean_may_flip_as_many_votes_as_the_layer_says() -> None:
    old, late = table()
    after = 5 * 96 + 1  # bars once warm
    few = int(LAYERS[NAMES.index("rsi_ema_macd")].TAIL * after)
    late[-few:, at("rsi_ema_macd", "score")] = 0.3
    assert warm_up.compare(old, late, "P")[1] == []
    late[-few - 1 :, at("rsi_ema_macd", "score")] = 0.3
    (fault,) = warm_up.compare(old, late, "P")[1]
    assert (fault.part, fault.count) == ("rsi_ema_macd", few + 1)


@pytest.mark.parametrize("name", ["trend_d1", "ema_d1", "close_d1", "bars_d1"])
def test_what_the_daily_bias_is_built_on_must_be_equal_to_the_last_bit(name: str) -> None:
    old, late = table()
    old[:, ROW[name]] = late[:, ROW[name]] = 20.0
    late[: 30 * 96, ROW[name]] = 0.0  # not warm yet
    assert warm_up.compare(old, late, "P")[1] == []
    late[-3:, ROW[name]] = np.nextafter(20.0, 21.0)
    (fault,) = warm_up.compare(old, late, "P")[1]
    assert (fault.part, fault.what, fault.ts, fault.count) == ("1d", name, int(late[-3, TS]), 3)


def test_a_layer_that_speaks_too_soon_is_a_fault() -> None:
    old, late = table()
    for rows in (old, late):
        rows[11, at("structure", "state")] = 1.0
    (fault,) = warm_up.compare(old, late, "P")[1]
    assert (fault.check, fault.before, fault.after) == ("speaks before its warm-up", 30, 12)


# --- what a layer may name


@pytest.mark.parametrize("layer", LAYERS, ids=NAMES)
def test_our_layers_name_nothing_but_the_engine(layer: ModuleType) -> None:
    assert purity.foreign(layer) == []


# --- decisions


def told(texts: str) -> Iterator[tuple[int, str]]:
    return iter([(n, text) for n, text in enumerate(texts)])


def test_a_decision_that_changes_with_a_longer_tape_is_named() -> None:
    whole = decisions.links(told("abcdef"))
    assert decisions.rewritten(lambda end: told("abcdef" if end is None else "abcd"), whole, 3) == []
    (fault,) = decisions.rewritten(lambda end: told("abcdef" if end is None else "abxd"), whole, 3)
    assert (fault.ts, fault.what, fault.count) == (2, "x became c", 2)
    (fault,) = decisions.rewritten(lambda end: told("abcdef" if end is None else "abc"), whole, 3)
    assert (fault.ts, fault.what) == (3, "nothing became d")


def test_a_restart_that_decides_otherwise_is_named(simulated: Path) -> None:
    feed = feed_over(simulated, PAIRS[:1])
    events = list(feed.iterate())
    cut = next(e.known_at for e in events[int(0.7 * len(events)) :] if isinstance(e, Settle))
    count, faults = decisions.restarted(lambda: engine_of(feed), events, cut, 0, PAIRS[0])
    assert count > 20 and faults == []
    made: list[SharpSignalEngine] = []

    def other() -> SharpSignalEngine:
        made.append(engine_of(feed, Rules(LEAST if not made else 0.99)))
        return made[-1]

    (fault,) = decisions.restarted(other, events, cut, 0, PAIRS[0])[1]
    assert fault.ts >= cut and "confluence" in fault.what


# --- the verb


def test_the_verb_reports_a_clean_market(market: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint-layers", "--data", str(market), "--cuts", "3", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["clean"] and report["faults"] == []
    assert (report["readings"], report["prefixes"], report["decisions"]["prefixes"]) == (600, 3, 3)
    assert set(report["rewritten"].values()) == {0} and set(NAMES) <= set(report["rewritten"])


def test_the_verb_tells_wrong_use(market: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint-layers", "--data", str(market / "none")]) == 2
    assert "is not a folder" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["lint-layers", "--data", str(market), "--cuts", "0"])
    assert stopped.value.code == 2
