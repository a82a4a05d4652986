"""report.html: the summary with pictures, in one page that needs nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from html import escape

from bot.replay.figures import Figures, Summary
from bot.replay.pictures import bars_picture, equity_picture
from bot.replay.signal_row import FILLED, SignalRow

LISTED = 300
STYLE = """
:root{color-scheme:light dark;--bg:#f4f6f8;--card:#fff;--ink:#1c2733;--soft:#5d6b7a;--line:#dfe4e9;--good:#0b7a5b;
--bad:#c43030;--accent:#2f6fde;--quiet:#97a3b0}
@media(prefers-color-scheme:dark){:root{--bg:#10171e;--card:#17212b;--ink:#e8eef4;--soft:#93a4b5;--line:#26333f;
--good:#3fcf9b;--bad:#ff7b72;--accent:#6aa3ff;--quiet:#5f7183}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,
"Segoe UI",sans-serif}main{max-width:860px;margin:0 auto;padding:20px 14px 48px}h1{font-size:24px;margin:0}
h2{font-size:17px;margin:0 0 10px}p{margin:4px 0}.soft,.none{color:var(--soft)}section{background:var(--card);
border:1px solid var(--line);border-radius:12px;padding:16px;margin-top:14px}.tiles{display:grid;gap:10px;
grid-template-columns:repeat(4,1fr);margin-top:14px}.tile{background:var(--card);
border:1px solid var(--line);border-radius:12px;padding:10px 14px}.tile b{display:block;font-size:22px;line-height:1.3;
font-variant-numeric:tabular-nums}.tile span{color:var(--soft);font-size:13px}.good{color:var(--good)}
.bad{color:var(--bad)}svg{display:block;width:100%;height:auto}svg text{fill:var(--soft);font-size:13px}
svg .count{fill:var(--ink)}svg line{stroke:var(--line)}svg .zero{stroke:var(--soft)}polyline{fill:none;stroke-width:2;
stroke-linejoin:round}.follow{stroke:var(--accent)}.theory{stroke:var(--quiet);stroke-dasharray:5 4}
rect.good{fill:var(--good)}rect.bad{fill:var(--bad)}rect.accent{fill:var(--accent)}rect.quiet{fill:var(--quiet)}
.key i{display:inline-block;width:22px;border-top:2px solid;vertical-align:middle;margin-right:6px}
.key span{margin-right:16px}.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px;
font-variant-numeric:tabular-nums}th,td{padding:6px 8px;text-align:left;border-top:1px solid var(--line);
white-space:nowrap}th{color:var(--soft);font-weight:600;border-top:0}.n{text-align:right}
@media(max-width:560px){.extra{display:none}h1{font-size:20px}svg text{font-size:18px}.tiles{grid-template-columns:
repeat(2,1fr)}section{padding:12px}th,td{padding:6px 5px;font-size:13px}}
"""


def report_page(summary: Summary, figures: Figures, zone: tzinfo, zone_name: str) -> str:
    """The whole page; the same inputs give the same bytes (how long the run took is not on it)."""
    closed = figures.closed
    followable = [(row.closed_at or 0, row.r or 0.0) for row in closed if row.filled]
    theoretical = [(row.closed_at or 0, row.theory_r or 0.0) for row in closed if row.theory_result in FILLED]
    sections = [
        _section("Running R", _key() + equity_picture(followable, theoretical, zone)),
        _section("How signals ended", bars_picture("Outcomes by result", _result_rows(summary))),
        _section("What became of every setup", bars_picture("Setups refused, by first reason", _funnel(figures))),
        _section("Pairs", _pairs(figures)),
        _section("Probabilities", _probabilities(summary)),
        _section("Signals, losses first", _signals(figures.rows.values(), zone, zone_name)),
    ]
    title = "SharpSignal replay"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><h1>{title}</h1>{_intro(summary)}{_tiles(summary)}"
        f"{''.join(sections)}</main></body></html>\n"
    )


def _intro(summary: Summary) -> str:
    pairs = escape(", ".join(summary.pairs))
    policy = escape(summary.policy_version or "none")
    notes = [f"{summary.bars:,} base bars of {pairs}. Policy: {policy}."]
    notes.append("Counts and R are what a person could follow, from 45 s after the signal, net of costs.")
    if summary.skipped_rows:
        rows = ", ".join(f"{count:,} in {escape(name)}" for name, count in summary.skipped_rows.items())
        notes.append(f"Broken rows left out: {rows}.")
    if summary.tick_inferred:
        notes.append(f"Tick size inferred from prices: {escape(', '.join(summary.tick_inferred))}.")
    return "".join(f'<p class="soft">{note}</p>' for note in notes)


def _tiles(summary: Summary) -> str:
    low, high = summary.expectancy_r_low, summary.expectancy_r_high
    interval = "90 % interval " + (f"{low:+.2f} to {high:+.2f}" if low is not None and high is not None else "unknown")
    tiles = [
        (f"{summary.signals:,}", f"signals, {summary.open:,} still open", ""),
        (f"{summary.filled:,}", "filled", ""),
        (_percent(summary.win_rate), f"won ({summary.win:,} of {summary.filled:,})", ""),
        (_r(summary.expectancy_r), f"mean R; {interval}", _sign(summary.expectancy_r)),
        (_r(summary.expectancy_r_theoretical), "mean R, theoretical track", _sign(summary.expectancy_r_theoretical)),
        (_plain(summary.profit_factor), "profit factor", ""),
        (_r(None if summary.max_drawdown_r is None else -summary.max_drawdown_r), "deepest drawdown", ""),
        (_percent(summary.coverage), "mean coverage", ""),
    ]
    cells = (f'<div class="tile"><b class="{kind}">{value}</b><span>{name}</span></div>' for value, name, kind in tiles)
    return f'<div class="tiles">{"".join(cells)}</div>'


def _key() -> str:
    return (
        '<p class="key soft"><span><i style="border-color:var(--accent)"></i>followable</span>'
        '<span><i style="border-color:var(--quiet);border-top-style:dashed"></i>theoretical</span></p>'
    )


def _result_rows(summary: Summary) -> list[tuple[str, int, str]]:
    return [
        ("win", summary.win, "good"),
        ("lose", summary.lose, "bad"),
        ("expire", summary.expire, "quiet"),
        ("no-fill", summary.no_fill, "quiet"),
        ("void", summary.void, "quiet"),
        ("open", summary.open, "accent"),
    ]


def _funnel(figures: Figures) -> list[tuple[str, int, str]]:
    refused = sorted(figures.verdicts.first().items(), key=lambda item: (-item[1], item[0]))
    rows = [("verdicts", figures.verdicts.count.total(), "accent")]
    rows += [(f"refused: {reason}", count, "quiet") for reason, count in refused]
    return [*rows, ("monitored", figures.verdicts.count["monitor"], "accent"), ("published", len(figures.rows), "good")]


def _pairs(figures: Figures) -> str:
    rows = []
    for pair in figures.pairs:
        mine = [row for row in figures.rows.values() if row.pair == pair]
        gains = [row.r for row in mine if row.filled and row.r is not None]
        wins = sum(row.result == "win" for row in mine)
        total = sum(gains)
        mean = _r(total / len(gains) if gains else None)
        counts = (f"{len(mine):,}", f"{len(gains):,}", f"{wins:,}")
        rows.append([escape(pair), *counts, mean, _coloured(total if gains else None)])
    return _table(["pair", "signals", "filled", "won", "mean R", "sum R"], rows)


def _probabilities(summary: Summary) -> str:
    if summary.base_rate is None:
        return (
            '<p class="none">No filled signal carried a probability: no policy has earned one for these books yet.</p>'
        )
    figures = [
        ("Brier score", summary.brier),
        ("Brier of the base rate", summary.brier_base_rate),
        ("log loss", summary.log_loss),
        ("calibration error, debiased", summary.ece),
        ("area under precision-recall", summary.pr_auc),
        ("base rate", summary.base_rate),
    ]
    return _table(["figure", "value"], [[name, _plain(value, 4)] for name, value in figures])


def _signals(rows: Iterable[SignalRow], zone: tzinfo, zone_name: str) -> str:
    ordered = sorted(rows, key=_losses_first)
    if not ordered:
        return '<p class="none">No signal was published in this run.</p>'
    note = f"Times are {escape(zone_name)}."
    if len(ordered) > LISTED:
        note += f" The first {LISTED} of {len(ordered):,}; all are in signals.jsonl and outcomes.jsonl."
    head = ["R", "#", "pair", "side", "ended", "at", "mode", "regime", "theoretical"]
    return f'<p class="soft">{note}</p>' + _table(head, [_signal(row, zone) for row in ordered[:LISTED]], extra_from=5)


def _losses_first(row: SignalRow) -> tuple[bool, float, int]:
    return not row.filled, row.r or 0.0, row.number


def _signal(row: SignalRow, zone: tzinfo) -> list[str]:
    at = datetime.fromtimestamp(row.ts // 1000, tz=zone).strftime("%Y-%m-%d %H:%M")
    ended = "open" if row.result is None else f"{row.result} · {row.exit_reason}"
    side = "long" if row.side > 0 else "short"
    cells = [str(row.number), escape(f"{row.pair} {row.timeframe}"), side, escape(ended), at]
    gain = _coloured(row.r if row.filled else None)
    return [gain, *cells, escape(row.mode), escape(row.regime), _r(row.theory_r)]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], extra_from: int = 99) -> str:
    def kind(place: int) -> str:
        return ' class="extra"' if place >= extra_from else ""

    top = "".join(f"<th{kind(place)}>{name}</th>" for place, name in enumerate(head))
    body = (
        "<tr>" + "".join(f"<td{kind(place)}>{cell}</td>" for place, cell in enumerate(row)) + "</tr>" for row in rows
    )
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{"".join(body)}</tbody></table></div>'


def _section(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>"


def _r(value: float | None) -> str:
    return "–" if value is None else f"{value + 0.0:+.2f} R"


def _coloured(value: float | None) -> str:
    return f'<span class="{_sign(value)}">{_r(value)}</span>'


def _sign(value: float | None) -> str:
    return "" if not value else "good" if value > 0 else "bad"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _plain(value: float | None, places: int = 2) -> str:
    return "–" if value is None else f"{value:.{places}f}"
