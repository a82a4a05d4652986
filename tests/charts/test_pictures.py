"""Pictures for chats: drawn with text that can be read, in two rooms, and true to the numbers."""

from __future__ import annotations

import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from zoneinfo import ZoneInfo

import pytest

from bot.charts.calibration import bins, calibration_svg
from bot.charts.equity import equity_svg
from bot.charts.outcome import extremes
from bot.charts.raster import png
from bot.charts.signal_svg import signal_svg
from bot.i18n import LOCALES
from bot.messages.reader import Reader
from storage.curve import trade
from tests.charts.test_signal_svg import BARS, EN, ID, LAST, TS, Row, by_class, document, outcome, texts

WON = [trade(TS + i * 3_600_000, r) for i, r in enumerate((1.5, -1.0, -1.0, 2.0))]
PROMISED = [(0.4 + (i % 30) / 100, i % 2 == 0) for i in range(60)]


def points(data: bytes) -> tuple[int, int, set[bytes]]:
    """Width, height and the first pixels of the scan lines of a PNG of ours (8 bit RGBA)."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    body, at = b"", 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        body += data[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    raw = zlib.decompress(body)
    return width, height, {raw[i : i + 4] for i in range(0, len(raw), 4)}


def excursion() -> dict[str, object]:
    """An outcome whose MFE and MAE are those of the bars."""
    ended = outcome()
    life = [bar for bar in BARS if TS + 600_000 <= bar.ts < TS + 4 * 3_600_000]
    fill, best, worst = LAST.close, max(bar.high for bar in life), min(bar.low for bar in life)
    track = ended["followable"]
    moved = {"mfe": f"{best - fill:.2f}", "mae": f"{worst - fill:.2f}", "mfe_r": 1.31, "mae_r": -0.42}
    times = {"filled_at": track["filled_at"], "closed_at": track["closed_at"], "fill_price": f"{fill:.2f}"}
    return {**ended, **moved, **times}


def test_the_best_and_the_worst_of_a_trade_are_marked_where_they_were() -> None:
    ended = excursion()
    best, worst = extremes(document(), ended, BARS)
    at = next(bar for bar in BARS if bar.ts < best.ts <= bar.known_at)
    assert best.best and best.price == pytest.approx(at.high, abs=0.01)
    low = next(bar for bar in BARS if bar.ts < worst.ts <= bar.known_at)
    assert not worst.best and worst.price == pytest.approx(low.low, abs=0.01)
    drawn = ET.fromstring(signal_svg(BARS[250:350], document(), [Row("filled", TS + 600_000, 1.0)], ended, ID))
    assert "MFE +1,31R" in texts(drawn) and "MAE −0,42R" in texts(drawn)
    assert extremes(document(), None, BARS) == () and extremes(document(), ended, []) == ()


@pytest.mark.parametrize("side", ["long", "short"])
def test_no_name_of_an_extreme_lies_on_that_of_the_invalidation(side: str) -> None:
    """Where the worst price comes soon after the signal, near the close that would have ended its idea."""
    ended, signal = excursion(), document(side=side)
    soon = next(bar for bar in BARS if bar.ts >= TS + 600_000)
    ended["mae"] = f"{soon.low - LAST.close if side == 'long' else LAST.close - soon.high:.2f}"
    worst = next(one for one in extremes(signal, ended, BARS) if not one.best)
    for share in range(-8, 40):
        price = worst.price + share * (LAST.close - worst.price) / 32
        signal["invalidation"] = {**signal["invalidation"], "price": f"{price:.2f}"}
        drawn = ET.fromstring(signal_svg(BARS[250:350], signal, [], ended, ID, width=360, height=360))
        (close,) = by_class(drawn, "inv-name")
        for name in (*by_class(drawn, "best-name"), *by_class(drawn, "worst-name")):
            beside = float(name.get("x", "")) - 48 >= float(close.get("x", ""))
            assert beside or abs(float(name.get("y", "")) - float(close.get("y", ""))) >= 11, share


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("dark", [False, True])
def test_every_chart_becomes_a_picture_in_either_room(locale: str, dark: bool) -> None:
    reader = Reader(locale, ZoneInfo("Asia/Jakarta"))
    charts = [
        signal_svg(BARS[250:350], document(), [], excursion(), reader, width=420, height=420),
        equity_svg(WON, reader, 420, 420, simulated=True),
        calibration_svg(PROMISED, reader, 420, 420),
    ]
    for svg in charts:
        assert "NaN" not in svg
        width, height, colours = points(png(svg, dark, 2.0))
        assert (width, height) == (840, 840) and len(colours) > 50


def test_words_are_drawn_with_the_font_that_comes_along() -> None:
    """Without a font nothing but the ground would be left."""
    sheet = equity_svg([], EN, 300, 120)
    assert len(points(png(sheet))[2]) > 20
    assert len(png(sheet)) != len(png(equity_svg([], ID, 300, 120)))


def test_the_curve_sums_every_trade_and_says_the_deepest_drawdown() -> None:
    drawn = ET.fromstring(equity_svg(WON, EN, 420, 420))
    assert "Deepest drawdown 2.00R · sum +1.50R" in texts(drawn) and "Equity in R · 4 trades" in texts(drawn)
    assert "No trade has closed yet." in texts(ET.fromstring(equity_svg([], EN)))


def test_a_bin_says_how_many_trades_speak_for_it() -> None:
    found = bins(PROMISED)
    assert sum(one.count for one in found) == 60 and all(one.low <= one.came <= one.high for one in found)
    shown = texts(ET.fromstring(calibration_svg(PROMISED, EN, 420, 420)))
    assert [int(text) for text in shown if text.isdigit()] == [one.count for one in found]
    few = texts(ET.fromstring(calibration_svg(PROMISED[:4], EN)))
    assert "Too few trades: at least 5 with a win chance." in few


def test_the_drawing_library_is_not_loaded_before_a_picture_is_wanted() -> None:
    code = "import sys, bot.app, bot.charts.pictures; print('resvg_py' in sys.modules, 'font_roboto' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sign_of_a_chart_is_in_the_font_of_the_pictures(locale: str) -> None:
    reader = Reader(locale, ZoneInfo("UTC"))
    drawn = [equity_svg(WON, reader), calibration_svg(PROMISED, reader), signal_svg(BARS, document(), [], None, reader)]
    signs = {sign for svg in drawn for text in texts(ET.fromstring(svg)) for sign in text if sign > "~"}

    def shape(sign: str) -> bytes:
        return png(f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text y="30">{sign}</text></svg>')

    missing = shape("\ue000")
    assert signs and [sign for sign in sorted(signs) if shape(sign) == missing] == []
