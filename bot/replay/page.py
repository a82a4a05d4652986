"""report.html: the summary with pictures, in one page that needs nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from html import escape
from typing import Any

from bot.replay import sections
from bot.replay.figures import Figures, Summary
from bot.replay.learning_page import learned_section
from bot.replay.pictures import equity_picture
from bot.replay.signal_row import FILLED, SignalRow
from bot.replay.tables import coloured, interval, none, percent, plain, r, sign, soft, table

LISTED = 300
SHOWN = 12  # letters of a policy's hash
STYLE = """
:root{color-scheme:light dark;--bg:#f4f6f8;--card:#fff;--ink:#1c2733;--soft:#5d6b7a;--line:#dfe4e9;--good:#0b7a5b;
--bad:#c43030;--accent:#2f6fde;--quiet:#97a3b0}
@media(prefers-color-scheme:dark){:root{--bg:#10171e;--card:#17212b;--ink:#e8eef4;--soft:#93a4b5;--line:#26333f;
--good:#3fcf9b;--bad:#ff7b72;--accent:#6aa3ff;--quiet:#5f7183}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,
"Segoe UI",sans-serif}main{max-width:860px;margin:0 auto;padding:20px 14px 48px}h1{font-size:24px;margin:0}
h2{font-size:17px;margin:0 0 10px}p{margin:4px 0}.soft,.none{color:var(--soft)}section{background:var(--card);
border:1px solid var(--line);border-radius:12px;padding:16px;margin-top:14px}.tiles{display:grid;gap:10px;
grid-template-columns:repeat(5,1fr);margin-top:14px}.tile{background:var(--card);
border:1px solid var(--line);border-radius:12px;padding:10px 14px}.tile b{display:block;font-size:22px;line-height:1.3;
font-variant-numeric:tabular-nums}.tile span{color:var(--soft);font-size:13px}.good{color:var(--good)}
.bad{color:var(--bad)}svg{display:block;width:100%;height:auto}svg text{fill:var(--soft);font-size:13px}
svg line{stroke:var(--line)}svg .zero{stroke:var(--soft)}polyline{fill:none;stroke-width:2;
stroke-linejoin:round}.follow{stroke:var(--accent)}.theory{stroke:var(--quiet);stroke-dasharray:5 4}
.diagonal{stroke:var(--soft);stroke-dasharray:5 4}.reach{stroke:var(--accent);stroke-width:2}circle{fill:var(--accent)}
rect.good{fill:var(--good)}rect.bad{fill:var(--bad)}rect.accent{fill:var(--accent)}rect.quiet{fill:var(--quiet)}
.bars{display:grid;grid-template-columns:minmax(90px,auto) 1fr auto;gap:6px 10px;align-items:center;font-size:14px;
margin-bottom:12px;font-variant-numeric:tabular-nums}.bars .track i{display:block;height:14px;border-radius:3px;
min-width:2px}.track .good{background:var(--good)}.track .bad{background:var(--bad)}.track .accent{background:
var(--accent)}.track .quiet{background:var(--quiet)}.bars .count{text-align:right}h3{font-size:14px;margin:16px 0 2px;
color:var(--soft)}small{display:block;color:var(--soft);font-size:12px;white-space:normal}.whisker{display:block;position:relative;
height:8px;width:100px;background:linear-gradient(var(--soft),var(--soft)) 50% 0/1px 100% no-repeat}.whisker i{
position:absolute;top:3px;height:2px;background:var(--accent)}.whisker b{position:absolute;top:1px;width:6px;height:6px;
margin-left:-3px;border-radius:3px;background:var(--accent)}.key i{
display:inline-block;width:22px;border-top:2px solid;vertical-align:middle;margin-right:6px}
.key span{margin-right:16px}table{border-collapse:collapse;width:100%;font-size:14px;
font-variant-numeric:tabular-nums}th,td{padding:6px 8px;text-align:left;border-top:1px solid var(--line);
white-space:nowrap}th{color:var(--soft);font-weight:600;border-top:0}
@media(max-width:640px){h1{font-size:20px}svg text{font-size:20px}.tiles{grid-template-columns:repeat(2,1fr)}
section{padding:12px}thead{display:none}tr{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:4px 10px;
padding:10px 0;border-top:1px solid var(--line)}tbody tr:first-child{border-top:0}tr:has(td:nth-child(5):last-child){
grid-template-columns:repeat(2,minmax(0,1fr))}td{display:block;padding:0;border:0;
font-size:14px;white-space:normal;overflow-wrap:anywhere}td:first-child,.long{grid-column:1/-1}td:first-child{font-weight:600}
td:has(.whisker){grid-column:span 2}
td small{font-weight:400}td[data-name]:not(:first-child)::before{content:attr(data-name);display:block;
color:var(--soft);font-size:12px}.good,.bad{white-space:nowrap}.whisker{width:84px}}
"""


def report_page(
    summary: Summary, figures: Figures, zone: tzinfo, zone_name: str, learned: Mapping[str, Any] | None = None
) -> str:
    """The whole page; the same inputs give the same bytes (how long the run took is not on it).

    `learned`: what `learning.json` of a run with `--learn` holds.
    """
    rows = list(figures.rows.values())
    followable = [(row.closed_at or 0, row.r or 0.0) for row in figures.closed if row.filled]
    theoretical = [(row.closed_at or 0, row.theory_r or 0.0) for row in figures.closed if row.theory_result in FILLED]
    parts = [
        _section("What was learned", learned_section(learned, zone)) if learned is not None else "",
        _section("Running R", _key() + equity_picture(followable, theoretical, zone)),
        _section("How signals ended", sections.endings(summary, rows)),
        _section("How often", sections.often(summary, figures)),
        _section("What paid and what did not", sections.paid(rows) if rows else none(_NO_SIGNAL)),
        _section("Did the layers help?", sections.layers(rows)),
        _section("Why setups were refused", sections.refusals(figures)),
        _section("How much room the guardrails left", sections.room(figures)),
        _section("Waiting for a trigger", sections.monitors(figures)),
        _section("Costs", sections.costs(rows)),
        _section("Probabilities", _probabilities(summary)),
        _section("Signals, losses first", _signals(rows, zone, zone_name)),
    ]
    title = "SharpSignal replay"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><h1>{title}</h1>{_intro(summary, figures, zone)}{_tiles(summary)}"
        f"{''.join(parts)}</main></body></html>\n"
    )


_NO_SIGNAL = "No signal was published in this run."


def _intro(summary: Summary, figures: Figures, zone: tzinfo) -> str:
    pairs = escape(", ".join(summary.pairs))
    policy = escape((summary.policy_version or "none")[:SHOWN])
    notes = [f"{summary.bars:,} base bars of {pairs}{_period(figures, zone)}. Policy: {policy}."]
    notes.append("Counts and R are what a person could follow, from 45 s after the signal, net of costs.")
    if summary.skipped_rows:
        rows = ", ".join(f"{count:,} in {escape(name)}" for name, count in summary.skipped_rows.items())
        notes.append(f"Broken rows left out: {rows}.")
    if summary.tick_inferred:
        notes.append(f"Tick size inferred from prices: {escape(', '.join(summary.tick_inferred))}.")
    return "".join(soft(note) for note in notes)


def _period(figures: Figures, zone: tzinfo) -> str:
    """From the first bar that was judged to the last."""
    if not figures.covered:
        return ""
    ends = min(one.first for one in figures.covered.values()), max(one.last for one in figures.covered.values())
    first, last = (datetime.fromtimestamp(ms // 1000, tz=zone).date().isoformat() for ms in ends)
    return f", {first} to {last}"


def _tiles(summary: Summary) -> str:
    rate, costless = summary.signals_a_day_from_ten_pairs, summary.expectancy_r_theoretical
    range_words = f"90 % interval {interval(summary.expectancy_r_low, summary.expectancy_r_high)}"
    tiles = [
        (r(summary.expectancy_r), f"mean R of a fill; {range_words}", sign(summary.expectancy_r)),
        (percent(summary.win_rate), f"won ({summary.win:,} of {summary.filled:,} fills)", ""),
        (f"{summary.signals:,}", f"signals, {summary.open:,} still open", ""),
        (plain(rate, 1), "signals a day from ten pairs", ""),
        (percent(summary.filled / summary.signals if summary.signals else None), "of signals filled", ""),
        (r(costless), "mean R, theoretical track", sign(costless)),
        (plain(summary.profit_factor), "profit factor", ""),
        (r(None if summary.max_drawdown_r is None else -summary.max_drawdown_r), "deepest drawdown", ""),
        (percent(summary.ambiguous), "of fills ambiguous", ""),
        (percent(summary.coverage), "mean coverage of the layers", ""),
    ]
    cells = (f'<div class="tile"><b class="{kind}">{value}</b><span>{name}</span></div>' for value, name, kind in tiles)
    return f'<div class="tiles">{"".join(cells)}</div>'


def _key() -> str:
    return (
        '<p class="key soft"><span><i style="border-color:var(--accent)"></i>followable</span>'
        '<span><i style="border-color:var(--quiet);border-top-style:dashed"></i>theoretical</span></p>'
    )


def _probabilities(summary: Summary) -> str:
    if summary.base_rate is None:
        return none("No filled signal carried a probability: no policy has earned one for these books yet.")
    figures = [
        ("Brier score", summary.brier),
        ("Brier of the base rate", summary.brier_base_rate),
        ("log loss", summary.log_loss),
        ("calibration error, debiased", summary.ece),
        ("area under precision-recall", summary.pr_auc),
        ("base rate", summary.base_rate),
    ]
    return table(["figure", "value"], [[name, plain(value, 4)] for name, value in figures])


def _signals(rows: Iterable[SignalRow], zone: tzinfo, zone_name: str) -> str:
    ordered = sorted(rows, key=_losses_first)
    if not ordered:
        return none(_NO_SIGNAL)
    note = f"Times are {escape(zone_name)}."
    if len(ordered) > LISTED:
        note += f" The first {LISTED} of {len(ordered):,}; all are in signals.jsonl and outcomes.jsonl."
    head = ["R", "#", "pair", "side", "ended", "mode", "regime", "theoretical"]
    return soft(note) + table(head, [_signal(row, zone) for row in ordered[:LISTED]])


def _losses_first(row: SignalRow) -> tuple[bool, float, int]:
    return not row.filled, row.r or 0.0, row.number


def _signal(row: SignalRow, zone: tzinfo) -> list[str]:
    at = datetime.fromtimestamp(row.ts // 1000, tz=zone).strftime("%Y-%m-%d %H:%M")
    ended = "open" if row.result is None else f"{escape(row.result)}<small>{escape(str(row.exit_reason))}</small>"
    side = "long" if row.side > 0 else "short"
    pair = f"{escape(f'{row.pair} {row.timeframe}')}<small>{at}</small>"
    cells = [str(row.number), pair, side, ended]
    gain = coloured(row.r if row.filled else None)
    return [gain, *cells, escape(row.mode), escape(row.regime), r(row.theory_r)]


def _section(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>"
