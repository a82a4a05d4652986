"""What `replay --learn` learns from recorded markets, and from random walks that hold nothing to learn.

    python -m tests.learning.tapes [SET ...] [--keep DIR] [--seeds N]

prints the tables of docs/learning.md: every set of ../shared/market (or those named), then random walks. Runs that DIR
keeps are not run again. Numbers are told as they are; nothing here is a target but those of the random walks.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from bot.compilation import cache_home, compiled_folder
from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from bot.progress_lines import ProgressLine
from bot.replay.run import ReplayRequest, replay

MARKET = Path(__file__).resolve().parents[3] / "shared" / "market"
WALK_PAIRS = ("BTC-USDT-SWAP", "SOL-USDT-SWAP")
WALK_DAYS, SEEDS = 60, 20
HEAD = (
    "| tape | nights | labels (n_eff) | Brier | base rate's | skill [90 %] | ECE debiased [90 %] | PR-AUC | "
    "base rate | promotions | PAPER, least of the books | at the lower bound |"
)
WALK_HEAD = (
    "| random walks | labels, mean | Brier, mean | base rate's | skill above 0 at 90 % | below 0 | promotions | "
    "ever proved a book (<= 5 %) | at the lower bound (< 5 %) |"
)
Learned = Mapping[str, Any]


def learned(data: Path, out: Path) -> Learned:
    """What a replay with --learn over `data` learns; read from `out` where it is there already."""
    if not (out / "learning.json").exists():
        request = ReplayRequest(
            data=data, out=out, pairs=None, start=None, end=None, policy=None, decisions=False, skip_bad_rows=False,
            sensitivity="active", publish="all", timezone="UTC", cache_dir=compiled_folder(cache_home()), learn=True,
        )  # fmt: skip
        with ProgressLine(out.name) as progress:
            replay(request, progress, progress.learned)
    found: Learned = json.loads((out / "learning.json").read_text(encoding="utf-8"))
    return found


def walk(keep: Path, seed: int) -> Learned:
    """What is learned from a random walk, in which nothing can be."""
    out = keep / f"walk-{seed}"
    if (out / "learning.json").exists():
        return learned(keep, out)
    with tempfile.TemporaryDirectory() as folder:
        tape(Path(folder), SimulatedMarket(seed, WALK_PAIRS), WALK_DAYS, without=frozenset({"trades"}))
        return learned(Path(folder), out)


def row(name: str, found: Learned) -> str:
    """One tape as a line of the table."""
    last, forecasts = found["nights"][-1], found["final"].get("forecasts") or {}
    skill, ece = forecasts.get("skill") or {}, forecasts.get("ece") or {}
    auc, lift = forecasts.get("pr_auc"), forecasts.get("pr_auc_lift")
    cells = [
        name,
        f"{len(found['nights']):,}",
        f"{last['labels']:,} ({last['n_eff']:,.0f})",
        number(forecasts.get("brier")),
        number(forecasts.get("brier_base_rate")),
        ranged(skill),
        ranged(ece),
        number(auc),
        number(None if auc is None or lift is None else auc / (1.0 + lift)),
        str(found["promotions"]),
        "–" if not found["paper_share"] else f"{100 * min(found['paper_share'].values()):.0f} %",
        share(found["rule"]["surely"], found["rule"]["setups"]),
    ]
    return f"| {' | '.join(cells)} |"


def walks_row(found: Sequence[Learned]) -> str:
    """All random walks as a line: how often chance was taken for something."""
    forecasts = [one["final"].get("forecasts") or {} for one in found]
    skills = [one["skill"] for one in forecasts if one.get("skill") and one["skill"]["low"] is not None]
    proved = sum(any(event["kind"] == "proven" for event in one["events"]) for one in found)
    cells = [
        f"{len(found)} seeds, {WALK_DAYS} days, {len(WALK_PAIRS)} pairs",
        f"{mean([float(one['nights'][-1]['labels']) for one in found]):,.0f}",
        number(mean([one["brier"] for one in forecasts if one.get("brier") is not None])),
        number(mean([one["brier_base_rate"] for one in forecasts if one.get("brier_base_rate") is not None])),
        f"{sum(one['low'] > 0 for one in skills)} of {len(skills)}",
        f"{sum(one['high'] < 0 for one in skills)} of {len(skills)}",
        str(sum(one["promotions"] for one in found)),
        f"{proved} of {len(found)}",
        share(sum(one["rule"]["surely"] for one in found), sum(one["rule"]["setups"] for one in found)),
    ]
    return f"| {' | '.join(cells)} |"


def mean(values: Sequence[float]) -> float:
    """NaN of none."""
    return sum(values) / len(values) if values else float("nan")


def number(value: float | None) -> str:
    """Four places; a dash where there is none."""
    return "–" if value is None else f"{value:.4f}"


def ranged(one: Mapping[str, float | None]) -> str:
    """A value with its interval.

    >>> ranged({"value": 0.0036, "low": -0.0027, "high": 0.0109}), ranged({})
    ('0.0036 [-0.0027, 0.0109]', '–')
    """
    if one.get("value") is None:
        return "–"
    return f"{number(one['value'])} [{number(one['low'])}, {number(one['high'])}]"


def share(part: int, whole: int) -> str:
    """A count and its share.

    >>> share(3, 120), share(0, 0)
    ('3 of 120 (2.5 %)', '0 of 0')
    """
    return f"{part:,} of {whole:,}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def ruled(head: str) -> str:
    """The head of a table with the line below it."""
    return f"{head}\n|{'---|' * (head.count('|') - 1)}"


def main(arguments: Sequence[str]) -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.learning.tapes")
    parser.add_argument("sets", nargs="*", help=f"folders of {MARKET} (default: all)")
    parser.add_argument("--keep", type=Path, help="a folder in which runs stay")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many random walks (0: none)")
    wishes = parser.parse_args(arguments)
    every = sorted({path.parent.parent.name for path in MARKET.glob("*/*/candles_*.parquet")})
    with tempfile.TemporaryDirectory() as folder:
        keep: Path = wishes.keep or Path(folder)
        sys.stdout.write(ruled(HEAD) + "\n")
        for name in wishes.sets or every:
            sys.stdout.write(row(name, learned(MARKET / name, keep / name)) + "\n")
            sys.stdout.flush()
        if wishes.seeds:
            with ProcessPoolExecutor(2) as pool:
                walks = list(pool.map(partial(walk, keep), range(1, wishes.seeds + 1)))
            sys.stdout.write(f"\n{ruled(WALK_HEAD)}\n{walks_row(walks)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
