"""/insights: which kinds of signals did better or worse than the rest, and whether that is shown at all."""

from __future__ import annotations

from bot.commands.desk import Caller, Desk
from bot.commands.stats import group_name
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.ports import Answer
from storage.insights import Insight, insights
from storage.standing import group_totals
from storage.totals import ALL, Total

SHOWN = 6
HINTS = 3


async def told(desk: Desk, caller: Caller) -> Answer:
    """Answer /insights."""
    async with desk.db.read() as conn:
        found = await group_totals(conn)
    return Answer(messages=(message(insights_text(insights(found), found.get(ALL, Total()), caller.reader)),))


def insights_text(found: list[Insight], whole: Total, reader: Reader) -> str:
    """Differences that are shown; without any that is said first, and the nearest are named as not shown."""
    title = reader.html("insights-title", n=reader.number(whole.filled))
    if not found:
        return lines(title, reader.html("insights-few"))
    shown = [one for one in found if one.shown][:SHOWN]
    rows = [_row(one, reader) for one in shown or found[:HINTS]]
    head = reader.html("insights-shown") if shown else reader.html("insights-nothing")
    return lines(title, head, *rows, "", reader.html("insights-how", groups=len(found)))


def _row(one: Insight, reader: Reader) -> str:
    return reader.html(
        "insights-row",
        mark="none" if not one.shown else "up" if one.difference > 0 else "down",
        name=group_name(one.dimension, one.name, reader),
        n=reader.number(one.fills),
        r=reader.r(one.difference),
        low=reader.signed(one.low),
        high=reader.signed(one.high),
    )
