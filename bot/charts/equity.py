"""The sum of all closed trades in R, with what was given back from the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from bot.charts.canvas import empty, sheet, steps, water
from bot.charts.frame import Frame, element
from bot.messages.reader import Reader
from storage.curve import Leg


def equity_svg(
    legs: Sequence[Leg],
    reader: Reader,
    width: int = 640,
    height: int = 400,
    *,
    simulated: bool = False,
) -> str:
    """`legs`: every fill in closing order, losses too; net, followable track, with the theoretical one as a thin line.

    A leg of many fills stands as its end, with how high and how low the sum was meanwhile behind it. In words the
    deepest fall is told first.
    """
    title = reader.plain("equity-title", count=sum(leg.count for leg in legs))
    if not legs:
        return empty(title, reader.plain("equity-none"), width, height)
    told = equity_told(legs, reader)
    curve = _curve(legs)
    frame = _frame(curve, reader, width, height)
    middle = ((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2)
    last = curve[-1]
    parts = [
        *_grid(frame, reader),
        *water(simulated, reader, *middle, frame.right - frame.left),
        *_under(curve, frame),
        *_ranges(curve, frame),
        element("polyline", class_="theory", points=_path([(at.place, at.theory) for at in curve], frame)),
        element("polyline", class_="curve", points=_path([(at.place, at.r) for at in curve], frame)),
        element("circle", class_="fill", cx=frame.x(last.place), cy=frame.y(last.r), r=4.5),
        *_foot(legs, last.theory, frame, reader),
        element("text", told, class_="ink", x=12, y=40),
    ]
    return sheet(title, f"{told}. {reader.plain('equity-theory', r=reader.r(last.theory))}", parts, width, height)


def equity_told(legs: Sequence[Leg], reader: Reader) -> str:
    """The curve in words."""
    whole = reduce(Leg.then, legs)
    drawdown = f"{reader.number(round(whole.fall, 2), 2)}R"
    return reader.plain("equity-sum", r=reader.r(whole.r), drawdown=drawdown)


@dataclass(frozen=True, slots=True)
class _At:
    """The running sum after `place` fills, its highest and lowest since the place before, and the best until here.

    `theory` is the running sum of the theoretical track.
    """

    place: int
    r: float
    high: float
    low: float
    best: float
    theory: float


def _curve(legs: Sequence[Leg]) -> list[_At]:
    found = [_At(0, 0.0, 0.0, 0.0, 0.0, 0.0)]
    for leg in legs:
        before = found[-1]
        high = before.r + leg.high
        at = (before.place + leg.count, before.r + leg.r, high, before.r + leg.low, max(before.best, high))
        found.append(_At(*at, before.theory + leg.theory))
    return found


def _frame(curve: Sequence[_At], reader: Reader, width: int, height: int) -> Frame:
    low, high = min(min(at.low, at.theory) for at in curve), max(max(at.high, at.theory) for at in curve)
    air = max(high - low, 1.0) * 0.08
    gutter = 12 + 7 * max(len(_axis(value, reader)) for value in (low, high))
    return Frame(12.0, 52.0, width - gutter, height - 30.0, 0, curve[-1].place, low - air, high + air)


def _axis(value: float, reader: Reader) -> str:
    return f"{reader.signed(value, 1)}R" if abs(value) > 1e-9 else "0R"


def _grid(frame: Frame, reader: Reader) -> list[str]:
    parts = []
    for value in steps(frame.low, frame.high, 6):
        y = frame.y(value)
        kind = "zero" if abs(value) < 1e-9 else "grid"
        parts.append(element("line", class_=kind, x1=frame.left, x2=frame.right, y1=y, y2=y))
        parts.append(element("text", _axis(value, reader), class_="axis", x=frame.right + 6, y=y + 4))
    return parts


def _under(curve: Sequence[_At], frame: Frame) -> list[str]:
    """The area between the best so far and the curve."""
    best, back = [(at.place, at.best) for at in curve], [(at.place, at.r) for at in reversed(curve)]
    return [element("polygon", class_="under", points=_path([*best, *back], frame))]


def _ranges(curve: Sequence[_At], frame: Frame) -> list[str]:
    """Between the highest and the lowest of each leg; nothing where every leg is one fill."""
    if all(at.place == place for place, at in enumerate(curve)):
        return []
    high, low = [(at.place, at.high) for at in curve], [(at.place, at.low) for at in reversed(curve)]
    return [element("polygon", class_="range", points=_path([*high, *low], frame))]


def _path(points: Sequence[tuple[int, float]], frame: Frame) -> str:
    return " ".join(f"{frame.x(i):.1f},{frame.y(value):.1f}" for i, value in points)


def _foot(legs: Sequence[Leg], theory: float, frame: Frame, reader: Reader) -> list[str]:
    """First and last day, and between them what the thin line came to."""
    y, told = frame.bottom + 18, reader.plain("equity-theory", r=reader.r(theory))
    return [
        element("text", told, class_="axis", x=(frame.left + frame.right) / 2, y=y, text_anchor="middle"),
        element("text", reader.day(legs[0].at), class_="axis", x=frame.left, y=y),
        element("text", reader.day(legs[-1].at), class_="axis", x=frame.right, y=y, text_anchor="end"),
    ]
