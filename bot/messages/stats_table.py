"""The figures of a store as a table for a terminal: words on the left, numbers under each other on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.messages.markup import plain
from bot.messages.reader import Reader
from storage.stats import Group, Stats

FEW = 30  # fewer fills prove nothing
UNKNOWN = "–"
Row = Sequence[str]


def stats_table(figures: Stats, days: int | None, reader: Reader) -> str:
    """The figures of all signals, or of the last `days`; what cannot be told is a dash."""
    title = plain(reader.html("stats-title", days="all" if days is None else days))
    if figures.signals == 0:
        return f"{title}\n{reader.plain('stats-none')}"
    whole = aligned([*_counts(figures, reader), *_returns(figures, reader)])
    notes = [reader.plain("stats-net"), *warnings(figures, reader)]
    return "\n".join([title, "", *whole, "", *_groups(figures, reader), "", *notes])


def aligned(rows: Sequence[Row]) -> list[str]:
    """Lines of a table: the first column to the left, the others to the right.

    >>> aligned([("won", "7"), ("not counted", "12")])
    ['won           7', 'not counted  12']
    """
    widths = [max(map(len, column)) for column in zip(*rows)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))])
        for row in rows
    ]


def _counts(f: Stats, reader: Reader) -> list[Row]:
    """All signals, and indented what became of them."""
    return [
        (reader.plain("stats-label-signals"), str(f.signals)),
        (f"  {reader.plain('stats-label-open')}", str(f.open)),
        (f"  {reader.plain('stats-label-filled')}", str(f.filled)),
        (f"    {reader.plain('stats-label-win')}", str(f.win)),
        (f"    {reader.plain('stats-label-lose')}", str(f.lose)),
        (f"  {reader.plain('stats-label-expire')}", str(f.expire)),
        (f"  {reader.plain('stats-label-no-fill')}", str(f.no_fill)),
        (f"  {reader.plain('stats-label-void')}", str(f.void)),
    ]


def _returns(f: Stats, reader: Reader) -> list[Row]:
    low, high = f.expectancy_r_low, f.expectancy_r_high
    known = low is not None and high is not None
    interval = reader.plain("stats-range", low=_r(low, reader), high=_r(high, reader)) if known else UNKNOWN
    drawdown = UNKNOWN if f.max_drawdown_r is None else f"{reader.number(f.max_drawdown_r, 2)}R"
    return [
        (reader.plain("stats-label-win-rate"), _share(f.win_rate, reader)),
        (reader.plain("stats-label-expectancy"), _r(f.expectancy_r, reader)),
        (f"  {reader.plain('stats-label-interval')}", interval),
        (f"  {reader.plain('stats-label-theoretical')}", _r(f.expectancy_r_theoretical, reader)),
        (
            reader.plain("stats-label-factor"),
            UNKNOWN if f.profit_factor is None else reader.number(f.profit_factor, 2),
        ),
        (reader.plain("stats-label-drawdown"), drawdown),
    ]


def _groups(f: Stats, reader: Reader) -> list[str]:
    """One table for all groups, so that their columns stand under each other."""
    heads = (
        reader.plain("stats-label-signals"),
        reader.plain("stats-label-filled"),
        reader.plain("stats-label-win"),
        reader.plain("stats-label-rate"),
        reader.plain("stats-label-r"),
    )
    rows: list[Row] = [("", *heads)]
    for group, found in (("regime", f.by_regime), ("side", f.by_side), ("mode", f.by_mode)):
        rows += [(reader.plain("stats-by", group=group), *[""] * len(heads)), *_rows(found, reader)]
    return [line.rstrip() for line in aligned(rows)]


def _rows(groups: Mapping[str, Group], reader: Reader) -> list[Row]:
    return [
        (
            f"  {name.upper()}",
            str(one.signals),
            str(one.filled),
            str(one.win),
            _share(one.win_rate, reader),
            _r(one.expectancy_r, reader),
        )
        for name, one in groups.items()
    ]


def warnings(f: Stats, reader: Reader) -> list[str]:
    """What keeps a reader from concluding more than there is."""
    if f.filled < FEW:
        return [reader.plain("stats-small", filled=f.filled)]
    if f.expectancy_r_low is None or f.expectancy_r_low <= 0:
        return [reader.plain("stats-unproven")]
    return []


def _r(value: float | None, reader: Reader) -> str:
    return UNKNOWN if value is None else reader.r(value)


def _share(value: float | None, reader: Reader) -> str:
    return UNKNOWN if value is None else reader.percent(value, 1)
