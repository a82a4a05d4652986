"""The summary of a replay for a terminal: words on the left, numbers under each other on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.messages.stats_table import UNKNOWN, Row, aligned
from bot.replay.figures import Summary
from bot.replay.words import REFUSALS

NAMED = 8  # pairs that are told by name
SHOWN = 12  # letters of a policy's hash


def summary_text(s: Summary) -> str:
    """All figures in words; what cannot be told is a dash. The keys of summary.json stay with the file."""
    parts = [[_tape(s)], aligned(_counts(s)), aligned(_returns(s)), _chances(s), _refusals(s.refusals), _lacking(s)]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _tape(s: Summary) -> str:
    pairs = ", ".join(s.pairs[:NAMED]) + (f" and {len(s.pairs) - NAMED} more" if len(s.pairs) > NAMED else "")
    speed = "" if s.bars_per_second is None else f" ({s.bars_per_second:,.0f} a second)"
    return f"{pairs}: {s.bars:,} bars, {s.pair_days:,.1f} pair days, read in {s.seconds:,.1f} s{speed}"


def _counts(s: Summary) -> list[Row]:
    """All signals, and indented what became of them."""
    return [
        ("Signals", f"{s.signals:,}"),
        ("  a day from ten pairs", _number(s.signals_a_day_from_ten_pairs)),
        ("  filled", f"{s.filled:,}"),
        ("    won", f"{s.win:,}"),
        ("    lost", f"{s.lose:,}"),
        ("  expired before an entry", f"{s.expire:,}"),
        ("  touched, not filled", f"{s.no_fill:,}"),
        ("  not counted", f"{s.void:,}"),
        ("  still open", f"{s.open:,}"),
    ]


def _returns(s: Summary) -> list[Row]:
    """Of the followable track, net of costs."""
    known = s.expectancy_r_low is not None and s.expectancy_r_high is not None
    return [
        ("Win rate", _share(s.win_rate)),
        ("Mean R of fills, after costs", _r(s.expectancy_r)),
        ("  90 % interval", f"{_r(s.expectancy_r_low)} to {_r(s.expectancy_r_high)}" if known else UNKNOWN),
        ("  from the signal on, without the 45 s", _r(s.expectancy_r_theoretical)),
        ("Profit factor", _number(s.profit_factor)),
        ("Deepest fall of the running sum", _number(s.max_drawdown_r, " R")),
        ("Fills whose order in a bar was not known", _share(s.ambiguous)),
        ("Layers that had their data, by weight", _share(s.coverage)),
    ]


def _chances(s: Summary) -> list[str]:
    """How good the probabilities were; nothing where no fill carried one."""
    if s.brier is None:
        return []
    return aligned(
        [
            ("Brier score (lower is better)", _number(s.brier, places=4)),
            ("  of the base rate alone", _number(s.brier_base_rate, places=4)),
            ("Log loss (lower is better)", _number(s.log_loss, places=4)),
            ("Calibration error (lower is better)", _number(s.ece, places=4)),
            ("Area under precision and recall", _number(s.pr_auc, places=4)),
            ("  of the base rate alone", _number(s.base_rate, places=4)),
        ]
    )


def _refusals(refused: Mapping[str, int]) -> list[str]:
    """Why setups were refused, the most frequent reason first."""
    if not refused:
        return []
    rows = sorted(refused.items(), key=lambda item: (-item[1], item[0]))
    told: list[Row] = [(f"  {name}: {REFUSALS.get(name, name)}", f"{count:,}") for name, count in rows]
    return aligned([("Refused setups, by the first reason", f"{sum(refused.values()):,}"), *told])


def _lacking(s: Summary) -> list[str]:
    """Policies, and what the recordings lacked."""
    found = [] if s.policy_version is None else [f"Policy in force at the end: {s.policy_version}"]
    if len(s.policies) > 1:
        first, last = s.policies[0][:SHOWN], s.policies[-1][:SHOWN]
        found.append(f"Policies in turn: {len(s.policies):,}, from {first} to {last}")
    found += _rows_skipped(s.skipped_rows)
    if s.tick_inferred:
        found.append(f"Tick size inferred from the prices: {', '.join(s.tick_inferred)}")
    return found


def _rows_skipped(skipped: Mapping[str, int]) -> Sequence[str]:
    rows: list[Row] = [(f"Rows of {name} skipped as bad", f"{count:,}") for name, count in sorted(skipped.items())]
    return aligned(rows) if rows else []


def _r(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:+z.2f} R"


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.1%}".replace("%", " %")


def _number(value: float | None, unit: str = "", places: int = 2) -> str:
    return UNKNOWN if value is None else f"{value:,.{places}f}{unit}"
