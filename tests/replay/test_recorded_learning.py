"""`sharpsignal replay --learn` over recorded markets, as a process: sixty days of the smallest, in the long suite all.

What is learned from a real market is told in docs/learning.md (`python -m tests.learning.tapes`), not asked for here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.decision.signal import iso
from storage.recordings import is_pair_folder, load_tape

pytestmark = pytest.mark.recorded
DAYS = 60


def smallest(market: Path) -> tuple[Path, str]:
    """The set with the fewest bars, and the instant sixty days after its first bar."""
    sets = sorted({path.parent.parent for path in market.glob("*/*/candles_*.parquet")})
    tapes = {folder: [load_tape(one).candles for one in folder.iterdir() if is_pair_folder(one)] for folder in sets}
    folder = min(tapes, key=lambda one: sum(len(candles.ts) for candles in tapes[one]))
    first = min(int(candles.ts[0]) for candles in tapes[folder])
    return folder, iso(first + DAYS * 86_400_000)


def learn(data: Path, out: Path, *more: str) -> dict[str, Any]:
    """Run the verb; what learning.json holds."""
    command = [sys.executable, "-m", "bot.cli", "replay", "--learn", "--data", str(data), "--out", str(out), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "nights learned" in done.stderr and "Policies in turn" in done.stdout
    found: dict[str, Any] = json.loads((out / "learning.json").read_text(encoding="utf-8"))
    return found


def held(found: dict[str, Any], out: Path) -> None:
    """What has to be true whatever the market was like."""
    nights = found["nights"]
    assert [night["cut"] for night in nights] == sorted({night["cut"] for night in nights})
    trained = [night for night in nights if night["policy_version"]]
    assert len(trained) > len(nights) / 2
    forecasts = found["final"]["forecasts"]
    assert forecasts["rows"] > 1000 and 0.0 < forecasts["brier"] < 0.3
    assert forecasts["skill"]["low"] <= forecasts["skill"]["value"] <= forecasts["skill"]["high"]
    assert set(found["paper_share"]) == set(found["books"])
    proven = {event["detail"]["book"] for event in found["events"] if event["kind"] == "proven"}
    assert {name for name, share in found["paper_share"].items() if share < 1.0} == proven
    assert "What was learned" in (out / "report.html").read_text(encoding="utf-8")


def test_sixty_days_of_the_smallest_market(recorded_market: Path, tmp_path: Path) -> None:
    folder, end = smallest(recorded_market)
    found = learn(folder, tmp_path / "out", "--end", end)
    assert DAYS - 1 <= len(found["nights"]) <= DAYS + 1
    held(found, tmp_path / "out")


@pytest.mark.slow
def test_every_market_is_learned_from(recorded_market: Path, tmp_path: Path) -> None:
    for folder in sorted({path.parent.parent for path in recorded_market.glob("*/*/candles_*.parquet")}):
        held(learn(folder, tmp_path / folder.name), tmp_path / folder.name)
