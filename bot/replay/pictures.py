"""The pictures of the report as inline SVG; colours come from the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from html import escape
from itertools import accumulate

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 92, 12, 14, 30
LOW = 150
WEEK, MONDAY = 7 * 86_400_000, 3 * 86_400_000  # 1970 began on a Thursday
POINTS = 400
Line = Sequence[tuple[int, float]]


def equity_picture(followable: Line, theoretical: Line, zone: tzinfo) -> str:
    """Running sums of R over closing time, both tracks: each line is (closed at ms, R) in closing order."""
    if not followable and not theoretical:
        return '<p class="none">No signal was filled and closed in this run.</p>'
    curves = [_running(line) for line in (theoretical, followable)]
    times = [at for curve in curves for at, _ in curve]
    sums = [total for curve in curves for _, total in curve] + [0.0]
    first, last, low, high = min(times), max(times), min(sums), max(sums)

    def x(at: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (at - first) / max(last - first, 1)

    def y(total: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (total - low) / max(high - low, 1e-9)

    grid = "".join(_level(value, y(value)) for value in _levels(low, high))
    drawn = ""
    for name, curve in zip(("theory", "follow"), curves):
        points = " ".join(f"{x(at):.1f},{y(total):.1f}" for at, total in _thinned(curve))
        drawn += f'<polyline class="{name}" points="{points}"/>' if curve else ""
    dates = (
        f'<text x="{LEFT}" y="{HEIGHT - 8}">{day_text(first, zone)}</text>'
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{day_text(last, zone)}</text>'
    )
    title = f"Running R: followable {_last(curves[1]):+z.2f} R, theoretical {_last(curves[0]):+z.2f} R"
    return svg(HEIGHT, title, grid + drawn + dates)


def weeks_picture(times: Sequence[int], spans: Sequence[tuple[int, int]]) -> str:
    """How many of `times` (ms) fell into each week (from Monday, UTC) that `spans` (first, last ms) touch."""
    if not spans:
        return ""
    weeks = range(_week(min(first for first, _ in spans)), _week(max(last for _, last in spans) - 1) + 1)
    counts = Counter(_week(at) for at in times)
    most = max(counts.values(), default=0)
    width, floor = (WIDTH - LEFT - RIGHT) / len(weeks), LOW - BOTTOM
    parts = [mark(floor, "0", strong=True)]
    if most:
        parts.append(mark(TOP, f"{most:,}"))
    for place, week in enumerate(weeks):
        tall = (floor - TOP) * counts[week] / most if most else 0.0
        left, wide = LEFT + place * width, max(width - min(2.0, width / 4), 0.5)
        parts.append(
            f'<rect class="accent" x="{left:.1f}" y="{floor - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}"/>'
        )
    ends = zip((LEFT, WIDTH - RIGHT), ("start", "end"), (weeks[0], weeks[-1]))
    dates = "".join(
        f'<text x="{x}" y="{LOW - 8}" text-anchor="{anchor}">{day_text(week * WEEK - MONDAY, UTC)}</text>'
        for x, anchor, week in ends
    )
    return svg(LOW, f"Signals a week, at most {most:,}, over {len(weeks)} weeks", "".join(parts) + dates)


def _week(ms: int) -> int:
    """Weeks since Monday, 29 December 1969."""
    return (ms + MONDAY) // WEEK


def svg(height: int, title: str, body: str) -> str:
    """A picture as wide as the page."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{body}</svg>"
    )


def _running(line: Line) -> list[tuple[int, float]]:
    totals = accumulate(r for _, r in line)
    points = [(at, total) for (at, _), total in zip(line, totals)]
    return [(points[0][0], 0.0), *points] if points else []


def _last(curve: Line) -> float:
    return curve[-1][1] if curve else 0.0


def _thinned(curve: Line) -> list[tuple[int, float]]:
    """At most a few hundred points; the lowest and highest of each stretch stay, so no drawdown is smoothed away."""
    step = -(-len(curve) // POINTS)
    if step <= 2:
        return list(curve)
    kept: set[int] = {0, len(curve) - 1}
    for start in range(0, len(curve), step):
        stretch = range(start, min(start + step, len(curve)))
        kept.add(min(stretch, key=lambda row: curve[row][1]))
        kept.add(max(stretch, key=lambda row: curve[row][1]))
    return [curve[row] for row in sorted(kept)]


def _levels(low: float, high: float) -> list[float]:
    """Zero and the two ends, where they are far enough apart to be read."""
    span = max(high - low, 1e-9)
    return [0.0, *(value for value in (low, high) if abs(value) > 0.08 * span)]


def _level(value: float, y: float) -> str:
    return mark(y, f"{value:+z.1f} R" if value else "0 R", strong=value == 0)


def mark(y: float, words: str, *, strong: bool = False) -> str:
    """A line across, with its words at the left."""
    return (
        f'<line class="{"zero" if strong else "grid"}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{words}</text>'
    )


def day_text(ms: int, zone: tzinfo) -> str:
    """The day of an instant where the reader is."""
    return datetime.fromtimestamp(ms // 1000, tz=zone).strftime("%Y-%m-%d")
