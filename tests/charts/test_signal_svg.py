"""The chart of a signal: what it shows, where, for whom, and that nothing foreign gets in."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.charts.bars import RecentBars, ms_of, wider, window
from bot.charts.frame import Frame, price_ticks, spread_out, time_ticks
from bot.charts.scene import scene
from bot.charts.signal_svg import signal_svg
from bot.feeds.simulated_market import SimulatedMarket, slow_events
from bot.messages.reader import Reader
from engine.decision.signal import LAYER_NAMES, iso
from engine.market.events import Book, Candle

PAIR = "SOL-USDT-SWAP"
SVG = "{http://www.w3.org/2000/svg}"
ID = Reader("id", ZoneInfo("Asia/Jakarta"))
EN = Reader("en", ZoneInfo("UTC"))


@dataclass(frozen=True)
class Row:
    state: str
    ts: int
    price: float


def tape() -> list[Candle]:
    days = islice(SimulatedMarket(7, [PAIR]).days(PAIR), 2)
    return [event for day in days for event in slow_events(PAIR, day) if isinstance(event, Candle)]


BARS = tape()
LAST = BARS[300]
SCORES = dict.fromkeys(LAYER_NAMES, 0.5) | {"cvd": None, "oi": -0.8, "funding": 0.1}
TS = LAST.known_at


def document(**changes: Any) -> dict[str, Any]:
    price = LAST.close
    area = {"kind": "order_block", "timeframe": "15m", "low": f"{price * 0.995:.2f}", "high": f"{price * 0.999:.2f}"}
    base = {
        "number": 1423,
        "pair": PAIR,
        "side": "long",
        "timeframe": "15m",
        "ts": iso(TS),
        "orders": {
            "entry": [f"{price * 0.996:.2f}", f"{price * 0.999:.2f}"],
            "sl": f"{price * 0.985:.2f}",
            "tp": [f"{price * 1.012:.2f}", f"{price * 1.022:.2f}"],
        },
        "anchors": [
            {**area, "known_at": iso(TS - 5 * 3_600_000), "used_for": "entry"},
            {**area, "known_at": iso(TS - 5 * 3_600_000), "used_for": "sl"},
        ],
        "invalidation": {"timeframe": "15m", "close": "below", "price": f"{price * 0.988:.2f}"},
        "setup_15m": "BOS + retest OB",
        "regime": "TRENDING",
        "market_state": "out_of_balance_uptrend",
        "layers_score": {name: SCORES[name] for name in LAYER_NAMES},
        "layers_state": {name: "unavailable" if SCORES[name] is None else "live" for name in LAYER_NAMES},
    }
    return base | changes


def outcome(reason: str = "tp2", result: str = "win", *, filled: bool = True) -> dict[str, Any]:
    track = {
        "result": result,
        "exit_reason": reason,
        "fill_price": f"{LAST.close * 0.999:.2f}" if filled else None,
        "filled_at": iso(TS + 600_000) if filled else None,
        "closed_at": iso(TS + 4 * 3_600_000),
    }
    return {"followable": track, "followable_r": 1.52 if filled else None}


PROGRESS = [Row("filled", TS + 600_000, LAST.close * 0.999), Row("tp1", TS + 7_200_000, LAST.close * 1.012)]


def draw(**kwargs: Any) -> ET.Element:
    given: dict[str, Any] = {"document": document(), "progress": PROGRESS, "outcome": outcome(), "reader": ID} | kwargs
    bars = given.pop("bars", BARS[204:360])
    text = signal_svg(
        bars, given.pop("document"), given.pop("progress"), given.pop("outcome"), given.pop("reader"), **given
    )
    return ET.fromstring(text)


def texts(root: ET.Element) -> list[str]:
    return [node.text or "" for node in root.iter(f"{SVG}text")]


def by_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [node for node in root.iter() if name in node.get("class", "").split()]


def test_every_level_is_named_with_the_documents_price_in_the_readers_way() -> None:
    orders = document()["orders"]
    shown = texts(draw())
    for name, text in (("SL", orders["sl"]), ("TP1", orders["tp"][0]), ("TP2", orders["tp"][1])):
        assert f"{name} {text.replace('.', ',')}" in shown
        assert f"{name} {text}" in texts(draw(reader=EN))
    assert orders["entry"][0].replace(".", ",") in shown and orders["entry"][1].replace(".", ",") in shown
    assert "OB 15m" in shown and shown.count("OB 15m") == 1
    assert "LONG SOL/USDT 15m · #1423" in shown and "Win +1,52R" in shown


def test_a_higher_price_is_drawn_higher_and_later_is_further_right() -> None:
    root = draw()
    sl, tp = by_class(root, "sl")[0], by_class(root, "tp")
    assert float(tp[2].get("y1", "")) < float(tp[0].get("y1", "")) < float(sl.get("y1", ""))
    signal = float(by_class(root, "now")[0].get("x1", ""))
    fill = float(re.findall(r"M([\d.]+)", by_class(root, "fill")[0].get("d", ""))[0])
    tp1, exit_ = by_class(root, "good")
    assert signal < fill < float(tp1.get("cx", "")) < float(exit_.get("x", "")) + 5


def test_bodies_and_wicks_are_those_of_the_bars() -> None:
    root = draw(bars=BARS[280:320])
    up = [bar for bar in BARS[280:320] if bar.close >= bar.open]
    assert len(by_class(root, "up")) == len(up) and len(by_class(root, "down")) == 40 - len(up)
    assert len(by_class(root, "wick-up")) == len(up)


@pytest.mark.parametrize("width", [320, 360, 640, 900])
def test_it_fits_and_price_labels_do_not_overlap(width: int) -> None:
    root = draw(width=width, height=300)
    tags = [node for kind in ("sl", "tp", "entry") for node in by_class(root, f"tag-{kind}")]
    tops = sorted(float(node.get("y", "")) for node in tags)
    assert len(tags) == 5 and all(b - a >= 16 for a, b in pairwise(tops))
    for node in root.iter(f"{SVG}rect"):
        assert float(node.get("x", "0")) >= 0
        assert float(node.get("x", "0")) + float(node.get("width", "0")) <= width + 0.2
    assert sum(len(by_class(root, kind)) for kind in ("up", "down")) <= max(24, (width - 90) // 7)


def test_the_votes_of_the_layers_stand_under_the_candles_signed_to_the_side() -> None:
    def votes(side: str) -> list[int]:
        root = draw(document=document(side=side))
        shown = texts(root)
        assert all(name in shown for name in ("SMC", "CVD", "Struktur", "Fibo"))
        assert "BOS + retest OB · TRENDING" in shown and "Pasar: imbalance, tren naik" in shown
        return [len(by_class(root, f"vote-{way}")) for way in ("for", "neutral", "against")]

    assert votes("long") == [5, 1, 1]
    assert votes("short") == [1, 1, 5]


@pytest.mark.parametrize("side", ["long", "short"])
def test_the_close_that_ends_the_idea_is_marked(side: str) -> None:
    way = "below" if side == "long" else "above"
    said = {"timeframe": "15m", "close": way, "price": f"{LAST.close * 0.99:.2f}"}
    root = draw(document=document(side=side, invalidation=said))
    assert len(by_class(root, "inv")) == 1
    assert f"15m close {'<' if side == 'long' else '>'}" in texts(root)


def test_two_targets_at_one_price_are_one() -> None:
    plan = document()
    plan["orders"]["tp"][1] = plan["orders"]["tp"][0]
    shown = [text for text in texts(draw(document=plan)) if text.startswith("TP")]
    assert len(shown) == 1 and shown[0].startswith("TP ")


def test_what_is_simulated_says_so_to_eye_and_ear() -> None:
    assert "SIMULASI" in texts(draw(simulated=True)) and "SIMULASI" not in texts(draw())
    spoken = draw(simulated=True).find(f"{SVG}desc")
    assert spoken is not None and (spoken.text or "").startswith("SIMULASI.")


def test_title_and_description_carry_the_plan() -> None:
    root = draw(reader=EN)
    assert root.get("role") == "img" and root.get("aria-labelledby") == "t d"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and title.text == "LONG SOL/USDT 15m · #1423"
    assert desc is not None and document()["orders"]["sl"] in (desc.text or "") and (desc.text or "").endswith("Win.")


def test_foreign_text_stays_text() -> None:
    evil = document(pair="<script>alert(1)</script>-USDT-SWAP")
    evil["anchors"][0]["kind"] = '"><image href=x>'
    root = draw(document=evil)
    assert not list(root.iter(f"{SVG}script")) and not list(root.iter(f"{SVG}image"))


def test_without_bars_or_progress_the_levels_stand_alone() -> None:
    root = draw(bars=[], progress=[], outcome=None)
    assert len(by_class(root, "tag-tp")) == 2 and not by_class(root, "up")
    assert "NaN" not in ET.tostring(root, encoding="unicode")


def test_where_a_position_ended() -> None:
    def exit_price(reason: str, result: str) -> tuple[float, bool]:
        moment = scene(document(), PROGRESS, outcome(reason, result), BARS[204:360]).moments[-1]
        assert moment.kind == "exit" and moment.ts == TS + 4 * 3_600_000
        return moment.price, moment.good

    orders = document()["orders"]
    assert exit_price("tp2", "win") == (float(orders["tp"][1]), True)
    assert exit_price("sl", "lose") == (float(orders["sl"]), False)
    assert exit_price("breakeven", "win") == (float(f"{LAST.close * 0.999:.2f}"), True)
    assert exit_price("timeout", "lose")[0] == next(bar.close for bar in BARS if bar.known_at == TS + 4 * 3_600_000)


def test_a_signal_never_filled_has_neither_fill_nor_exit() -> None:
    drawn = scene(document(), [], outcome("expired", "expire", filled=False), BARS[204:360])
    assert drawn.moments == () and drawn.ends == TS + 4 * 3_600_000
    late = scene(document(), [], outcome("sl", "lose"), BARS[204:360])
    assert [moment.kind for moment in late.moments] == ["fill", "exit"]


def test_the_window_holds_the_past_the_life_and_an_hour_more() -> None:
    assert window(document(), None, TS + 1000) == (TS - 8 * 3_600_000, TS + 1000)
    assert window(document(), outcome(), TS + 10**9)[1] == TS + 5 * 3_600_000
    assert window(document(timeframe="1h"), None, TS)[0] == TS - 24 * 3_600_000


async def test_recent_bars_keep_the_newest_and_answer_by_time() -> None:
    recent = RecentBars(keep=100)
    for bar in BARS:
        recent.take(bar)
        recent.take(bar)
    recent.take(Book(PAIR, BARS[-1].known_at, 1.0, 2.0, 1.0, 1.0))
    recent.take(BARS[3])
    assert await recent.bars(PAIR, BARS[-10].ts, BARS[-5].ts) == BARS[-10:-4]
    kept = await recent.bars(PAIR, 0, BARS[-1].ts)
    assert 100 <= len(kept) <= 200 and list(kept) == BARS[-len(kept) :]
    assert await recent.bars("NONE", 0, 10**15) == []


def test_wider_bars_keep_the_extremes() -> None:
    for most in (24, 60, 200):
        fewer = wider(BARS, most)
        assert len(fewer) <= most + 1
        assert max(bar.high for bar in fewer) == max(bar.high for bar in BARS)
        assert fewer[0].open == BARS[0].open and fewer[-1].close == BARS[-1].close
        assert sum(bar.volume for bar in fewer) == pytest.approx(sum(bar.volume for bar in BARS))


def test_ticks_are_round_and_few() -> None:
    assert time_ticks(TS, TS + 8 * 3_600_000, 5, ZoneInfo("Asia/Kolkata"))[0][1].endswith(":00")
    assert len(time_ticks(TS, TS + 40 * 86_400_000, 6, ZoneInfo("UTC"))) <= 11
    assert price_ticks(0.00001234, 0.00001312, 4) == pytest.approx([0.0000124, 0.0000126, 0.0000128, 0.000013])
    places = spread_out([0.0, 1.0, 2.0, 99.0], 10.0, 0.0, 100.0)
    assert places == [0.0, 10.0, 20.0, 99.0]
    frame = Frame(0, 0, 100, 100, 0, 10, 1.0, 2.0)
    assert (frame.x(-5), frame.x(99), frame.y(9.0), frame.y(0.0)) == (0, 100, 0, 100)
    assert ms_of("2026-01-05T07:00:00+07:00") == 1_767_571_200_000
