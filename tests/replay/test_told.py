"""What `sharpsignal replay` prints: words and aligned figures, no key and no JSON."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest

from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from bot.replay.figures import Summary
from bot.replay.told import summary_text
from tests.replay.test_writer import MIXED, _replay
from tests.replay.ticks import story


@pytest.fixture
def summary(tmp_path: Path) -> Summary:
    found = _replay(tmp_path / "out", story(MIXED))
    return replace(found, refusals={"costs": 1200, "rr": 7}, skipped_rows={"trades": 3})


def test_figures_stand_under_each_other_with_their_words(summary: Summary) -> None:
    told = summary_text(summary)
    lines = told.splitlines()
    for start in ("Signals ", "Win rate ", "Refused setups"):
        first = next(n for n, line in enumerate(lines) if line.startswith(start))
        table = lines[first : lines.index("", first)]
        assert len(table) > 1 and len({len(line) for line in table}) == 1
    assert "costs: fees, slippage and funding eat too much of R  1,200" in told
    assert told.index("costs:") < told.index("rr:") and "Refused setups, by the first reason" in told
    assert any(line.split() == ["Signals", str(summary.signals)] for line in lines)
    assert any(line.split() == ["lost", str(summary.lose)] for line in lines)
    assert "Rows of trades skipped as bad  3" in told


def test_no_key_of_the_file_and_no_json_is_told(summary: Summary) -> None:
    told = summary_text(summary)
    assert not {field.name for field in fields(Summary) if "_" in field.name and field.name in told}
    assert not set('{}"[]') & set(told) and "None" not in told and "null" not in told


def test_an_empty_run_has_dashes_not_zeros(summary: Summary) -> None:
    nothing = replace(summary, win_rate=None, expectancy_r=None, expectancy_r_low=None, profit_factor=None, refusals={})
    lines = filter(None, summary_text(nothing).splitlines())
    rows = {line.rpartition("  ")[0].strip(): line.split()[-1] for line in lines}
    assert rows["Win rate"] == rows["90 % interval"] == rows["Profit factor"] == "–"


def test_the_verb_prints_it_and_json_on_demand(tmp_path: Path) -> None:
    tape(tmp_path / "data", SimulatedMarket(5, ("SOL-USDT-SWAP",)), 2)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SHARPSIGNAL_")}
    verb = [str(Path(sys.executable).with_name("sharpsignal")), "replay", "--data", str(tmp_path / "data")]
    ran = subprocess.run([*verb, "--out", str(tmp_path / "out")], capture_output=True, text=True, env=clean, check=True)
    assert ran.stdout.startswith("SOL-USDT-SWAP: 576 bars, 2.0 pair days, read in ")
    assert ran.stdout.endswith(f"written to {tmp_path / 'out'}\n") and "pair_days" not in ran.stdout


def test_policies_are_counted_and_the_first_and_the_last_are_named(summary: Summary) -> None:
    told = summary_text(replace(summary, policies=["a" * 64, "b" * 64, "c" * 64]))
    assert "Policies in turn: 3, from aaaaaaaaaaaa to cccccccccccc" in told and "b" * 12 not in told
