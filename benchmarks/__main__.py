"""`python -m benchmarks [--bars N] [--markdown] [PART ...]`: measure, and print the table as it grows."""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import os
import platform
import sys
import tempfile
from pathlib import Path

from benchmarks.bars import PAIRS, SEED, make
from benchmarks.line import HEAD, markdown, plain

PARTS = ("features", "whole_replay", "tape_load", "one_bar", "store", "api", "to_chat", "learning")


def main() -> int:
    """Every named part, or all; 0 whatever the figures are."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Ours beside the peers, in one run.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument("--bars", type=int, default=1_000_000, metavar="N", help="length of the tape (default 10^6)")
    parser.add_argument("--markdown", action="store_true", help="print the table that docs/performance.md quotes")
    args = parser.parse_args()
    strangers = sorted(set(args.parts) - set(PARTS))
    if strangers:
        parser.error(f"no such part: {', '.join(strangers)}; there are {', '.join(PARTS)}")
    row = markdown if args.markdown else plain
    print(_setting(args.bars), row(HEAD), sep="\n\n", flush=True)
    if args.markdown:
        print(row(("---",) * len(HEAD)))
    with tempfile.TemporaryDirectory() as folder:
        bars = make(Path(folder), args.bars)
        for part in args.parts or PARTS:
            for line in importlib.import_module(f"benchmarks.{part}").lines(bars):
                print(row(line.cells()), flush=True)
    return 0


def _setting(count: int) -> str:
    """Where and on what it was measured, and the peers that were there."""
    wanted = (want.split(";") for want in importlib.metadata.requires("sharpsignal") or ())
    names = [name.strip() for name, *conditions in wanted if any('"bench"' in text for text in conditions)]
    peers = [f"{name} {importlib.metadata.version(name)}" for name in names if _is_there(name)]
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}. "
        f"{count:,} bars of 5m a pair of our simulated exchange ({', '.join(PAIRS)}, seed {SEED}). "
        f"Peers: {', '.join(peers) or 'none are installed'}."
    )


def _is_there(name: str) -> bool:
    return any(importlib.metadata.distributions(name=name))


sys.exit(main())
