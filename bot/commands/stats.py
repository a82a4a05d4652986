"""/stats: what the signals came to, with its interval, and nothing claimed while there is little to claim."""

from __future__ import annotations

import re

from bot.commands.desk import Caller, Desk, reply
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.messages.stats_table import warnings
from bot.ports import Answer, Message
from storage.stats import Group, Stats, summary

_DAYS = re.compile(r"([1-9][0-9]{0,3})\s*(?:d|days|hari)?")
_DAY_MS = 86_400_000


async def stats(desk: Desk, caller: Caller) -> Answer:
    """Answer /stats [days]."""
    found = _DAYS.fullmatch(caller.incoming.args.strip().lower())
    if found is None and caller.incoming.args.strip():
        return reply(caller.reader, "stats-usage")
    since = None if found is None else desk.clock.now_ms() - int(found[1]) * _DAY_MS
    async with desk.db.read() as conn:
        figures = await summary(conn, since)
    return Answer(messages=(stats_message(figures, None if found is None else found[1], caller.reader),))


def stats_message(figures: Stats, days: str | None, reader: Reader) -> Message:
    """The figures of the followable track. With few fills it says that they prove nothing."""
    title = reader.html("stats-title", days=days or "all")
    if figures.signals == 0:
        return message(lines(title, reader.html("stats-none")))
    return message(
        lines(
            title,
            reader.html("stats-signals", signals=str(figures.signals), open=str(figures.open)),
            reader.html("stats-results", filled=str(figures.filled), win=str(figures.win), lose=str(figures.lose)),
            reader.html(
                "stats-unfilled", expire=str(figures.expire), no_fill=str(figures.no_fill), void=str(figures.void)
            ),
            *_returns(figures, reader),
        )
    )


def _returns(figures: Stats, reader: Reader) -> list[str]:
    if figures.win_rate is None or figures.expectancy_r is None:
        return ["", reader.html("stats-small", filled=str(figures.filled))]
    found = [
        "",
        reader.html("stats-win-rate", rate=reader.percent(figures.win_rate)),
        reader.html("stats-expectancy", r=reader.r(figures.expectancy_r)),
        _interval(figures, reader),
    ]
    if figures.expectancy_r_theoretical is not None:
        found.append(reader.html("stats-theoretical", r=reader.r(figures.expectancy_r_theoretical)))
    factor = "–" if figures.profit_factor is None else reader.number(figures.profit_factor, 2)
    drawdown = "–" if figures.max_drawdown_r is None else f"{reader.number(figures.max_drawdown_r, 2)}R"
    found.append(reader.html("stats-factor", factor=factor, drawdown=drawdown))
    for group, rows in (("regime", figures.by_regime), ("side", figures.by_side), ("mode", figures.by_mode)):
        found += _groups(group, rows, reader)
    return [*found, "", reader.html("stats-net"), *warnings(figures, reader)]


def _interval(figures: Stats, reader: Reader) -> str:
    low, high = figures.expectancy_r_low, figures.expectancy_r_high
    if low is None or high is None:
        return reader.html("stats-interval-none")
    return reader.html("stats-interval", low=reader.r(low), high=reader.r(high))


def _groups(group: str, rows: dict[str, Group], reader: Reader) -> list[str]:
    told = [
        reader.html("stats-row", name=name.upper(), filled=str(row.filled), r=reader.r(row.expectancy_r))
        for name, row in rows.items()
        if row.expectancy_r is not None
    ]
    return ["", reader.html("stats-by", group=group), *told] if told else []
