"""Pictures of what was learned: evidence over time, and what was said against what happened."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from bot.replay.pictures import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, day_text, mark, svg

LEAST_E = 0.01  # what is lower is drawn there
TALL = 380
ROOM = 0.02  # of probability beyond the outermost bin


def evidence_picture(path: Sequence[tuple[int, float]], needed: float, zone: tzinfo) -> str:
    """E after each night (ms, E) on a log scale, with the lines at 1 and at what is `needed`."""
    if not path:
        return '<p class="none">No evidence was gathered: no policy took effect in this run.</p>'
    values = [math.log10(max(LEAST_E, e)) for _, e in path]
    low, high = min([*values, -0.5]), max([*values, math.log10(needed)]) + 0.15
    first, last = path[0][0], path[-1][0]

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low)

    def x(at: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (at - first) / max(last - first, 1)

    tens = [value for value in (-2, -1, 2, 3, 4, 5, 6) if low <= value <= high]
    lines = "".join(mark(y(value), f"{10.0**value:,g}") for value in tens)
    lines += mark(y(0.0), "1") + mark(y(math.log10(needed)), f"{needed:g}", strong=True)
    points = " ".join(f"{x(at):.1f},{y(value):.1f}" for (at, _), value in zip(path, values))
    drawn = f'<polyline class="follow" points="{points}"/>'
    dates = (
        f'<text x="{LEFT}" y="{HEIGHT - 8}">{day_text(first, zone)}</text>'
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{day_text(last, zone)}</text>'
    )
    title = f"Evidence E after each night, at the end {path[-1][1]:.2f}; proven is {needed:g}"
    return svg(HEIGHT, title, lines + drawn + dates)


def reliability_picture(bins: Sequence[Mapping[str, Any]]) -> str:
    """Bins of forecasts: what was said (across) against what happened (up), with 90 % intervals and the diagonal."""
    if not bins:
        return '<p class="none">Too few forecasts ended for a picture.</p>'
    ends = [one[name] for one in bins for name in ("said", "happened", "low", "high")]
    low, high = max(0.0, float(min(ends)) - ROOM), min(1.0, float(max(ends)) + ROOM)

    def x(p: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (p - low) / (high - low)

    def y(p: float) -> float:
        return TALL - BOTTOM - (TALL - TOP - BOTTOM) * (p - low) / (high - low)

    grid = "".join(mark(y(p), f"{100 * p:.0f} %") for p in _round_shares(low, high))
    grid += "".join(
        f'<text x="{x(p):.1f}" y="{TALL - 8}" text-anchor="middle">{100 * p:.0f} %</text>'
        for p in _round_shares(low, high)
    )
    diagonal = f'<line class="diagonal" x1="{x(low)}" y1="{y(low)}" x2="{x(high)}" y2="{y(high)}"/>'
    drawn = "".join(
        f'<line class="reach" x1="{x(one["said"]):.1f}" x2="{x(one["said"]):.1f}" y1="{y(one["low"]):.1f}" '
        f'y2="{y(one["high"]):.1f}"/><circle cx="{x(one["said"]):.1f}" cy="{y(one["happened"]):.1f}" r="5"/>'
        for one in bins
    )
    title = "; ".join(f"said {one['said']:.1%}, happened {one['happened']:.1%}" for one in bins)
    return svg(TALL, title, grid + diagonal + drawn)


def _round_shares(low: float, high: float) -> list[float]:
    """Four to nine round shares within the bounds.

    >>> _round_shares(0.34, 0.52), _round_shares(0.0, 1.0)
    ([0.35, 0.4, 0.45, 0.5], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    """
    step = next((s for s in (0.01, 0.02, 0.05, 0.1) if (high - low) / s <= 8), 0.2)
    return [round(k * step, 2) for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
