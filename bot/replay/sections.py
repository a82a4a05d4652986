"""The sections of the report: how often, how they ended, what paid, what refused, and how much room there was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from statistics import fmean, median

from bot.replay.breakdown import Group, group, groups
from bot.replay.figures import Figures, Summary
from bot.replay.pictures import weeks_picture
from bot.replay.signal_row import SignalRow
from bot.replay.tables import bars, coloured, interval, none, plain, r, share_text, soft, table
from bot.replay.verdicts import ROOM
from bot.replay.words import ENDINGS, REFUSALS

WHISKER = 1.0  # R at the ends of an interval's picture


def endings(summary: Summary, rows: Sequence[SignalRow]) -> str:
    """Results, then the exit reasons behind them."""
    results = bars(
        [
            ("lose", summary.lose, "bad"),
            ("win", summary.win, "good"),
            ("expire", summary.expire, "quiet"),
            ("no-fill", summary.no_fill, "quiet"),
            ("void", summary.void, "quiet"),
            ("open", summary.open, "accent"),
        ],
        summary.signals,
    )
    closed = [row for row in rows if row.result is not None]
    reasons = Counter(f"{row.result}: {row.exit_reason}" for row in closed)
    means = {name: [row.r for row in closed if f"{row.result}: {row.exit_reason}" == name] for name in reasons}
    cells = [
        [_named(name, ENDINGS[name]), f"{count:,}", share_text(count, len(closed)), r(_mean(means[name]))]
        for name, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    ]
    share = "" if summary.ambiguous is None else share_text(summary.ambiguous, 1)
    note = soft(f"In {share} of the fills one bar held both sides: the rule took the worse one first.") if share else ""
    return results + note + table(["how it ended", "signals", "share", "mean R"], cells)


def _named(name: str, meaning: str) -> str:
    return f"{escape(name)}<small>{escape(meaning)}</small>"


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def often(summary: Summary, figures: Figures) -> str:
    """Signals a day and pair, and the picture of the weeks."""
    rate = summary.signals_a_day_from_ten_pairs
    words = "unknown" if rate is None else f"{rate:.1f}"
    cells = []
    for pair in figures.pairs:
        mine = [row for row in figures.rows.values() if row.pair == pair]
        covered = figures.covered.get(pair)
        days = covered.hours / 24 if covered else 0.0
        whole = group(pair, mine)
        filled = share_text(whole.filled, whole.signals) if mine else "–"
        counts = [f"{len(mine):,}", plain(len(mine) / days if days else None), filled]
        total = sum(row.r or 0.0 for row in mine if row.filled)
        cells.append([escape(pair), *counts, r(whole.mean), coloured(total if whole.filled else None)])
    head = ["pair", "signals", "a day", "filled", "mean R", "sum R"]
    spans = [(covered.first, covered.last) for covered in figures.covered.values()]
    picture = weeks_picture([row.ts for row in figures.rows.values()], spans)
    note = soft(
        f"Ten such pairs give <b>{words}</b> signals a day; {summary.pair_days:,.0f} days of pairs were judged."
    )
    return note + picture + table(head, cells)


def paid(rows: Sequence[SignalRow]) -> str:
    """Mean R by what was known when the signal went out."""
    kinds = (
        ("regime", lambda row: row.regime),
        ("setup model", lambda row: row.setup_model.replace("_", " ")),
        ("timeframe", lambda row: row.timeframe),
        ("side", lambda row: "long" if row.side > 0 else "short"),
        ("venue session", lambda row: row.session.replace("_", " ")),
    )
    tables = "".join(f"<h3>By {name}</h3>{_groups(groups(rows, kind))}" for name, kind in kinds)
    return soft(_CHANCE) + tables


_CHANCE = (
    "Mean R of fills with its 90 % interval, worst first. One group in ten leaves zero out by luck alone: "
    "look at n, and do not pick the best line."
)


def _groups(found: Sequence[Group]) -> str:
    cells = [
        [escape(one.name), f"{one.signals:,}", f"{one.filled:,}", _won(one), coloured(one.mean), _range(one)]
        for one in found
    ]
    return table(["", "signals", "fills", "won", "mean R", "90 % interval"], cells)


def _won(one: Group) -> str:
    return share_text(one.won, one.filled) if one.filled else "–"


def _range(one: Group) -> str:
    """The interval in words, and as a line around zero."""
    words = interval(one.low, one.high)
    if one.low is None or one.high is None or one.mean is None:
        return words

    def place(value: float) -> float:
        return 50 + 50 * max(-1.0, min(1.0, value / WHISKER))

    left, right = place(one.low), place(one.high)
    return (
        f'{words}<span class="whisker"><i style="left:{left:.1f}%;width:{right - left:.1f}%"></i>'
        f'<b style="left:{place(one.mean):.1f}%"></b></span>'
    )


def layers(rows: Sequence[SignalRow]) -> str:
    """Mean R where a layer agreed against where it voted and did not."""
    if not any(row.filled for row in rows):
        return none("No signal was filled in this run.")
    names = sorted({name for row in rows for name in row.voted})
    cells = []
    for name in names:
        voted = [row for row in rows if name in row.voted]
        agreed = group(name, (row for row in voted if name in row.agreed))
        not_agreed = group(name, (row for row in voted if name not in row.agreed))
        lift = None if agreed.mean is None or not_agreed.mean is None else agreed.mean - not_agreed.mean
        cells.append([escape(name), _cell(agreed), _cell(not_agreed), coloured(lift)])
    note = soft("A layer that is any good earns more where it agreed than where it voted and did not.")
    return note + table(["layer", "agreed", "did not", "difference"], cells)


def _cell(one: Group) -> str:
    return f"{r(one.mean)}<small>n {one.filled:,}</small><small>{interval(one.low, one.high)}</small>"


def refusals(figures: Figures) -> str:
    """Every verdict of a new setup, then refusals by first reason, by any, and alone."""
    verdicts = figures.verdicts
    total = verdicts.setups
    if not total:
        return none("No setup was judged in this run.")
    first, each, alone = verdicts.first(), verdicts.each(), verdicts.alone()
    funnel = bars(
        [
            ("setups judged", total, "accent"),
            ("refused", verdicts.count["refuse"], "quiet"),
            ("waited for a trigger", verdicts.count["monitor"], "accent"),
            ("published", len(figures.rows), "good"),
        ],
        total,
    )
    cells = [
        [
            _named(name, REFUSALS[name]),
            f"{first[name]:,}",
            share_text(first[name], total),
            f"{count:,}",
            f"{alone[name]:,}",
        ]
        for name, count in sorted(each.items(), key=lambda item: (-item[1], item[0]))
    ]
    note = soft(
        "A refused setup hears its first reason. <i>Any</i> counts all that refused, <i>alone</i> the only one."
    )
    return funnel + note + table(["reason", "first", "share", "any", "alone"], cells)


def room(figures: Figures) -> str:
    """In how many hours of each pair a setup came up, and one that neither market nor levels ruled out."""
    cells = []
    for pair in figures.pairs:
        covered = figures.covered.get(pair)
        if covered is None or not covered.hours:
            continue
        judged, free = len(figures.verdicts.judged_hours[pair]), len(figures.verdicts.open_hours[pair])
        hours = covered.hours
        cells.append([escape(pair), f"{hours:,.0f}", share_text(judged, hours), share_text(free, hours)])
    if not cells:
        return none("No hours were judged.")
    names = ", ".join(sorted(ROOM))
    note = soft(
        f"Share of a pair's hours with at least one setup, and with one that no guardrail of market or levels "
        f"({names}) refused. Wide stops and near ATR limits rule many out."
    )
    return note + table(["pair", "hours", "with a setup", "with room"], cells)


def monitors(figures: Figures) -> str:
    """How many of the setups that only lacked their 5m triggers got them."""
    began, came = figures.verdicts.count["monitor"], figures.verdicts.triggered
    if not began:
        return none("No setup waited for a trigger (a 15m base has no 5m bars: nothing is asked there).")
    died = figures.verdicts.first()["trigger"]
    rows = [
        ("trigger came", came, "good"),
        ("ended without", died, "quiet"),
        ("still waiting", began - came - died, "accent"),
    ]
    return bars(rows, began)


def costs(rows: Sequence[SignalRow]) -> str:
    """Fees and slippage in R, as they stood at the decision."""
    if not rows:
        return none("No signal was published in this run.")
    values = sorted(row.cost_r for row in rows)
    tenth = values[len(values) * 9 // 10]
    named = (("mean", fmean(values)), ("median", median(values)), ("one in ten above", tenth))
    cells = [[name, plain(value, 3)] for name, value in named]
    return soft("Two taker fees, slippage and funding due before expiry, in R.") + table(["", "R"], cells)
