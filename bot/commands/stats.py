"""/stats: what the signals came to, with its interval, and nothing claimed while there is little to claim."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.commands.desk import Caller, Desk, reply
from bot.messages.buttons import tap_data
from bot.messages.markup import fold, lines, message
from bot.messages.reader import Reader
from bot.messages.stats_table import warnings
from bot.messages.width import BETWEEN, packed
from bot.ports import Answer, Button, Message
from storage.standing import first_day, standing
from storage.stats import Group, Stats

NAMESPACE = "s"
WINDOWS = ("7", "30", "90", "all")
_DAYS = re.compile(r"([1-9][0-9]{0,3})\s*(?:d|days|hari)?")


async def stats(desk: Desk, caller: Caller) -> Answer:
    """Answer /stats [7d|30d|90d|all]; any number of days will do."""
    days = read_days(caller.incoming.args)
    if days is None:
        return reply(caller.reader, "stats-usage")
    return Answer(messages=(await _message(desk, caller.reader, days),))


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """A press on 7d, 30d, 90d or all: the same message with other figures."""
    days = read_days(parts[0]) if len(parts) == 1 and caller.may_read else None
    if days is None:
        return Answer(toast=caller.own.plain("toast-unknown"))
    return Answer(edit=await _message(desk, caller.reader, days), fallback_edit=True)


def read_days(args: str) -> str | None:
    """How many days are asked for ("all": since the start); None for what makes no sense.

    >>> read_days("7d"), read_days(""), read_days("ALL"), read_days("0")
    ('7', 'all', 'all', None)
    """
    text = args.strip().lower()
    if text in ("", "all", "semua"):
        return "all"
    found = _DAYS.fullmatch(text)
    return None if found is None else found[1]


async def _message(desk: Desk, reader: Reader, days: str) -> Message:
    first = first_day(desk.clock.now_ms(), None if days == "all" else int(days))
    async with desk.db.read() as conn:
        figures = await standing(conn, first)
    return stats_message(figures, None if days == "all" else days, reader)


def stats_message(figures: Stats, days: str | None, reader: Reader) -> Message:
    """The figures of the followable track. With few fills it says that they prove nothing."""
    title = reader.html("stats-title", days="all" if days is None else int(days))
    buttons = window_buttons(days or "all", reader)
    if figures.signals == 0:
        return message(lines(title, reader.html("stats-none")), buttons)
    return message(
        lines(
            title,
            reader.html("stats-signals", signals=str(figures.signals), open=str(figures.open)),
            reader.html("stats-results", filled=str(figures.filled), win=str(figures.win), lose=str(figures.lose)),
            *packed(_unfilled(figures, reader).split(BETWEEN)),
            *_ambiguous(figures, reader),
            *_returns(figures, reader),
        ),
        buttons,
    )


def _unfilled(figures: Stats, reader: Reader) -> str:
    """What was never held, each with its share of what closed and could be judged."""
    expire, no_fill = (_counted(n, figures, reader) for n in (figures.expire, figures.no_fill))
    return reader.html("stats-unfilled", expire=expire, no_fill=no_fill, void=str(figures.void))


def _counted(n: int, figures: Stats, reader: Reader) -> str:
    judged = _judged(figures)
    return f"{n} ({reader.percent(n / judged)})" if n and judged > 0 else str(n)


def _judged(figures: Stats) -> int:
    """How many closed and could be judged."""
    return figures.signals - figures.open - figures.void


def window_buttons(shown: str, reader: Reader) -> tuple[tuple[Button, ...], ...]:
    """One row: the window that is shown has a dot."""
    row = []
    for days in WINDOWS:
        label = reader.plain("stats-window", days=days)
        row.append(Button(f"• {label}" if days == shown else label, tap_data(NAMESPACE, days)))
    return (tuple(row),)


def _ambiguous(figures: Stats, reader: Reader) -> list[str]:
    """Of what closed and could be judged: how much was told by the worse of two levels in one bar."""
    judged = _judged(figures)
    if judged <= 0 or figures.ambiguous is None:
        return []
    return [reader.html("stats-ambiguous", share=reader.percent(figures.ambiguous / judged, 1))]


def _returns(figures: Stats, reader: Reader) -> list[str]:
    if figures.win_rate is None or figures.expectancy_r is None:
        return ["", reader.html("stats-small", filled=figures.filled)]
    found = [
        "",
        reader.html("stats-win-rate", rate=reader.percent(figures.win_rate)),
        reader.html("stats-expectancy", r=reader.r(figures.expectancy_r)),
        _interval(figures, reader),
    ]
    if figures.expectancy_r_theoretical is not None:
        found.append(reader.html("stats-theory", r=reader.r(figures.expectancy_r_theoretical)))
    factor = "–" if figures.profit_factor is None else reader.number(figures.profit_factor, 2)
    drawdown = "–" if figures.max_drawdown_r is None else f"{reader.number(figures.max_drawdown_r, 2)}R"
    found.append(reader.html("stats-profit-factor", factor=factor))
    found.append(reader.html("stats-drawdown", drawdown=drawdown))
    if figures.hold_s is not None:
        found.append(reader.html("stats-hold", span=reader.span(figures.hold_s)))
    groups = figures.by or {"regime": figures.by_regime, "side": figures.by_side, "mode": figures.by_mode}
    told = [line for dimension, rows in groups.items() for line in _groups(dimension, rows, reader)]
    return [*found, *([fold(told)] if told else []), reader.html("stats-net"), *_warnings(figures, reader)]


def _warnings(figures: Stats, reader: Reader) -> list[str]:
    return [reader.escaped(warning) for warning in warnings(figures, reader)]


def _interval(figures: Stats, reader: Reader) -> str:
    low, high = figures.expectancy_r_low, figures.expectancy_r_high
    if low is None or high is None:
        return reader.html("stats-interval-none")
    return reader.html("stats-interval", low=reader.r(low), high=reader.r(high))


def _groups(dimension: str, rows: Mapping[str, Group], reader: Reader) -> list[str]:
    """The groups of one dimension that had fills; one alone tells nothing new."""
    told = [
        reader.html(
            "stats-row", name=group_name(dimension, name, reader), filled=str(row.filled), r=reader.r(row.expectancy_r)
        )
        for name, row in rows.items()
        if row.expectancy_r is not None
    ]
    return [reader.html("stats-group", group=dimension), *told] if told else []


def group_name(dimension: str, name: str, reader: Reader) -> str:
    """A group as people call it.

    >>> from zoneinfo import ZoneInfo
    >>> english = Reader("en", ZoneInfo("UTC"))
    >>> group_name("confidence", "50", english), group_name("source", "rule_based", english)
    ('50–60%', 'rules alone')
    """
    if dimension == "confidence" and name.isdigit():
        return f"{name}–{int(name) + 10}%"
    if dimension in ("source", "setup", "session", "confidence"):
        return reader.plain("group-name", name=name)
    return name if dimension == "timeframe" else name.upper().replace("_", " ")
