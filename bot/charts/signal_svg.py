"""The chart of one signal as SVG text, light and dark: candles, zone, stop, targets, anchors, events, votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from bot.charts.bars import wider
from bot.charts.canvas import water
from bot.charts.evidence import evidence, evidence_height
from bot.charts.frame import Frame, element, price_ticks, spread_out, time_ticks
from bot.charts.look import STYLE
from bot.charts.outcome import marks
from bot.charts.scene import Area, Moment, Scene, Step, scene
from bot.messages.reader import Reader, ticker
from bot.messages.states import result
from engine.market.events import TIMEFRAMES, Candle

_LABEL = 17.0  # height of a price label
_TEXT = 7.4  # width of a character at 11 px, bold


def signal_svg(
    bars: Sequence[Candle],
    document: Mapping[str, Any],
    progress: Sequence[Step],
    outcome: Mapping[str, Any] | None,
    reader: Reader,
    *,
    simulated: bool = False,
    width: int = 640,
    height: int = 400,
) -> str:
    """A whole SVG document, `width` x `height` px at scale 1, readable down to 320 px; it follows the light/dark wish.

    `bars` may be empty: then the levels stand alone. `progress` rows have state filled or tp1.
    """
    shown = wider(bars, max(24, (width - 90) // 7))
    drawn = scene(document, progress, outcome, bars)
    bottom = height - evidence_height(width)
    frame = _frame(drawn, bars, reader, width, bottom)
    title = reader.plain(
        "chart-title",
        side=document["side"],
        ticker=ticker(drawn.pair),
        timeframe=drawn.timeframe,
        number=str(drawn.number),
    )
    parts = [
        element("title", title, id="t"),
        element("desc", _told(document, drawn, reader, simulated), id="d"),
        f"<style>{STYLE}</style>",
        element("rect", class_="bg", width=width, height=height, rx=8),
        *_grid(frame, reader),
        *water(
            simulated, reader, (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2, frame.right - frame.left
        ),
        *_areas(drawn, frame),
        *_levels(drawn, frame),
        *_candles(shown, frame),
        *_invalidation(drawn, frame),
        *_names(drawn, frame),
        *_moments(drawn, frame),
        *marks(drawn.extremes, frame, reader, (frame.x(drawn.ts) - 4, _invalidation_y(drawn, frame))),
        *_tags(drawn, frame, reader, width),
        *_head(drawn, title, reader, width),
        *evidence(document, reader, width, bottom),
    ]
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d">{"".join(parts)}</svg>'


def _frame(drawn: Scene, bars: Sequence[Candle], reader: Reader, width: int, bottom: float) -> Frame:
    prices = [level.price for level in drawn.levels]
    prices += [bar.high for bar in bars] + [bar.low for bar in bars]
    low, high = min(prices), max(prices)
    air = (high - low) * 0.05 or abs(high) * 0.01
    longest = max(len(_tag(level.name, level.text, reader)) for level in drawn.levels)
    last = [bars[-1].ts + TIMEFRAMES[bars[-1].timeframe]] if bars else []
    start = bars[0].ts if bars else drawn.ts - 3_600_000
    end = max([drawn.ts, *last, *(moment.ts for moment in drawn.moments)])
    end = max(end + (end - start) // 40, drawn.ts + (drawn.ts - start) // 3)
    gutter = longest * _TEXT + 16
    return Frame(8.0, 34.0, width - gutter, bottom - 22.0, start, end, low - air, high + air)


def _grid(frame: Frame, reader: Reader) -> list[str]:
    parts = []
    for ts, label in time_ticks(frame.start, frame.end, max(2, int((frame.right - frame.left) // 64)), reader.zone):
        x = frame.x(ts)
        parts.append(element("line", class_="grid", x1=x, x2=x, y1=frame.top, y2=frame.bottom))
        if frame.left + 16 < x < frame.right - 16:
            parts.append(element("text", label, class_="soft", x=x, y=frame.bottom + 14, text_anchor="middle"))
    for price in price_ticks(frame.low, frame.high, 5):
        y = frame.y(price)
        parts.append(element("line", class_="grid", x1=frame.left, x2=frame.right, y1=y, y2=y))
    return parts


def _areas(drawn: Scene, frame: Frame) -> list[str]:
    parts = []
    for area in _visible(drawn, frame):
        x, top, bottom = frame.x(area.since), frame.y(area.high), frame.y(area.low)
        size = {"width": max(2.0, frame.right - x), "height": max(1.0, bottom - top)}
        parts.append(element("rect", class_="area", x=x, y=top, **size))
    return parts


def _invalidation(drawn: Scene, frame: Frame) -> list[str]:
    """The close that ends the idea, named at its left end."""
    y, start = frame.y(drawn.invalidation.price), frame.x(drawn.ts)
    name_y = _invalidation_y(drawn, frame)
    return [
        element("line", class_="inv", x1=start, x2=frame.right, y1=y, y2=y),
        element("text", drawn.invalidation.name, class_="inv-name halo", x=start - 4, y=name_y, text_anchor="end"),
    ]


def _invalidation_y(drawn: Scene, frame: Frame) -> float:
    return frame.y(drawn.invalidation.price) + (10 if drawn.long else -4)


def _names(drawn: Scene, frame: Frame) -> list[str]:
    """What the areas are called, above the candles; a name that would lie on another one is left out."""
    parts, places = [], [(frame.x(drawn.ts) - 64, _invalidation_y(drawn, frame))]
    for area in _visible(drawn, frame):
        x = min(frame.x(area.since) + 4, frame.right - len(area.name) * _TEXT)
        y = max(frame.top + 10, frame.y(area.high) - 3)
        if all(abs(y - other_y) > 11 or abs(x - other_x) > 80 for other_x, other_y in places):
            places.append((x, y))
            parts.append(element("text", area.name, class_="area-name halo", x=x, y=y))
    return parts


def _visible(drawn: Scene, frame: Frame) -> list[Area]:
    seen = [area for area in drawn.areas if area.high >= frame.low and area.low <= frame.high]
    return sorted(seen, key=lambda area: -area.high)


def _levels(drawn: Scene, frame: Frame) -> list[str]:
    start, end = frame.x(drawn.ts), frame.x(drawn.ends if drawn.ends is not None else frame.end)
    width = max(6.0, end - start)
    top, bottom = frame.y(drawn.zone[1]), frame.y(drawn.zone[0])
    parts = [
        element("rect", class_="zone", x=start, y=top, width=width, height=max(1.5, bottom - top)),
        element("line", class_="now", x1=start, x2=start, y1=frame.top, y2=frame.bottom),
    ]
    for level in drawn.levels:
        y = frame.y(level.price)
        dash = "6 3" if level.kind == "tp" else "none"
        parts.append(element("line", class_=level.kind, x1=start, x2=start + width, y1=y, y2=y, stroke_dasharray=dash))
        faint = {"class_": level.kind, "stroke_opacity": "0.35", "stroke_dasharray": "1 4"}
        parts.append(element("line", x1=start + width, x2=frame.right, y1=y, y2=y, **faint))
    return parts


def _candles(bars: Sequence[Candle], frame: Frame) -> list[str]:
    if not bars:
        return []
    steps = [after.ts - before.ts for before, after in pairwise(bars)]
    step = min(steps) if steps else TIMEFRAMES[bars[0].timeframe]
    width = max(1.0, (frame.x(bars[0].ts + step) - frame.x(bars[0].ts)) * 0.64)
    parts = []
    for bar in bars:
        way = "up" if bar.close >= bar.open else "down"
        x = frame.x(bar.ts + step // 2)
        top, bottom = frame.y(max(bar.open, bar.close)), frame.y(min(bar.open, bar.close))
        parts.append(element("line", class_=f"wick-{way}", x1=x, x2=x, y1=frame.y(bar.high), y2=frame.y(bar.low)))
        parts.append(element("rect", class_=way, x=x - width / 2, y=top, width=width, height=max(1.0, bottom - top)))
    return parts


def _moments(drawn: Scene, frame: Frame) -> list[str]:
    """Fill: a triangle towards the side; TP1: a dot; exit: a square, by its result."""
    parts = []
    for moment in drawn.moments:
        x, y = frame.x(moment.ts), frame.y(moment.price)
        parts.append(_sign(moment, x, y, drawn.long))
    return parts


def _sign(moment: Moment, x: float, y: float, long: bool) -> str:
    if moment.kind == "fill":
        tip, foot = (y + 1, y + 11) if long else (y - 1, y - 11)
        return element("path", class_="fill", d=f"M{x:.1f} {tip:.1f}L{x - 6:.1f} {foot:.1f}H{x + 6:.1f}Z")
    if moment.kind == "tp1":
        return element("circle", class_="good", cx=x, cy=y, r=4.5)
    return element("rect", class_="good" if moment.good else "bad", x=x - 5, y=y - 5, width=10, height=10, rx=2)


def _tags(drawn: Scene, frame: Frame, reader: Reader, width: int) -> list[str]:
    """The prices of the levels in the right margin, moved apart where they are close."""
    levels = sorted(drawn.levels, key=lambda level: -level.price)
    places = spread_out([frame.y(level.price) for level in levels], _LABEL, frame.top, frame.bottom)
    parts = []
    for level, y in zip(levels, places):
        parts.append(
            element(
                "rect",
                class_=f"tag-{level.kind}",
                x=frame.right + 4,
                y=y - _LABEL / 2 + 0.5,
                width=width - frame.right - 8,
                height=_LABEL - 1,
                rx=3,
            )
        )
        text = _tag(level.name, level.text, reader)
        parts.append(element("text", text, class_="tag", x=frame.right + 9, y=y + 4))
    return parts


def _tag(name: str, text: str, reader: Reader) -> str:
    return f"{name} {reader.number(text)}".strip()


def _head(drawn: Scene, title: str, reader: Reader, width: int) -> list[str]:
    parts = [element("text", title, class_="head", x=12, y=22)]
    if drawn.result is not None:
        words = result(drawn.result, drawn.followable_r, reader, drawn.reason)
        good = drawn.result == "win"
        colour = "var(--tp)" if good else "var(--sl)" if drawn.result == "lose" else "var(--soft)"
        parts.append(
            element("text", words, class_="head", x=width - 12, y=22, text_anchor="end", style=f"fill:{colour}")
        )
    return parts


def _told(document: Mapping[str, Any], drawn: Scene, reader: Reader, simulated: bool) -> str:
    """The same in a sentence, for those who do not see the picture."""
    orders = document["orders"]
    told = reader.plain(
        "chart-desc",
        at=reader.moment(drawn.ts),
        low=reader.number(orders["entry"][0]),
        high=reader.number(orders["entry"][1]),
        sl=reader.number(orders["sl"]),
        tp1=reader.number(orders["tp"][0]),
        tp2=reader.number(orders["tp"][1]),
    )
    if drawn.result is not None:
        told += f" {result(drawn.result, None, reader, drawn.reason)}."
    return f"{reader.plain('chart-simulated')}. {told}" if simulated else told
